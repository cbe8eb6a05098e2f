// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/director_resources.h"

namespace holdfast::director::console {

/// The ten lists of rights a console has (interop 09, section 5).
enum class Acl {
  job,
  client,
  storage,
  schedule,
  pool,
  command,
  file_set,
  catalog,
  where,
  plugin_options,
};

/// How a list is named in audit messages: "for Job".
std::string_view audit_name(Acl acl);

/// What one console may see and do. Points into the configuration it was made from.
class Access {
 public:
  /// The console that logged in with the Director's own password: no list restricts it.
  static Access everything() { return Access(); }
  static Access of(const config::Console& console);
  static Access of(const config::User& user);
  /// Of a console that is no longer configured.
  static Access nothing() {
    Access access;
    access.is_root_ = false;
    return access;
  }

  bool is_root() const { return is_root_; }
  bool allows(Acl acl, std::string_view item) const;
  /// Everything of this kind is allowed: `*all*` comes before any denial.
  bool is_unrestricted(Acl acl) const;

 private:
  std::vector<const config::AccessLists*> lists_;
  bool is_root_ = true;
};

/// Empty where `name` can name a resource, otherwise the reason with its newline (interop 09, section 2.1).
std::string resource_name_error(std::string_view name);
/// The same for volumes and for comments.
std::string volume_name_error(std::string_view name);
std::string comment_error(std::string_view comment);

}  // namespace holdfast::director::console
