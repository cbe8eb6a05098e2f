// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/privileges.h"

#include <grp.h>
#include <pwd.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <memory>
#include <optional>

#include "base/error.h"
#include "os/errno.h"

namespace holdfast::os {

namespace {

struct UserAccount {
  std::string name;
  uid_t id;
  gid_t group;
};

std::optional<UserAccount> find_user(const std::string& name) {
  if (name.empty()) return std::nullopt;
  const passwd* entry = ::getpwnam(name.c_str());
  if (entry == nullptr) throw Error(ErrorKind::not_found, "Could not find user \"{}\".", name);
  return UserAccount{name, entry->pw_uid, entry->pw_gid};
}

std::optional<gid_t> find_group(const std::string& name) {
  if (name.empty()) return std::nullopt;
  const ::group* entry = ::getgrnam(name.c_str());
  if (entry == nullptr) throw Error(ErrorKind::not_found, "Could not find group \"{}\".", name);
  return entry->gr_gid;
}

/// Gives up every right but one. After the change of user, which took the effective ones already.
void keep_only_reading() {
  const std::unique_ptr<void, int (*)(void*)> rights(::cap_from_text("cap_dac_read_search=ep"), ::cap_free);
  if (!rights || ::cap_set_proc(static_cast<cap_t>(rights.get())) != 0)
    throw_errno("cannot keep the right to read");
}

}  // namespace

void become_user(const std::string& user, const std::string& group, KeptRights kept) {
  const auto account = find_user(user);
  auto group_id = find_group(group);
  if (!group_id && account) group_id = account->group;
  if (kept == KeptRights::read_everything && ::prctl(PR_SET_KEEPCAPS, 1) != 0)
    throw_errno("cannot keep rights");
  if (account && ::initgroups(account->name.c_str(), *group_id) != 0)
    throw_errno("cannot set groups of " + user);
  if (group_id && ::setgid(*group_id) != 0) throw_errno("cannot become group " + group);
  if (account && ::setuid(account->id) != 0) throw_errno("cannot become user " + user);
  if (kept == KeptRights::read_everything) keep_only_reading();
}

}  // namespace holdfast::os
