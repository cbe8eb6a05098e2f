// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/resource.h"

namespace holdfast::config {

// A resource taken apart again, for whoever shows it: --xc as text, the console as text or JSON. Texts are as they are
// kept, not escaped.

/// A string, name or reference: quoted in configuration text.
struct QuotedText {
  std::string text;
};
/// A keyword, duration, size or address: not quoted.
struct PlainText {
  std::string text;
};
/// A password, "[md5]<hex>" or clear; shown to those only who may see it.
struct SecretText {
  std::string text;
};
/// Several values of one directive.
struct SettingList {
  enum class Form : std::uint8_t {
    quoted_lines,  ///< one directive each
    plain_lines,   ///< likewise, not quoted: Run
    one_line,      ///< quoted, separated by commas
  };
  Form form = Form::quoted_lines;
  std::vector<std::string> values;
};
/// Where messages of some classes go: a path, a facility, recipients, or nothing.
struct DestinationText {
  std::vector<std::string> where;
  std::string classes;
};
struct SettingBlock;

using SettingValue = std::variant<QuotedText, PlainText, SecretText, std::int64_t, bool, SettingList,
                                  DestinationText, std::vector<ListenAddress>, std::vector<SettingBlock>>;

/// One directive and its value. The key has the canonical spelling; destinations of messages are lower-case.
struct Setting {
  std::string key;
  SettingValue value;
  /// Not in the resource itself: inherited or default. Only settings_of(…, Shown::everything) lists such.
  bool is_absent = false;
};

/// A block within a resource: Include, Options, RunScript.
struct SettingBlock {
  enum class Form : std::uint8_t {
    braces,
    bare,  ///< the one setting stands for itself: RunBeforeJob = "..."
  };
  Form form = Form::braces;
  std::vector<Setting> settings;
};

using Settings = std::vector<Setting>;

enum class Shown : std::uint8_t {
  changed,     ///< given in the resource, and different from the default or required
  everything,  ///< inherited values and defaults too, where there are any
};

/// In the order of the table.
Settings settings_of(const Resource& resource, Shown shown = Shown::changed);

/// The settings as configuration text, each line indented by two blanks; absent ones behind "# ".
std::string settings_text(const Settings& settings);

/// The text in quotes, with a backslash before quotes and backslashes, so that it reads back the same.
std::string in_quotes(std::string_view text);

}  // namespace holdfast::config
