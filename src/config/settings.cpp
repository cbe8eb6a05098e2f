// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/settings.h"

#include <fmt/core.h>

#include "base/text.h"
#include "config/directive.h"
#include "config/value_types.h"

namespace holdfast::config {

namespace {

enum class Presence { hidden, own, absent };

/// What was given, if it says more than the default; of the rest, what has a value.
Presence presence_of(const Resource& resource, const Directive& directive, Shown shown) {
  const std::size_t index = resource.resource_type->index_of(directive);
  const bool is_changed = !directive.type->is_same(directive.value(resource),
                                                   directive.value(resource.resource_type->defaults()));
  if (directive.type->is_always_shown()) return Presence::own;
  if (resource.given.test(index) && (is_changed || directive.is_required)) return Presence::own;
  const bool has_value = is_changed || directive.has_default;
  return shown == Shown::everything && has_value ? Presence::absent : Presence::hidden;
}

/// The text, in quotes unless it reads back the same without them.
std::string in_quotes_where_needed(std::string_view text) {
  const bool is_plain = text.find_first_of(" \t\v\f\r\n={};,\"#\\") == std::string_view::npos &&
                        !text.starts_with('@') &&
                        text.find_first_not_of("0123456789") != std::string_view::npos;
  return is_plain ? std::string(text) : in_quotes(text);
}

/// Renders settings as configuration text.
class TextWriter {
 public:
  explicit TextWriter(std::string indent) : indent_(std::move(indent)) {}

  std::string write(const Settings& settings) {
    for (const Setting& setting : settings) {
      start_ = indent_ + (setting.is_absent ? "# " : "");
      key_ = setting.key;
      std::visit(*this, setting.value);
    }
    return std::move(text_);
  }

  void operator()(const QuotedText& value) { line(in_quotes(value.text)); }
  void operator()(const PlainText& value) { line(value.text); }
  void operator()(const SecretText& value) { line(in_quotes(value.text)); }
  void operator()(std::int64_t value) { line(std::to_string(value)); }
  void operator()(bool value) { line(value ? "Yes" : "No"); }
  void operator()(const SettingList& list);
  void operator()(const DestinationText& destination);
  void operator()(const std::vector<ListenAddress>& addresses);
  void operator()(const std::vector<SettingBlock>& blocks);

 private:
  void line(std::string_view value) { text_ += fmt::format("{}{} = {}\n", start_, key_, value); }

  std::string indent_;
  std::string start_;
  std::string_view key_;
  std::string text_;
};

void TextWriter::operator()(const SettingList& list) {
  std::string joined;
  for (const auto& value : list.values) {
    const std::string shown = list.form == SettingList::Form::plain_lines ? value : in_quotes(value);
    if (list.form != SettingList::Form::one_line)
      line(shown);
    else
      joined += (joined.empty() ? "" : ", ") + shown;
  }
  if (!joined.empty()) line(joined);
}

void TextWriter::operator()(const DestinationText& destination) {
  if (destination.where.empty()) return line(destination.classes);
  std::string where;
  for (const auto& one : destination.where) where += (where.empty() ? "" : ",") + in_quotes_where_needed(one);
  line(fmt::format("{} = {}", where, destination.classes));
}

void TextWriter::operator()(const std::vector<ListenAddress>& addresses) {
  text_ += fmt::format("{}{} = {{\n", start_, key_);
  for (const auto& address : addresses) {
    const bool is_ipv4 = address.family == ListenAddress::Family::ipv4;
    const std::string_view any = is_ipv4 ? "0.0.0.0" : "::";
    text_ += fmt::format("{0}  {1} = {{\n{0}    addr = {2}\n{0}    port = {3}\n{0}  }}\n", start_,
                         is_ipv4 ? "ipv4" : "ipv6",
                         address.host.empty() ? any : std::string_view(address.host), address.port);
  }
  text_ += start_ + "}\n";
}

void TextWriter::operator()(const std::vector<SettingBlock>& blocks) {
  for (const SettingBlock& block : blocks) {
    if (block.form == SettingBlock::Form::bare) {
      text_ += TextWriter(start_).write(block.settings);
      continue;
    }
    text_ += fmt::format("{}{} {{\n{}{}}}\n", start_, key_, TextWriter(start_ + "  ").write(block.settings),
                         start_);
  }
}

}  // namespace

void add_setting(Settings& to, const Directive& directive, SettingValue value) {
  to.push_back({std::string(directive.name), std::move(value)});
}

Settings settings_of(const Resource& resource, Shown shown) {
  const ResourceType& type = *resource.resource_type;
  Settings settings;
  for (const Directive& directive : type.directives) {
    const bool is_described =
        type.describe != nullptr && directive.name != "Name" && directive.name != "Description";
    const Presence presence = is_described ? Presence::hidden : presence_of(resource, directive, shown);
    if (presence == Presence::hidden) continue;
    const std::size_t before = settings.size();
    directive.type->describe(settings, directive, directive.value(resource));
    for (std::size_t i = before; i < settings.size(); ++i)
      settings[i].is_absent = presence == Presence::absent;
  }
  if (type.describe != nullptr) type.describe(settings, resource);
  return settings;
}

std::string settings_text(const Settings& settings) { return TextWriter("  ").write(settings); }

std::string in_quotes(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace holdfast::config
