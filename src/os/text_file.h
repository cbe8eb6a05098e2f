// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace holdfast::os {

enum class Writing {
  anew,       ///< what was in the file goes
  appending,  ///< behind what is there, in one piece where other programs append too
};

/// Opens, writes and closes: a file that was moved away meanwhile is made again. Missing files are made with permissions
/// 0640. Never waits for anybody: a FIFO without reader is an error. Throws Error with the path in its message.
void write_text(const std::string& path, std::string_view text, Writing writing);

/// Puts a file of this content in the place of `path`, at once: whoever reads sees the old or the new. Permissions 0600.
void replace_file(const std::string& path, std::string_view text);

/// All of it. Throws Error where it cannot be read or is longer than `limit` bytes.
std::string read_text(const std::string& path, std::size_t limit);

}  // namespace holdfast::os
