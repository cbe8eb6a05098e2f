// SPDX-License-Identifier: AGPL-3.0-or-later
#include <cstdint>
#include <set>
#include <string>

#include "archive/fileset_reader.h"
#include "archive/renaming.h"
#include "archive/restore.h"
#include "archive/selection.h"
#include "base/endian.h"
#include "base/error.h"
#include "os/posix_acl.h"
#include "tree/file_target.h"

namespace {

using namespace holdfast;
using tree::Outcome;

/// Takes everything, keeps only which names exist.
class NowhereFile final : public tree::WritableFile {
 public:
  Outcome<void> write_at(std::uint64_t, Bytes) override { return {}; }
  Outcome<void> set_size(std::uint64_t) override { return {}; }
  Outcome<tree::FileStat> stat() override { return tree::FileStat{}; }
  Outcome<void> close() override { return {}; }
  Outcome<void> set_owner(tree::Owner) override { return {}; }
  Outcome<void> set_mode(std::uint32_t) override { return {}; }
  Outcome<void> set_times(tree::Timestamp, tree::Timestamp) override { return {}; }
  Outcome<void> set_attribute(const std::string&, Bytes) override { return {}; }
  Outcome<void> remove_attribute(const std::string&) override { return {}; }
};

class NowhereTarget final : public tree::FileTarget {
 public:
  Outcome<tree::FileStat> stat(const std::string& path) override {
    if (names_.contains(path)) return tree::FileStat{};
    return unexpected(std::make_error_code(std::errc::no_such_file_or_directory));
  }
  Outcome<std::unique_ptr<tree::WritableFile>> create_file(const std::string& path, std::uint32_t) override {
    if (const auto added = add(path); !added) return unexpected(added.error());
    return std::make_unique<NowhereFile>();
  }
  Outcome<std::unique_ptr<tree::WritableFile>> open_existing(const std::string&) override {
    return std::make_unique<NowhereFile>();
  }
  Outcome<void> make_directory(const std::string& path, std::uint32_t) override { return add(path); }
  Outcome<void> make_symlink(const std::string&, const std::string& path) override { return add(path); }
  Outcome<void> make_hard_link(const std::string&, const std::string& path) override { return add(path); }
  Outcome<void> make_node(const std::string& path, std::uint32_t, std::uint64_t) override {
    return add(path);
  }
  Outcome<void> remove(const std::string& path) override {
    names_.erase(path);
    return {};
  }
  Outcome<std::unique_ptr<tree::Attributable>> named(const std::string&) override {
    return std::make_unique<NowhereFile>();
  }
  std::unique_ptr<tree::FileTarget> another() override { return std::make_unique<NowhereTarget>(); }

 private:
  Outcome<void> add(const std::string& path) {
    if (names_.insert(path).second) return {};
    return unexpected(std::make_error_code(std::errc::file_exists));
  }
  std::set<std::string> names_;
};

class Quiet final : public archive::Report {
 public:
  void message(MessageType, const std::string&) override {}
};

/// Records as: u8 step of the FileIndex, u8 stream (as it is, or above the small ones), u16 length, payload.
void restore(Bytes input) {
  NowhereTarget target;
  Quiet report;
  archive::Restore restore(target, {}, report);
  ByteReader reader(input);
  std::int32_t file_index = 1;
  for (;;) {
    const auto step = reader.take<std::uint8_t>();
    const auto stream = reader.take<std::uint8_t>();
    const auto length = reader.take<std::uint16_t>();
    if (!length) break;
    file_index += *step & 1;
    const std::int32_t id = *stream < 64 ? *stream : 1900 + *stream - 64;
    restore.record({{1, 1}, file_index, id},
                   reader.take_bytes(std::min<std::size_t>(*length, reader.left().size())).value());
  }
  restore.finish();
}

void fileset(std::string_view text) {
  archive::FileSetReader reader;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find('\n', start), text.size());
    reader.line(text.substr(start, end - start));
    start = end + 1;
  }
  const archive::Selection selection(reader.finish());
  for (std::size_t i = 0; i < selection.files().includes.size(); ++i)
    selection.choose(i, "/some/path/of a file", tree::Kind::regular);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Bytes input(reinterpret_cast<const std::byte*>(data) + 1, size - 1);
  try {
    switch (data[0] % 4) {
      case 0: restore(input); break;
      case 1: fileset(as_text(input)); break;
      case 2: archive::RegexWhere(as_text(input)).apply("/some/path"); break;
      default:
        if (const auto value = os::acl_value(as_text(input))) (void)os::acl_text(*value);
        (void)os::acl_text(input);
    }
  } catch (const Error&) {
  }
  return 0;
}
