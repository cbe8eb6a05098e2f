// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/verified_files.h"

#include "base/error.h"
#include "base/text.h"
#include "director/attribute_stream.h"
#include "jobs/file_differences.h"

namespace holdfast::director {

using wire::client::VerifyAttributes;
using wire::client::VerifyDigest;

namespace {

constexpr std::size_t marks_at_once = 2'000;
constexpr std::size_t shown_of_bad_packet = 100;

class StoredFiles final : public VerifiedFiles {
 public:
  StoredFiles(ActiveJob& job, catalog::Catalog& catalog) : rows_(catalog.files(), *job.log) {
    rows_.start(job.id);
  }

  void attributes(const VerifyAttributes& file) override {
    rows_.add_file(file.file_index, file.name, file.packed_stat);
  }
  void digest(const VerifyDigest& digest) override {
    rows_.add_digest_text(digest.file_index, digest.digest);
  }
  void finish() override { rows_.finish(); }

 private:
  AttributeStream rows_;
};

class ComparedFiles final : public VerifiedFiles {
 public:
  ComparedFiles(ActiveJob& job, catalog::Catalog& catalog, VerifyBasis basis)
      : job_(job), catalog_(catalog.verify()), basis_(std::move(basis)) {}

  void attributes(const VerifyAttributes& file) override {
    index_ = file.file_index;
    name_ = file.name;
    is_told_ = false;
    const auto [path, name] = catalog::split_name(file.name);
    known_ = catalog_.find(basis_.known, path, name);
    // Where disks are read, a file that the last job found deleted is there again.
    if (!known_ || (known_->file_index == 0 && file.file_index != 0)) {
      known_.reset();
      differs(fmt::format("New file: {}\n", printable(file.name)));
      return;
    }
    compares_digest_ = jobs::compares_digest(file.options);
    mark(*known_, path, name);
    compare(file);
  }

  void digest(const VerifyDigest& digest) override {
    if (digest.file_index != index_)
      throw Error(ErrorKind::invalid, "the digest of file {} came behind the attributes of file {}",
                  digest.file_index, index_);
    if (!known_ || !compares_digest_ || digest.digest == known_->digest) return;
    const std::string_view name = std::string_view(digest.name).substr(digest.name.starts_with('*') ? 1 : 0);
    tell(fmt::format("      {} differs. File={} Cat={}\n", printable(name.substr(0, name.rfind('-'))),
                     printable(digest.digest), known_->digest));
  }

  void finish() override {
    catalog_.mark(marks_, job_.id);
    marks_.clear();
    bool is_first = true;
    catalog_.list_unmarked(basis_.job, job_.id, [&](std::string_view name) {
      if (is_first)
        job_.log->add(MessageType::warning,
                      fmt::format("The following files are in the Catalog but not on {}:\n", basis_.place));
      is_first = false;
      differs(fmt::format("      {}\n", printable(name)));
      return !job_.is_cancelled();
    });
  }

 private:
  void mark(const catalog::VerifyCatalog::Known& known, std::string_view path, std::string_view name) {
    marks_.push_back(known.id);
    // A newer job has the file too: it is there, so it does not lack of the job that is verified either. (The peer
    // reports it as missing.)
    if (known.job != basis_.job)
      if (const auto own = catalog_.find({&basis_.job, 1}, path, name)) marks_.push_back(own->id);
    if (marks_.size() < marks_at_once) return;
    catalog_.mark(marks_, job_.id);
    marks_.clear();
  }

  void compare(const VerifyAttributes& file) {
    const auto found = format::unpack_stat(file.packed_stat);
    if (!found) throw Error(ErrorKind::invalid, "the attributes of {} cannot be read", printable(file.name));
    const auto catalogued = format::unpack_stat(known_->stat);
    if (!catalogued) return tell("      its attributes in the catalog cannot be read\n");
    for (const std::string& line : jobs::file_differences(file.options, *catalogued, *found)) tell(line);
  }

  /// Of the present file, whose name goes before the first one.
  void tell(std::string_view line) {
    if (!is_told_) differs(fmt::format("File: {}\n", printable(name_)));
    is_told_ = true;
    differs(line);
  }

  void differs(std::string_view text) {
    job_.log->add(MessageType::info, text);
    job_.set_status(JobStatus::differences);
  }

  ActiveJob& job_;
  catalog::VerifyCatalog& catalog_;
  const VerifyBasis basis_;
  std::vector<FileId> marks_;
  std::optional<catalog::VerifyCatalog::Known> known_;
  std::uint32_t index_ = 0;
  std::string name_;
  bool compares_digest_ = false;
  bool is_told_ = false;
};

/// Calls what fits the kind of packet.
struct Dispatch {
  VerifiedFiles& files;
  std::uint32_t operator()(const VerifyAttributes& file) const {
    files.attributes(file);
    return file.file_index;
  }
  std::uint32_t operator()(const VerifyDigest& digest) const {
    files.digest(digest);
    return digest.file_index;
  }
  std::uint32_t operator()(const wire::client::VerifyOther& other) const { return other.file_index; }
};

}  // namespace

std::unique_ptr<VerifiedFiles> store_verified_files(ActiveJob& job, catalog::Catalog& catalog) {
  return std::make_unique<StoredFiles>(job, catalog);
}

std::unique_ptr<VerifiedFiles> compare_verified_files(ActiveJob& job, catalog::Catalog& catalog,
                                                      VerifyBasis basis) {
  return std::make_unique<ComparedFiles>(job, catalog, std::move(basis));
}

std::uint32_t take_verify_packet(std::string_view text, VerifiedFiles& files) {
  const auto packet = wire::client::decode_verify_packet(text);
  if (!packet)
    throw Error(ErrorKind::invalid, "the client sent what is no file to verify: {}: {}",
                packet.error().reason, printable(text.substr(0, shown_of_bad_packet)));
  return std::visit(Dispatch{files}, *packet);
}

}  // namespace holdfast::director
