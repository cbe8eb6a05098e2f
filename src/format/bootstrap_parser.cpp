// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/format.h>

#include <array>

#include "base/text.h"
#include "format/bootstrap.h"
#include "format/bootstrap_lexer.h"

namespace holdfast::format {
namespace {

/// Applies statements to the sections built so far.
class Builder {
 public:
  using Complaint = std::optional<std::string>;

  Complaint apply(std::string_view keyword, BootstrapLexer& lexer);
  Bootstrap take();

 private:
  using Rule = Complaint (Builder::*)(BootstrapLexer&);
  struct Keyword {
    std::string_view name;
    Rule rule;
  };
  static const std::array<Keyword, 19> keywords;

  BootstrapSection& section() {
    if (bootstrap_.sections.empty()) bootstrap_.sections.emplace_back();
    return bootstrap_.sections.back();
  }

  Complaint volume(BootstrapLexer& lexer);
  template <auto Member>
  Complaint volume_text(BootstrapLexer& lexer);
  Complaint slot(BootstrapLexer& lexer);
  Complaint storage(BootstrapLexer& lexer);
  Complaint count(BootstrapLexer& lexer);
  Complaint regex(BootstrapLexer& lexer);
  Complaint ignore(BootstrapLexer& lexer);
  template <auto Member>
  Complaint ranges(BootstrapLexer& lexer);
  template <auto Member>
  Complaint numbers(BootstrapLexer& lexer);
  template <auto Member>
  Complaint names(BootstrapLexer& lexer);

  Bootstrap bootstrap_;
  // A Director writes the storage before the volume, so it belongs to the section that follows.
  std::optional<std::string> next_storage_;
};

const std::array<Builder::Keyword, 19> Builder::keywords{{
    {"volume", &Builder::volume},
    {"mediatype", &Builder::volume_text<&BootstrapVolume::media_type>},
    {"device", &Builder::volume_text<&BootstrapVolume::device>},
    {"slot", &Builder::slot},
    {"storage", &Builder::storage},
    {"volsessionid", &Builder::ranges<&BootstrapSection::session_ids>},
    {"volsessiontime", &Builder::numbers<&BootstrapSection::session_times>},
    {"volfile", &Builder::ranges<&BootstrapSection::files>},
    {"volblock", &Builder::ranges<&BootstrapSection::blocks>},
    {"voladdr", &Builder::ranges<&BootstrapSection::addresses>},
    {"fileindex", &Builder::ranges<&BootstrapSection::file_indexes>},
    {"count", &Builder::count},
    {"fileregex", &Builder::regex},
    {"jobid", &Builder::ranges<&BootstrapSection::job_ids>},
    {"job", &Builder::names<&BootstrapSection::jobs>},
    {"client", &Builder::names<&BootstrapSection::clients>},
    {"stream", &Builder::numbers<&BootstrapSection::streams>},
    {"include", &Builder::ignore},
    {"exclude", &Builder::ignore},
}};

Builder::Complaint Builder::apply(std::string_view keyword, BootstrapLexer& lexer) {
  for (const auto& entry : keywords) {
    if (!equal_ignoring_case(entry.name, keyword)) continue;
    if (auto complaint = (this->*entry.rule)(lexer)) return fmt::format("{}: {}", keyword, *complaint);
    if (!lexer.at_end_of_statement()) return fmt::format("{}: more on the line than one value", keyword);
    return std::nullopt;
  }
  return fmt::format("unknown keyword {}", printable(keyword));
}

Bootstrap Builder::take() {
  if (next_storage_ && !section().storage) section().storage = std::move(next_storage_);
  return std::move(bootstrap_);
}

Builder::Complaint Builder::volume(BootstrapLexer& lexer) {
  const auto names = lexer.take_string();
  if (!names || names->empty()) return "a volume name is expected";
  if (!section().volumes.empty()) bootstrap_.sections.emplace_back();
  if (next_storage_) section().storage = std::exchange(next_storage_, std::nullopt);
  for (const auto name : split(*names, '|')) {
    section().volumes.push_back({.name = std::string(name), .media_type = {}, .device = {}});
  }
  return std::nullopt;
}

template <auto Member>
Builder::Complaint Builder::volume_text(BootstrapLexer& lexer) {
  const auto text = lexer.take_string();
  if (!text) return "a name is expected";
  if (section().volumes.empty()) return "must follow a Volume";
  for (auto& volume : section().volumes) volume.*Member = *text;
  return std::nullopt;
}

Builder::Complaint Builder::slot(BootstrapLexer& lexer) {
  const auto number = lexer.take_number();
  if (!number) return "a number is expected";
  if (section().volumes.empty()) return "must follow a Volume";
  section().volumes.front().slot = static_cast<std::int32_t>(*number);
  return std::nullopt;
}

Builder::Complaint Builder::storage(BootstrapLexer& lexer) {
  next_storage_ = lexer.take_string();
  if (!next_storage_) return "a name is expected";
  return std::nullopt;
}

Builder::Complaint Builder::count(BootstrapLexer& lexer) {
  const auto number = lexer.take_number();
  if (!number) return "a number is expected";
  section().count = static_cast<std::uint32_t>(*number);
  return std::nullopt;
}

Builder::Complaint Builder::regex(BootstrapLexer& lexer) {
  // Directors do not quote it; taking the whole line saves the blanks and commas that the peer loses.
  const auto rest = lexer.take_rest_of_line();
  if (rest.starts_with('"')) {
    BootstrapLexer quoted(rest);
    const auto text = quoted.take_string();
    if (!text || !quoted.at_end_of_statement()) return "the quotation does not end";
    section().file_regex = *text;
  } else {
    section().file_regex = rest;
  }
  if (section().file_regex.empty()) return "an expression is expected";
  return std::nullopt;
}

Builder::Complaint Builder::ignore(BootstrapLexer& lexer) {
  lexer.take_rest_of_line();
  return std::nullopt;
}

template <auto Member>
Builder::Complaint Builder::ranges(BootstrapLexer& lexer) {
  do {
    const auto range = lexer.take_range();
    if (!range) return "a number or a range is expected";
    auto& list = section().*Member;
    using Number = decltype(list.front().first);
    list.push_back({static_cast<Number>(range->first), static_cast<Number>(range->last)});
  } while (lexer.take_comma());
  return std::nullopt;
}

template <auto Member>
Builder::Complaint Builder::numbers(BootstrapLexer& lexer) {
  do {
    const auto number = lexer.take_number();
    if (!number) return "a number is expected";
    auto& list = section().*Member;
    list.push_back(static_cast<typename std::remove_reference_t<decltype(list)>::value_type>(*number));
  } while (lexer.take_comma());
  return std::nullopt;
}

template <auto Member>
Builder::Complaint Builder::names(BootstrapLexer& lexer) {
  do {
    const auto name = lexer.take_string();
    if (!name) return "a name is expected";
    (section().*Member).push_back(*name);
  } while (lexer.take_comma());
  return std::nullopt;
}

}  // namespace

Expected<Bootstrap, BootstrapError> parse_bootstrap(std::string_view text) {
  Builder builder;
  BootstrapLexer lexer(text);
  while (lexer.find_statement()) {
    const auto line = lexer.line();
    const auto keyword = lexer.take_keyword();
    if (!keyword) return unexpected(BootstrapError{line, "\"keyword = value\" is expected"});
    if (const auto complaint = builder.apply(*keyword, lexer)) {
      return unexpected(BootstrapError{line, *complaint});
    }
  }
  return builder.take();
}

}  // namespace holdfast::format
