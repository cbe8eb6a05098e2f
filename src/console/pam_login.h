// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "transport/connect.h"

namespace holdfast::console {

/// A user as the Director's PAM service knows it.
struct PamCredentials {
  std::string user;
  std::string password;
};

/// The user in the first line of a file, the password in the second. Throws Error{io}.
PamCredentials read_pam_credentials(const std::string& path);

/// What the Director's PAM service says to the user.
enum class PamStyle { ask_hidden = 1, ask = 2, complain = 3, tell = 4 };
/// Shows a text; the answer where it is a question.
using PamDialogue = std::function<std::string(PamStyle style, const std::string& text)>;

/// Goes on after the greeting 1001 (interop 09, section 1.2) until the Director lets the user in: with credentials,
/// else by a dialogue. Completes greeting and welcome of `connected`. Throws Error{refused} where it does not.
void log_in_by_pam(transport::Connected& connected, const std::optional<PamCredentials>& credentials,
                   const PamDialogue& dialogue);

}  // namespace holdfast::console
