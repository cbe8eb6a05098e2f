// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/metadata.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "archive/data_writer.h"
#include "base/text.h"
#include "format/fine_attributes.h"
#include "format/packed_number.h"
#include "format/packed_stat.h"
#include "format/xattr_stream.h"
#include "os/posix_acl.h"
#include "selection/stored_name.h"

namespace holdfast::archive {

namespace {

using format::StreamId;

constexpr std::string_view access_acl = "system.posix_acl_access";
constexpr std::string_view default_acl = "system.posix_acl_default";

format::PackedStat packed(const tree::FileStat& stat, std::int32_t link_index, StreamId stream) {
  format::PackedStat to;
  to.device = stat.device;
  to.inode = stat.inode;
  to.mode = stat.mode;
  to.links = stat.links;
  to.uid = stat.uid;
  to.gid = stat.gid;
  to.rdev = stat.rdev;
  to.size = stat.size;
  to.block_size = stat.block_size;
  to.blocks = stat.blocks;
  to.access_time = stat.access.seconds;
  to.modification_time = stat.modification.seconds;
  to.change_time = stat.change.seconds;
  to.link_file_index = static_cast<std::uint32_t>(link_index);
  to.data_stream = stream;
  return to;
}

/// Computed by the file system when asked, and different every time.
bool is_volatile(std::string_view name) {
  static constexpr std::array names{"ceph.dir.entries",  "ceph.dir.files",    "ceph.dir.rbytes",
                                    "ceph.dir.rctime",   "ceph.dir.rentries", "ceph.dir.rfiles",
                                    "ceph.dir.rsubdirs", "ceph.dir.subdirs"};
  return name.starts_with("ceph.") && std::find(names.begin(), names.end(), name) != names.end();
}

bool is_acl(std::string_view name) { return name == access_acl || name == default_acl; }

void add_acl(Batch& batch, Item& item, StreamId stream, Bytes value) {
  auto text = os::acl_text(value);
  if (!text) {
    item.notices.push_back(
        file_error(MessageType::warning,
                   fmt::format("ACL of \"{}\" not saved: {}", printable(item.found.path), text.error())));
    return;
  }
  text->push_back('\0');
  add_stream(batch, stream, as_bytes(*text));
}

void add_acls(Batch& batch, Item& item, const tree::ExtendedAttributes& attributes) {
  for (const auto& attribute : attributes)
    if (attribute.name == access_acl && !os::is_minimal_acl(attribute.value))
      add_acl(batch, item, StreamId::acl_linux_access, attribute.value);
  for (const auto& attribute : attributes)
    if (attribute.name == default_acl && item.found.stat.kind() == tree::Kind::directory)
      add_acl(batch, item, StreamId::acl_linux_default, attribute.value);
}

void add_xattrs(Batch& batch, Item& item, const tree::ExtendedAttributes& attributes) {
  Buffer payload;
  for (const auto& attribute : attributes)
    if (!is_volatile(attribute.name) && !(item.found.options->acl && is_acl(attribute.name)))
      format::append_xattr(payload, {attribute.name, attribute.value});
  if (payload.size() > format::max_xattr_payload) {
    item.notices.push_back(file_error(
        MessageType::error, fmt::format("Xattr stream on file \"{}\" exceeds maximum size of {} bytes",
                                        printable(item.found.path), format::max_xattr_payload)));
  } else if (!payload.empty()) {
    add_stream(batch, StreamId::xattr_linux, payload);
  }
}

}  // namespace

void add_attributes(Batch& batch, const selection::Found& found, const tree::FileStat& stat,
                    format::FileType type, std::string_view link, std::int32_t link_index) {
  auto& arena = batch.arena;
  batch.steps.push_back({Step::Kind::begin, StreamId::unix_attributes});
  arena.reserve(index_room + found.path.size() + link.size() + 300);
  arena.commit(index_room);
  const auto offset = arena.size();
  arena.append(fmt::format_int(format::number(type)).c_str());
  arena.append(' ');
  if (found.options->strip_path == 0) {
    arena.append(found.path);
  } else {
    arena.append(selection::stored_name(found.path, found.options->strip_path));
  }
  if (format::is_directory(type) && found.path != "/") arena.append('/');
  arena.append('\0');
  std::string text;
  format::append_packed(text, packed(stat, link_index, data_stream(*found.options, type)));
  arena.append(text);
  arena.append('\0');
  arena.append(link);
  arena.append('\0');
  if (found.options->fine_attributes) {
    text.clear();
    format::append_fine(text, {stat.access.nanoseconds, stat.modification.nanoseconds, stat.flags});
    arena.append(text);
  }
  arena.append('\0');
  arena.append(fmt::format_int(found.delta_sequence).c_str());
  arena.append('\0');
  batch.steps.push_back({Step::Kind::attributes, StreamId::unix_attributes,
                         static_cast<std::uint32_t>(offset),
                         static_cast<std::uint32_t>(arena.size() - offset)});
  batch.steps.push_back({Step::Kind::end, StreamId::unix_attributes});
}

void add_extended_attributes(Batch& batch, Item& item,
                             const tree::Outcome<tree::ExtendedAttributes>& attributes) {
  if (!attributes) {
    item.notices.push_back(file_error(MessageType::warning,
                                      fmt::format("Extended attributes of \"{}\" not saved: ERR={}",
                                                  printable(item.found.path), attributes.error().message())));
    return;
  }
  if (attributes->empty()) return;
  const auto& options = *item.found.options;
  if (options.acl && item.found.stat.kind() != tree::Kind::symlink) add_acls(batch, item, *attributes);
  if (options.extended_attributes) add_xattrs(batch, item, *attributes);
}

void add_stream(Batch& batch, StreamId stream, Bytes record) {
  const auto offset = batch.arena.size();
  batch.arena.append(record);
  batch.steps.push_back({Step::Kind::begin, stream});
  batch.steps.push_back({Step::Kind::data, stream, static_cast<std::uint32_t>(offset),
                         static_cast<std::uint32_t>(record.size())});
  batch.steps.push_back({Step::Kind::end, stream});
}

void add_digest(Batch& batch, crypto::DigestKind kind, const crypto::DigestValue& digest) {
  add_stream(batch, digest_stream(kind), digest.bytes());
}

Notice not_saved(const char* what, const std::string& path, std::error_code reason) {
  return file_error(MessageType::not_saved,
                    fmt::format("     {} \"{}\": ERR={}", what, printable(path), reason.message()));
}

Notice shrunk(const std::string& path, std::uint64_t saved, std::uint64_t expected) {
  return file_error(MessageType::warning,
                    fmt::format("     File \"{}\" became shorter while it was read: {} of {} bytes saved",
                                printable(path), saved, expected));
}

std::vector<Notice> changes(const std::string& path, const tree::FileStat& before,
                            const tree::Outcome<tree::FileStat>& now) {
  std::vector<Notice> found;
  const auto add = [&](const char* what) {
    found.push_back(file_error(
        MessageType::error, fmt::format("     {} of \"{}\" changed during backup", what, printable(path))));
  };
  if (!now) {
    add("State");
    return found;
  }
  if (now->modification != before.modification) add("Modification time");
  if (now->size != before.size) add("Size");
  return found;
}

Notice file_error(MessageType type, std::string text) {
  return {type, std::move(text), Notice::Weight::error};
}

}  // namespace holdfast::archive
