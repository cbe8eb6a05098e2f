// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/schedule_run_type.h"

#include <fmt/core.h>

#include <array>

#include "base/text.h"
#include "base/units.h"
#include "config/director_resources.h"
#include "config/run_words.h"
#include "config/suggestion.h"
#include "config/value_reader.h"
#include "config/value_types.h"

namespace holdfast::config {

namespace types {
constinit const ScheduleRunType schedule_run{"SCHEDULE_RUN_COMMAND"};
}

namespace {

/// What stands before the times: key = value, setting one member of the run.
struct Override {
  std::string_view key;
  void (*read)(ValueReader& from, ScheduleRun& run, const Token& value);
  /// The value as text, quoted where needed; empty where it is not overridden, and for the level, which stands first.
  std::string (*text)(const ScheduleRun& run);
};

template <typename T>
struct ReferenceName;
template <>
struct ReferenceName<Pool> {
  static constexpr std::string_view value = "Pool";
};
template <>
struct ReferenceName<Storage> {
  static constexpr std::string_view value = "Storage";
};
template <>
struct ReferenceName<Messages> {
  static constexpr std::string_view value = "Messages";
};

/// The run is the last one of its schedule while it is read.
template <typename T, const T* ScheduleRun::*Member>
void read_reference(ValueReader& from, ScheduleRun&, const Token& value) {
  Schedule& schedule = static_cast<Schedule&>(from.resource());
  const std::size_t index = schedule.runs.size() - 1;
  constexpr auto type = ReferenceName<T>::value;
  from.refer(
      {type, value, fmt::format("Could not find specified {} Resource: {}", type, printable(value.text)),
       [&schedule, index](Resource& found) { schedule.runs[index].*Member = static_cast<T*>(&found); }});
}

template <typename T, const T* ScheduleRun::*Member>
std::string reference_text(const ScheduleRun& run) {
  return run.*Member == nullptr ? std::string() : in_quotes((run.*Member)->name);
}

template <std::optional<bool> ScheduleRun::*Member>
void read_switch(ValueReader&, ScheduleRun& run, const Token& value) {
  const bool is_yes = equal_ignoring_case(value.text, "yes") || equal_ignoring_case(value.text, "true");
  if (!is_yes && !equal_ignoring_case(value.text, "no") && !equal_ignoring_case(value.text, "false")) {
    fail(value, "Expect a YES or NO, got: " + printable(value.text));
  }
  run.*Member = is_yes;
}

template <std::optional<bool> ScheduleRun::*Member>
std::string switch_text(const ScheduleRun& run) {
  if (!(run.*Member)) return {};
  return *(run.*Member) ? "yes" : "no";
}

void read_level(ValueReader&, ScheduleRun& run, const Token& value) {
  run.level = parse_keyword<JobLevel>(value.text);
  if (!run.level)
    fail(value, fmt::format("Job level field: {} not found in run record", printable(value.text)));
}

void read_priority(ValueReader&, ScheduleRun& run, const Token& value) {
  const auto priority = parse_number<std::uint32_t>(value.text);
  if (!priority) fail(value, "expected a positive integer number, got: " + printable(value.text));
  run.priority.reset();
  if (*priority != 0) run.priority = *priority;
}

void read_max_run_sched_time(ValueReader&, ScheduleRun& run, const Token& value) {
  run.max_run_sched_time = parse_duration(value.text);
  if (!run.max_run_sched_time) fail(value, "expected a time period, got: " + printable(value.text));
}

constexpr std::array overrides{
    Override{"Level", read_level, [](const ScheduleRun&) { return std::string(); }},
    Override{"Pool", read_reference<Pool, &ScheduleRun::pool>, reference_text<Pool, &ScheduleRun::pool>},
    Override{"FullPool", read_reference<Pool, &ScheduleRun::full_pool>,
             reference_text<Pool, &ScheduleRun::full_pool>},
    Override{"IncrementalPool", read_reference<Pool, &ScheduleRun::incremental_pool>,
             reference_text<Pool, &ScheduleRun::incremental_pool>},
    Override{"DifferentialPool", read_reference<Pool, &ScheduleRun::differential_pool>,
             reference_text<Pool, &ScheduleRun::differential_pool>},
    Override{"NextPool", read_reference<Pool, &ScheduleRun::next_pool>,
             reference_text<Pool, &ScheduleRun::next_pool>},
    Override{"Storage", read_reference<Storage, &ScheduleRun::storage>,
             reference_text<Storage, &ScheduleRun::storage>},
    Override{"Messages", read_reference<Messages, &ScheduleRun::messages>,
             reference_text<Messages, &ScheduleRun::messages>},
    Override{
        "Priority", read_priority,
        [](const ScheduleRun& run) { return run.priority ? std::to_string(*run.priority) : std::string(); }},
    Override{"SpoolData", read_switch<&ScheduleRun::spool_data>, switch_text<&ScheduleRun::spool_data>},
    Override{"Accurate", read_switch<&ScheduleRun::accurate>, switch_text<&ScheduleRun::accurate>},
    Override{"MaxRunSchedTime", read_max_run_sched_time, [](const ScheduleRun& run) {
               return run.max_run_sched_time ? in_quotes(format_duration(*run.max_run_sched_time))
                                             : std::string();
             }}};

const Override* find_override(std::string_view word) {
  for (const Override& known : overrides) {
    if (equal_ignoring_case(known.key, word)) return &known;
  }
  return nullptr;
}

Token next_word(ValueReader& from) { return from.next(Lexer::Mode::words); }

void read_override(ValueReader& from, ScheduleRun& run, const Override& known) {
  const Token sign = next_word(from);
  if (!sign.is(Token::Kind::equals)) fail(sign, "Expected an equals, got: " + printable(sign.text));
  const Token value = next_word(from);
  const bool is_value = value.is_word() || value.is(Token::Kind::number);
  if (!is_value) {
    if (value.is(Token::Kind::end_of_line) || value.is(Token::Kind::close)) from.unget(value);
    fail(value, "expected a name, " + got(value));
  }
  known.read(from, run, value);
}

/// Overrides and level; returns the first word behind them.
Token read_overrides(ValueReader& from, ScheduleRun& run) {
  for (;;) {
    Token word = next_word(from);
    if (!word.is_word()) {
      if (word.is(Token::Kind::end_of_line) || word.is(Token::Kind::close)) from.unget(word);
      fail(word, "expected a name, " + got(word));
    }
    if (const Override* known = find_override(word.text)) {
      read_override(from, run, *known);
    } else if (const auto level = parse_keyword<JobLevel>(word.text)) {
      run.level = *level;
    } else {
      return word;
    }
  }
}

}  // namespace

void ScheduleRunType::read_typed(ValueReader& from, std::vector<ScheduleRun>& runs) const {
  ScheduleRun& run = runs.emplace_back();
  RunWords words;
  for (Token word = read_overrides(from, run);; word = next_word(from)) {
    if (word.is(Token::Kind::end_of_line) || word.is(Token::Kind::end_of_file)) break;
    if (word.is(Token::Kind::close)) {
      from.unget(std::move(word));
      break;
    }
    if (!word.is(Token::Kind::comma)) words.add(word);
  }
  run.times = words.times();
}

void ScheduleRunType::describe_typed(Settings& to, const Directive& directive,
                                     const std::vector<ScheduleRun>& runs) const {
  SettingList lines{SettingList::Form::plain_lines, {}};
  for (const ScheduleRun& run : runs) {
    std::string text;
    if (run.level) text = fmt::format("{} ", to_string(*run.level));
    for (const Override& known : overrides) {
      const std::string value = known.text(run);
      if (!value.empty()) text += fmt::format("{}={} ", known.key, value);
    }
    lines.values.push_back(text + run_words(run.times));
  }
  if (!lines.values.empty()) add_setting(to, directive, std::move(lines));
}

}  // namespace holdfast::config
