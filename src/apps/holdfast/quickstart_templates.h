// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <array>
#include <string_view>

namespace holdfast::apps {

/// A configuration file that quickstart writes; @WORDS@ are filled in.
struct QuickstartTemplate {
  std::string_view file;
  std::string_view text;
};

extern const std::array<QuickstartTemplate, 4> quickstart_templates;

}  // namespace holdfast::apps
