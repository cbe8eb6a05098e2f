// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

namespace holdfast::os {

/// What remains of root's rights.
enum class KeptRights {
  none,
  read_everything,  ///< any file may be read: CAP_DAC_READ_SEARCH
};

/// Becomes another user for good; empty names leave what is. Before other threads exist. Throws Error where a name
/// does not exist or the system refuses.
void become_user(const std::string& user, const std::string& group, KeptRights kept);

}  // namespace holdfast::os
