// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace holdfast::os {

/// Which rules of PAM decide: /etc/pam.d/<name>, or a file of that name in another folder.
struct PamService {
  std::string name = "bareos";
  std::string folder;  ///< empty: that of the system
};

/// Whoever is to be authenticated, as far as PAM talks to them. Used by the thread that authenticates. What it throws
/// ends the dialogue.
class PamUser {
 public:
  enum class Echo { hidden, shown };

  virtual ~PamUser() = default;
  /// Answers a prompt. Passwords are wiped after use by the caller of this.
  virtual std::string ask(Echo echo, std::string_view prompt) = 0;
};

/// Lets PAM authenticate somebody and check that the account may be used now. The name of the user, as PAM has it at the
/// end. `user` may be empty: then PAM asks for it. `host` is where they come from. Blocks as long as the modules of PAM do,
/// which includes their pause after a failure. Throws Error{refused} with PAM's reason; what the user threw is thrown on.
std::string authenticate(const PamService& service, const std::string& user, const std::string& host,
                         PamUser& dialogue);

/// Overwrites a secret before its memory goes.
void wipe(std::string& secret);

}  // namespace holdfast::os
