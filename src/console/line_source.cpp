// SPDX-License-Identifier: AGPL-3.0-or-later
#include "console/line_source.h"

#include <editline/readline.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "base/text.h"
#include "os/interrupt.h"

namespace holdfast::console {
namespace {

// The library has no place for a context, so that there can be only one editor in a process.
Complete* active_completion = nullptr;
std::vector<std::string>* candidates = nullptr;
std::size_t next_candidate = 0;

char* give_candidate(const char*, int) {
  if (!candidates || next_candidate >= candidates->size()) return nullptr;
  return ::strdup((*candidates)[next_candidate++].c_str());
}

/// Called by the library when the user asks for completion of the text from `start` on.
char** complete_word(const char* text, int start, int) {
  rl_attempted_completion_over = 1;
  if (!active_completion || !*active_completion) return nullptr;
  static std::vector<std::string> found;
  const std::size_t typed = std::strlen(text);
  found = (*active_completion)(std::string(rl_line_buffer, static_cast<std::size_t>(start) + typed), typed);
  candidates = &found;
  // Behind "job=" and "etc/" one goes on without a blank.
  const bool goes_on = found.size() == 1 && (found[0].ends_with('=') || found[0].ends_with('/'));
  rl_completion_append_character = static_cast<unsigned char>(goes_on ? '\0' : ' ');
  next_candidate = 0;
  return rl_completion_matches(text, give_candidate);
}

Complete& completion() {
  static Complete complete;
  return complete;
}

}  // namespace

std::optional<std::string> StreamLines::next(const std::string&) {
  std::string line;
  if (!std::getline(stream_, line)) return std::nullopt;
  return line;
}

EditedLines::EditedLines(std::string history_file, std::size_t longest_history, Complete complete)
    : history_file_(std::move(history_file)), history_length_(longest_history) {
  completion() = std::move(complete);
  active_completion = &completion();
  rl_readline_name = "bconsole";
  rl_attempted_completion_function = complete_word;
  static char break_characters[] = " =";
  rl_basic_word_break_characters = break_characters;
  using_history();
  std::ifstream file(history_file_);
  for (std::string line; std::getline(file, line);) remember(line);
}

EditedLines::~EditedLines() { active_completion = nullptr; }

void EditedLines::save() const {
  if (history_file_.empty()) return;
  std::ofstream file(history_file_, std::ios::trunc);
  for (const auto& line : history_) file << line << '\n';
}

void EditedLines::remember(const std::string& line) {
  if (line.empty()) return;
  add_history(line.c_str());
  history_.erase(std::remove(history_.begin(), history_.end(), line), history_.end());
  history_.push_back(line);
  if (history_.size() > history_length_) history_.erase(history_.begin());
}

std::optional<std::string> EditedLines::next(const std::string& prompt) {
  for (;;) {
    os::take_interrupts(os::OnInterrupt::note);
    const std::unique_ptr<char, void (*)(void*)> line(::readline(prompt.c_str()), std::free);
    if (line) {
      std::string text(line.get());
      remember(std::string(trim(text)));
      save();
      return text;
    }
    if (!os::was_interrupted()) return std::nullopt;
    // Ctrl-C at the prompt: a new line instead of the one that was being typed.
    std::fputc('\n', rl_outstream ? rl_outstream : stdout);
  }
}

}  // namespace holdfast::console
