// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/prompt.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "director/console/command_line.h"

namespace holdfast::director::console {
namespace {

constexpr std::size_t screen_width = 80;
constexpr std::size_t most_lines = 20;

std::size_t longest(const std::vector<std::string>& entries) {
  std::size_t length = 0;
  for (const auto& entry : entries) length = std::max(length, entry.size());
  return length;
}

std::string in_columns(const std::vector<std::string>& entries, std::size_t index_width) {
  const std::size_t width = longest(entries);
  const std::size_t columns = std::max<std::size_t>(1, screen_width / (width + index_width + 3));
  const std::size_t lines = (entries.size() + columns) / columns;
  std::string text;
  for (std::size_t line = 0; line < lines; ++line) {
    for (std::size_t at = line; at < entries.size(); at += lines)
      text += fmt::format("{:>{}}: {:<{}} ", at + 1, index_width, entries[at], width);
    text += "\n";
  }
  return text;
}

}  // namespace

std::string numbered(const std::vector<std::string>& entries) {
  const std::size_t index_width = std::to_string(entries.size() + 1).size();
  const std::size_t cell = longest(entries) + index_width + 4;
  if (entries.size() + 1 > most_lines && screen_width > 2 * cell) return in_columns(entries, index_width);
  std::string text;
  for (std::size_t i = 0; i < entries.size(); ++i)
    text += fmt::format("{:>{}}: {}\n", i + 1, index_width, entries[i]);
  return text;
}

std::optional<std::string> Prompts::next_line() {
  link_.flush();
  while (!gone_) {
    Heard heard = link_.receive();
    if (auto* text = std::get_if<std::string>(&heard)) return std::string(without_trailing_junk(*text));
    if (const auto* signal = std::get_if<wire::Signal>(&heard))
      gone_ = *signal == wire::Signal::terminate;
    else
      gone_ = true;
  }
  return std::nullopt;
}

std::optional<std::string> Prompts::line(std::string_view prompt) {
  if (!can_ask() || gone_) return std::nullopt;
  if (out_.api() != Api::text) out_.signal(wire::Signal::text_input);
  out_.direct(prompt);
  if (out_.api() == Api::text) out_.signal(wire::Signal::sub_prompt);
  auto answer = next_line();
  if (!answer || *answer == ".") return std::nullopt;
  if (out_.settings().autodisplay && show_messages_ && *answer == ".messages") show_messages_();
  return answer;
}

std::optional<std::string> Prompts::tree_command(std::string_view prompt) {
  if (interaction_ != Interaction::console || gone_) return std::nullopt;
  out_.direct(prompt);
  out_.signal(wire::Signal::sub_prompt);
  return next_line();
}

std::optional<std::int64_t> Prompts::number(std::string_view prompt) {
  while (const auto answer = line(prompt)) {
    if (answer->empty() && prompt.starts_with("Enter slot")) return 0;
    const auto number = parse_number<std::int64_t>(*answer);
    if (number && *number >= 0) return number;
    out_.warning(fmt::format("Expected a positive integer, got: {}\n", *answer));
  }
  return std::nullopt;
}

std::optional<bool> Prompts::yes_no(std::string_view prompt) {
  for (;;) {
    if (out_.api() != Api::text) out_.signal(wire::Signal::yes_no);
    const auto answer = line(prompt);
    if (!answer) return std::nullopt;
    if (equal_ignoring_case(*answer, "yes")) return true;
    if (equal_ignoring_case(*answer, "no")) return false;
    if (!answer->empty() && answer->size() <= 3)
      out_.warning("Invalid response. You must answer yes or no.\n");
  }
}

std::optional<std::size_t> Prompts::select(const Selection& selection) {
  if (selection.entries.size() == 1) {
    if (out_.api() == Api::text && interaction_ == Interaction::console)
      out_.text(fmt::format("Automatically selected {}: {}\n", selection.auto_text, selection.entries[0]));
    return 0;
  }
  if (!can_ask()) return tell_that_nobody_chooses(selection);
  if (out_.api() == Api::text)
    show_for_people(selection);
  else
    show_for_programs(selection);
  if (selection.entries.empty()) {
    out_.error(fmt::format("Selection list for \"{}\" is empty!\n", selection.auto_text));
    return std::nullopt;
  }
  return choose(selection);
}

std::optional<std::size_t> Prompts::tell_that_nobody_chooses(const Selection& selection) {
  show_for_people(selection);
  out_.text(
      fmt::format("Your request has multiple choices for \"{}\". Selection is not possible in batch mode.\n",
                  selection.auto_text));
  return std::nullopt;
}

void Prompts::show_for_people(const Selection& selection) {
  out_.text(selection.header);
  out_.text(numbered(selection.entries));
}

void Prompts::show_for_programs(const Selection& selection) {
  out_.signal(wire::Signal::start_select);
  out_.text(selection.header);
  for (const auto& entry : selection.entries) out_.text(entry);
  out_.signal(wire::Signal::end_select);
}

std::optional<std::size_t> Prompts::choose(const Selection& selection) {
  const std::size_t count = selection.entries.size();
  const std::string prompt = fmt::format("{} (1-{}): ", selection.prompt, count);
  for (;;) {
    if (out_.api() != Api::text) out_.signal(wire::Signal::select_input);
    const auto answer = number(prompt);
    if (!answer) {
      if (!gone_) out_.info("Selection aborted, nothing done.\n");
      return std::nullopt;
    }
    const auto chosen = static_cast<std::uint64_t>(*answer);
    if (chosen >= 1 && chosen <= count) return chosen - 1;
    out_.warning(fmt::format("Please enter a number between 1 and {}\n", count));
  }
}

}  // namespace holdfast::director::console
