// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/session_time.h"

#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "os/text_file.h"

namespace holdfast::storage {
namespace {

// A time further ahead was written by a wrong clock or by nobody.
constexpr std::int64_t most_ahead = 366 * 24 * 60 * 60;

std::optional<std::int64_t> last_of(const std::string& path) {
  constexpr std::size_t longest = 100;
  try {
    return parse_number<std::int64_t>(trim(os::read_text(path, longest)));
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

std::uint32_t claim_session_time(const std::string& working_directory, const std::string& name, Time now) {
  const auto path = working_directory + "/" + name + ".session";
  auto time = unix_seconds(now);
  const auto last = last_of(path);
  if (last && *last >= time && *last - time < most_ahead) time = *last + 1;
  try {
    os::replace_file(path, std::to_string(time) + "\n");
  } catch (const Error&) {
    // The daemon can do its work without it.
  }
  return static_cast<std::uint32_t>(time);
}

}  // namespace holdfast::storage
