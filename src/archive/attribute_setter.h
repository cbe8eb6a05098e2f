// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "archive/deferred_directories.h"
#include "archive/report.h"
#include "tree/file_target.h"

namespace holdfast::archive {

/// Gives restored objects their owner, extended attributes, ACLs, mode and times, in the order that keeps each of
/// them (a change of owner takes away set-user-id bits and capabilities). What fails is reported and counted;
/// what fails for nearly every file of a client that does not run as root is summed up in the end.
class AttributeSetter {
 public:
  explicit AttributeSetter(Report& report) : report_(report) {}

  void apply(tree::Attributable& object, const ObjectAttributes& attributes);
  /// After everything else, also what else is done in a directory: they may forbid it.
  void apply_flags(tree::Attributable& object, const std::string& path, std::uint32_t flags);
  /// The sums, as messages. Call it once, at the end.
  void finish();

  std::uint64_t warnings() const { return warnings_; }

 private:
  void apply_streams(tree::Attributable& object, const ObjectAttributes& attributes, format::StreamKind kind);
  void apply_stream(tree::Attributable& object, const std::string& path,
                    const ObjectAttributes::Stream& stream);
  void apply_acl(tree::Attributable& object, const std::string& path, const char* name, Bytes payload);
  void apply_xattrs(tree::Attributable& object, const std::string& path, Bytes payload);
  void check(const tree::Outcome<void>& outcome, const char* what, const std::string& path);
  void warn(const char* what, const std::string& path, const std::string& reason);

  Report& report_;
  std::uint64_t warnings_ = 0;
  std::map<std::string, std::uint64_t> not_permitted_;  ///< what -> how many objects
  std::uint64_t without_flags_ = 0;                     ///< objects on file systems that have none
  std::map<std::string, std::uint64_t> reported_;       ///< what -> how many messages
  std::map<format::StreamId, std::uint64_t> foreign_;   ///< streams of other systems
};

}  // namespace holdfast::archive
