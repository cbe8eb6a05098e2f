// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/run_words.h"

#include <fmt/core.h>

#include "base/text.h"
#include "config/run_names.h"
#include "config/value_reader.h"

namespace holdfast::config {

namespace {

constexpr unsigned last_day = 31;
constexpr unsigned last_year_week = 53;

/// What the first word of a kind adds to: nothing. Later ones add to what is there.
template <std::size_t Size>
void begin(std::bitset<Size>& set, bool& is_given) {
  if (!is_given) set.reset();
  is_given = true;
}

/// From the first to the last bit, over the end of the set where the last is not behind the first.
template <std::size_t Size>
void set_range(std::bitset<Size>& set, std::size_t first, std::size_t last) {
  std::size_t bit = first;
  do {
    set.set(bit);
    bit = (bit + 1) % Size;
  } while (bit != (last + 1) % Size);
}

/// "w07" -> 7, whatever follows the w.
std::optional<unsigned> year_week(std::string_view word) {
  if (!word.starts_with('w') && !word.starts_with('W')) return std::nullopt;
  return parse_number<unsigned>(word.substr(1));
}

[[noreturn]] void fail_unknown(const Token& word) {
  fail(word, fmt::format("Job type field: {} in run record not found", printable(word.text)));
}

}  // namespace

void RunWords::add(const Token& word) {
  if (!word.is(Token::Kind::number) && !word.is(Token::Kind::unquoted)) {
    fail(word, fmt::format("Unexpected token: {}:{}", static_cast<int>(word.kind), printable(word.text)));
  }
  const std::string& text = word.text;
  if (add_plain_word(text) || add_name(text)) return;
  if (text.find(':') != std::string::npos) return add_time(word);
  if (text.find('-') != std::string::npos) return add_range(word);
  if (text.find('/') != std::string::npos) return add_modulo(word);
  if (word.is(Token::Kind::number)) return add_number(word);
  if (year_week(text)) return add_year_week(word);
  fail_unknown(word);
}

bool RunWords::add_plain_word(std::string_view word) {
  if (equal_ignoring_case(word, "on")) return true;
  if (equal_ignoring_case(word, "at")) return has_at_ = true;
  if (equal_ignoring_case(word, "hourly")) {
    times_.hours.set();
    given_.hours = true;
  } else if (equal_ignoring_case(word, "daily")) {
    times_.week_days.set();
    given_.month_days = true;
  } else if (equal_ignoring_case(word, "weekly")) {
    times_.month_days.set();
    times_.month_weeks.set();
    times_.year_weeks.set();
    given_.month_days = given_.month_weeks = given_.year_weeks = true;
  } else if (equal_ignoring_case(word, "monthly")) {
    times_.months.set();
    given_.months = true;
  } else if (equal_ignoring_case(word, "last")) {
    begin(times_.month_weeks, given_.month_weeks);
    times_.last_week = true;
  } else {
    return false;
  }
  return true;
}

bool RunWords::add_name(std::string_view word) {
  if (const auto day = index_of_name(week_day_names, word)) {
    begin(times_.week_days, given_.week_days);
    times_.week_days.set(*day);
  } else if (const auto month = index_of_name(month_names, word)) {
    begin(times_.months, given_.months);
    times_.months.set(*month);
  } else if (const auto position = index_of_name(position_names, word)) {
    begin(times_.month_weeks, given_.month_weeks);
    times_.month_weeks.set(*position);
  } else {
    return false;
  }
  return true;
}

/// H:MM or HH:MM, with or without am or pm.
void RunWords::add_time(const Token& word) {
  if (!has_at_) fail(word, "Time must be preceded by keyword AT.");
  std::string_view text = word.text;
  const bool is_pm = text.size() > 2 && equal_ignoring_case(text.substr(text.size() - 2), "pm");
  const bool is_am = text.size() > 2 && equal_ignoring_case(text.substr(text.size() - 2), "am");
  if (is_am || is_pm) text.remove_suffix(2);
  const auto colon = text.find(':');
  const auto hour = parse_number<unsigned>(text.substr(0, colon));
  const std::string_view minute_digits = text.substr(colon + 1);
  const auto minute = parse_number<unsigned>(minute_digits);
  const unsigned hours_in_half = is_am || is_pm ? 13 : 24;
  if (!hour || !minute || minute_digits.size() != 2 || *minute > 59 || *hour >= hours_in_half) {
    fail(word, "Bad time specification.");
  }
  const unsigned of_day = is_am || is_pm ? *hour % 12 + (is_pm ? 12 : 0) : *hour;
  begin(times_.hours, given_.hours);
  times_.hours.set(of_day);
  times_.minute = *minute;
}

void RunWords::add_number(const Token& word) {
  const auto day = parse_number<unsigned>(word.text);
  if (!day || *day < 1 || *day > last_day) fail(word, "Day number out of range (1-31)");
  begin(times_.month_days, given_.month_days);
  times_.month_days.set(*day - 1);
}

void RunWords::add_year_week(const Token& word) {
  const auto week = year_week(word.text);
  if (!week || *week > last_year_week) fail(word, "Week number out of range (0-53)");
  begin(times_.year_weeks, given_.year_weeks);
  times_.year_weeks.set(*week);
}

void RunWords::add_range(const Token& word) {
  const std::string_view text = word.text;
  const auto dash = text.find('-');
  const auto from = text.substr(0, dash);
  const auto to = text.substr(dash + 1);
  if (const auto first = parse_number<unsigned>(from)) {
    const auto last = parse_number<unsigned>(to);
    if (!last || *first < 1 || *first > last_day || *last < 1 || *last > last_day) {
      fail(word, "Bad day range specification.");
    }
    begin(times_.month_days, given_.month_days);
    // The same day twice means all of them, and so does the range that wraps around to it.
    if (*first == *last)
      times_.month_days.set();
    else
      set_range(times_.month_days, *first - 1, *last - 1);
  } else if (const auto first_week = year_week(from)) {
    const auto last_week = year_week(to);
    if (!last_week) fail(word, "Invalid month, week or position day range");
    if (*first_week > last_year_week || *last_week > last_year_week)
      fail(word, "Week number out of range (0-53)");
    begin(times_.year_weeks, given_.year_weeks);
    if (*first_week == *last_week)
      times_.year_weeks.set();
    else
      set_range(times_.year_weeks, *first_week, *last_week);
  } else if (!add_name_range(from, to, word)) {
    fail(word, "Invalid month, week or position day range");
  }
}

bool RunWords::add_name_range(std::string_view from, std::string_view to, const Token& word) {
  const auto add_to = [&](auto& set, bool& is_given, std::span<const RunName> names) {
    const auto first = index_of_name(names, from);
    const auto last = index_of_name(names, to);
    if (!first) return false;
    if (!last || *first == *last) fail(word, "Invalid month, weekday or position range");
    begin(set, is_given);
    set_range(set, *first, *last);
    return true;
  };
  return add_to(times_.week_days, given_.week_days, week_day_names) ||
         add_to(times_.months, given_.months, month_names) ||
         add_to(times_.month_weeks, given_.month_weeks, position_names);
}

/// d/m: day d and every m-th after it; w01/w03 likewise with weeks. What lies behind the last day is left out.
void RunWords::add_modulo(const Token& word) {
  const std::string_view text = word.text;
  const auto slash = text.find('/');
  const auto offset_text = text.substr(0, slash);
  const auto interval_text = text.substr(slash + 1);
  if (const auto day = parse_number<unsigned>(offset_text)) {
    const auto interval = parse_number<unsigned>(interval_text);
    if (!interval || *interval < 1 || *interval > 30 || *day < 1 || *day > last_day) {
      fail(word, "Bad day specification in modulo.");
    }
    if (*day - 1 > *interval) fail(word, "Bad day specification, offset must always be <= than modulo.");
    begin(times_.month_days, given_.month_days);
    for (unsigned member = *day; member <= last_day; member += *interval) times_.month_days.set(member - 1);
    return;
  }
  const auto week = year_week(offset_text);
  const auto interval = year_week(interval_text);
  if (!week || !interval) {
    fail(word, "Bad modulo time specification. Format for weekdays is '01/02', for yearweeks is 'w01/w02'.");
  }
  if (*week > last_year_week) fail(word, "Week number out of range (0-53) in modulo");
  if (*interval < 1 || *interval > last_year_week) fail(word, "Week interval out of range (1-53) in modulo");
  if (*week > *interval)
    fail(word, "Bad week number specification in modulo, offset must always be <= than modulo.");
  begin(times_.year_weeks, given_.year_weeks);
  for (unsigned member = *week; member <= last_year_week; member += *interval) times_.year_weeks.set(member);
}

namespace {

/// The set bits as words, runs of them as ranges; nothing for a full set.
template <std::size_t Size, typename Name>
void append_set(std::string& to, const std::bitset<Size>& set, Name name) {
  if (set.all()) return;
  for (std::size_t first = 0; first < Size; ++first) {
    if (!set.test(first)) continue;
    std::size_t last = first;
    while (last + 1 < Size && set.test(last + 1)) ++last;
    to += ' ' + name(first);
    if (last > first) to += '-' + name(last);
    first = last;
  }
}

}  // namespace

std::string run_words(const RunTimes& times) {
  const auto named = [](std::span<const RunName> names) {
    return [names](std::size_t index) { return std::string(names[index].brief); };
  };
  std::string text;
  append_set(text, times.months, named(month_names));
  // A number must not come first.
  if (!times.month_days.all()) text += " on";
  append_set(text, times.month_days, [](std::size_t day) { return std::to_string(day + 1); });
  append_set(text, times.month_weeks, named(position_names));
  // "last" alone would empty the set of weeks.
  if (times.last_week) text += times.month_weeks.all() ? " 1st-5th last" : " last";
  append_set(text, times.week_days, named(week_day_names));
  append_set(text, times.year_weeks, [](std::size_t week) { return fmt::format("w{:02}", week); });
  if (times.hours.all()) {
    text += " hourly";
    if (times.minute != 0) text += fmt::format(" at 0:{:02}", times.minute);
  }
  for (std::size_t hour = 0; hour < times.hours.size(); ++hour) {
    if (!times.hours.all() && times.hours.test(hour))
      text += fmt::format(" at {:02}:{:02}", hour, times.minute);
  }
  return text.substr(1);
}

}  // namespace holdfast::config
