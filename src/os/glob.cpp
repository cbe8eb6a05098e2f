// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/glob.h"

#include <glob.h>

#include "os/errno.h"

namespace holdfast::os {

std::vector<std::string> expand_pattern(const std::string& pattern) {
  if (pattern.find_first_of("*?[") == std::string::npos) return {pattern};
  struct Matches : glob_t {
    Matches() : glob_t{} {}
    ~Matches() { ::globfree(this); }
  } matches;
  const int failed = ::glob(pattern.c_str(), GLOB_ERR, nullptr, &matches);
  if (failed == GLOB_NOMATCH) return {};
  if (failed != 0) throw_errno("cannot look for " + pattern);
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < matches.gl_pathc; ++i) paths.emplace_back(matches.gl_pathv[i]);
  return paths;
}

}  // namespace holdfast::os
