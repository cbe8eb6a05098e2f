// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/common/manual_page.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/product.h"
#include "base/text.h"

namespace holdfast::apps {
namespace {

/// Text that roff leaves as it is: no escapes, no lines that begin with a request.
std::string literal(std::string_view text) {
  std::string safe;
  bool begins_line = true;
  for (const char c : text) {
    if (begins_line && (c == '.' || c == '\'')) safe += "\\&";
    if (c == '\\')
      safe += "\\e";
    else if (c == '-')
      safe += "\\-";
    else
      safe += c;
    begins_line = c == '\n';
  }
  return safe;
}

/// The first sentence, without its full stop.
std::string summary_of(const std::string& description) {
  std::string summary = replace_all(description.substr(0, description.find("\n\n")), "\n", " ");
  if (const auto end = summary.find(". "); end != std::string::npos) summary.resize(end);
  if (summary.ends_with('.')) summary.pop_back();
  return summary;
}

std::string paragraphs(std::string_view description) {
  std::string text;
  bool is_typed = false;
  for (const std::string_view line : split(description, '\n')) {
    if (line.starts_with(' ') != is_typed) text += is_typed ? ".fi\n" : ".nf\n";
    is_typed = line.starts_with(' ');
    text += line.empty() ? ".PP\n" : literal(line) + "\n";
  }
  return text + (is_typed ? ".fi\n" : "");
}

std::string entries(std::string_view heading, const std::vector<ManualPage::Entry>& all) {
  if (all.empty()) return {};
  std::string text = fmt::format(".SH {}\n", heading);
  for (const auto& [left, right] : all)
    text += fmt::format(".TP\n.B {}\n{}\n", literal(left), literal(right));
  return text;
}

}  // namespace

std::string render(const ManualPage& page) {
  const std::string title = replace_all(page.program, " ", "-");
  std::string text = fmt::format(".TH {} {} \"\" \"{}\" Holdfast\n", literal(title),
                                 static_cast<int>(page.section), product);
  text += fmt::format(".SH NAME\n{} \\- {}\n", literal(title), literal(summary_of(page.description)));
  text += fmt::format(".SH SYNOPSIS\n.B {}\n{}\n", literal(page.program), literal(page.synopsis));
  text += ".SH DESCRIPTION\n" + paragraphs(page.description);
  text += entries("COMMANDS", page.commands);
  text += entries("OPTIONS", page.options);
  text += entries("EXIT STATUS", page.exit_codes);
  return text + ".SH SEE ALSO\nThe manual of Holdfast, in docs/manual of its source.\n";
}

}  // namespace holdfast::apps
