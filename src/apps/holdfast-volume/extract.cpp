// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <map>
#include <optional>

#include "apps/holdfast-volume/key_files.h"
#include "apps/holdfast-volume/source.h"
#include "archive/restore.h"
#include "base/error.h"
#include "format/attributes.h"
#include "os/file.h"
#include "tree/posix_target.h"

namespace holdfast::apps {
namespace {

/// Tells on standard output what the restore has to say, and counts what went wrong.
class Messages final : public archive::Report {
 public:
  Messages(const ToolSource& source, int verbosity) : source_(source), verbosity_(verbosity) {}
  void message(MessageType type, const std::string& text) override {
    if (type == MessageType::restored && verbosity_ == 0) return;
    source_.tell(fmt::format("{}{}\n", message_prefix(type), text));
  }

 private:
  const ToolSource& source_;
  int verbosity_;
};

/// Feeds a restore with the records of one session after the other. Interleaved sessions are told apart: each
/// has a restore of its own, because its records make sense only in their own order.
class Extraction final : public volumes::RecordVisitor {
 public:
  Extraction(tree::FileTarget& target, archive::RestoreOptions options, archive::Report& report,
             std::function<bool(std::string_view)> is_wanted)
      : target_(target), options_(std::move(options)), report_(report), is_wanted_(std::move(is_wanted)) {}

  void record(const format::Record& record, const volumes::Block&) override {
    auto& session = sessions_[record.session];
    if (!session.restore) session.restore = std::make_unique<archive::Restore>(target_, options_, report_);
    if (is_attributes(record.stream_id())) {
      const auto attributes = format::parse_attributes(record.payload);
      session.is_taken = !is_wanted_ || (attributes && is_wanted_(attributes->name));
    }
    if (!session.is_taken) return;
    session.restore->record({record.session, record.file_index, record.stream}, record.payload);
  }

  void label(const format::Record& record, const volumes::Block&) override {
    if (record.label_type() == format::LabelType::session_end) finish(record.session);
  }

  /// Sessions without an end on these volumes, too.
  archive::RestoreTotals finish_all() {
    while (!sessions_.empty()) finish(sessions_.begin()->first);
    return totals_;
  }

 private:
  struct Session {
    std::unique_ptr<archive::Restore> restore;
    bool is_taken = true;
  };

  void finish(VolumeSession of) {
    const auto found = sessions_.find(of);
    if (found == sessions_.end()) return;
    if (found->second.restore) {
      const auto totals = found->second.restore->finish();
      totals_.files += totals.files;
      totals_.errors += totals.errors;
      totals_.job_bytes += totals.job_bytes;
    }
    sessions_.erase(found);
  }

  tree::FileTarget& target_;
  archive::RestoreOptions options_;
  archive::Report& report_;
  std::function<bool(std::string_view)> is_wanted_;
  std::map<VolumeSession, Session> sessions_;
  archive::RestoreTotals totals_;
};

int extract(ToolSource& source, const ToolOptions& options, const KeyFiles& files,
            const std::string& directory) {
  if (!os::file_exists(directory))
    throw Error(ErrorKind::not_found, "Cannot stat {}. It must exist.", directory);
  if (!os::is_directory(directory)) throw Error(ErrorKind::invalid, "{} must be a directory.", directory);
  Messages messages(source, options.verbosity);
  tree::PosixTarget target(directory);
  archive::RestoreOptions restoring;
  restoring.where = directory;
  restoring.keys = files.ring();
  Extraction extraction(target, restoring, messages, name_filter(options));
  auto reading = source.reading();
  std::optional<Error> failure;
  try {
    reading.read(source.volumes(), source.matcher(), extraction);
  } catch (const Error& error) {
    failure = error;
  }
  const auto totals = extraction.finish_all();
  source.tell(fmt::format("Releasing device {}.\n", source.print_name()));
  fmt::print("{} files restored.\n", totals.files);
  if (failure) throw Error(*failure);
  const auto code = source.end(reading.passed_damage());
  return totals.errors == 0 ? code : exit_failure;
}

}  // namespace

int run_extract(int argc, const char* const* argv) {
  CommandLine line(
      "bextract",
      "Restores files from volumes, without Director and catalog\n\nThey come below the directory "
      "with their full path, and replace what is there.");
  ToolOptions options;
  KeyFiles files;
  std::vector<std::string> arguments;
  options.add_to(line);
  files.add_to(line);
  line.positional(
      "device directory",
      "Device or Autochanger resource, directory, or one of these and /volume; and where to restore to.",
      arguments, 2, 2);
  if (const auto code = line.parse(argc, argv)) return *code;
  ToolSource source("bextract", options, arguments[0]);
  return extract(source, options, files, arguments[1]);
}

}  // namespace holdfast::apps
