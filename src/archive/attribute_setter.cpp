// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/attribute_setter.h"

#include <fmt/core.h>

#include "base/text.h"
#include "format/xattr_stream.h"
#include "os/file_flags.h"
#include "os/posix_acl.h"

namespace holdfast::archive {

namespace {

using format::StreamId;

// As peers do: more of the same would hide everything else in the job's log.
constexpr std::uint64_t most_messages = 25;
constexpr std::uint32_t set_id_bits = 06000;

}  // namespace

void AttributeSetter::apply(tree::Attributable& object, const ObjectAttributes& attributes) {
  const auto& stat = attributes.stat;
  const auto owned = object.set_owner({stat.uid, stat.gid});
  check(owned, "owner", attributes.path);
  // Attributes before ACLs and ACLs before permissions: without privileges, they can be set only as long as the
  // owner may write.
  apply_streams(object, attributes, format::StreamKind::xattr);
  apply_streams(object, attributes, format::StreamKind::acl);
  // A program that runs as its owner must not do so as somebody else.
  const std::uint32_t allowed = owned ? os::mode_permissions : os::mode_permissions & ~set_id_bits;
  check(object.set_mode(stat.mode & allowed), "permissions", attributes.path);
  check(object.set_times({stat.access_time, attributes.fine.access_nanoseconds},
                         {stat.modification_time, attributes.fine.modification_nanoseconds}),
        "times", attributes.path);
}

void AttributeSetter::apply_flags(tree::Attributable& object, const std::string& path, std::uint32_t flags) {
  const auto set = object.set_flags(flags & os::kept_flags);
  if (!set && set.error() == std::errc::not_supported) {
    ++without_flags_;
  } else {
    check(set, "file flags", path);
  }
}

void AttributeSetter::apply_streams(tree::Attributable& object, const ObjectAttributes& attributes,
                                    format::StreamKind kind) {
  for (const auto& stream : attributes.streams)
    if (format::traits(stream.id).kind == kind) apply_stream(object, attributes.path, stream);
}

void AttributeSetter::apply_stream(tree::Attributable& object, const std::string& path,
                                   const ObjectAttributes::Stream& stream) {
  switch (stream.id) {
    case StreamId::acl_linux_access:
    case StreamId::unix_access_acl: return apply_acl(object, path, "system.posix_acl_access", stream.payload);
    case StreamId::acl_linux_default:
    case StreamId::unix_default_acl:
      return apply_acl(object, path, "system.posix_acl_default", stream.payload);
    case StreamId::xattr_linux: return apply_xattrs(object, path, stream.payload);
    default: ++foreign_[stream.id];
  }
}

void AttributeSetter::apply_acl(tree::Attributable& object, const std::string& path, const char* name,
                                Bytes payload) {
  auto text = as_text(payload);
  if (text.ends_with('\0')) text.remove_suffix(1);
  const auto value = os::acl_value(text);
  if (!value) return warn("ACL", path, value.error());
  check(value->empty() ? object.remove_attribute(name) : object.set_attribute(name, *value), "ACL", path);
}

void AttributeSetter::apply_xattrs(tree::Attributable& object, const std::string& path, Bytes payload) {
  const auto attributes = format::parse_xattrs(payload);
  if (!attributes) return warn("extended attributes", path, "the stored record is damaged");
  for (const auto& attribute : *attributes)
    check(object.set_attribute(std::string(attribute.name), attribute.value), "extended attributes", path);
}

void AttributeSetter::check(const tree::Outcome<void>& outcome, const char* what, const std::string& path) {
  if (outcome) return;
  if (outcome.error() == std::errc::operation_not_permitted) {
    ++not_permitted_[what];
  } else {
    warn(what, path, outcome.error().message());
  }
}

void AttributeSetter::warn(const char* what, const std::string& path, const std::string& reason) {
  ++warnings_;
  if (++reported_[what] > most_messages) return;
  report_.message(MessageType::warning,
                  fmt::format("The {} of \"{}\" could not be restored: {}", what, printable(path), reason));
}

void AttributeSetter::finish() {
  for (const auto& [what, count] : not_permitted_) {
    ++warnings_;
    report_.message(MessageType::warning,
                    fmt::format("The {} of {} objects could not be restored: Operation not permitted; only "
                                "root may set them",
                                what, count));
  }
  if (without_flags_ > 0) {
    ++warnings_;
    report_.message(
        MessageType::warning,
        fmt::format("The file flags of {} objects could not be restored: this file system has none",
                    without_flags_));
  }
  for (const auto& [what, count] : reported_)
    if (count > most_messages)
      report_.message(MessageType::warning,
                      fmt::format("The {} of {} objects could not be restored in all", what, count));
  for (const auto& [stream, count] : foreign_) {
    const bool is_acl = format::traits(stream).kind == format::StreamKind::acl;
    report_.message(MessageType::warning,
                    fmt::format("{} non-supported {} streams ignored.", count, is_acl ? "acl" : "xattr"));
  }
}

}  // namespace holdfast::archive
