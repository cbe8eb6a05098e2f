// SPDX-License-Identifier: AGPL-3.0-or-later
#include "console/shell.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"

namespace holdfast::console {
namespace {

std::string without_trailing_junk(std::string line) {
  while (!line.empty() && static_cast<unsigned char>(line.back()) <= ' ') line.pop_back();
  return line;
}

}  // namespace

Shell::Shell(transport::Channel& channel, Printer& printer, Privileges privileges,
             std::chrono::seconds patience)
    : channel_(channel), printer_(printer), privileges_(privileges), patience_(patience) {
  channel_.set_timeout(patience_);
}

void Shell::run_file_if_any(const std::string& path) {
  std::ifstream file(path);
  if (!file) return;
  StreamLines lines(file);
  run(lines);
}

void Shell::run(LineSource& input) {
  constexpr unsigned deepest = 10;
  if (depth_ >= deepest) return printer_.print("Too many files that read each other.\n");
  ++depth_;
  while (!ended_) {
    // The text of a question stands on the screen already; the editor repeats it as its prompt.
    const std::string prompt = input.is_echoed() ? "" : is_asked_ ? question_ : "*";
    if (!prompt.empty() && is_asked_) printer_.print("\r");
    printer_.flush();
    auto line = input.next(prompt);
    if (!line) break;
    take(without_trailing_junk(std::move(*line)), input.is_echoed());
  }
  --depth_;
  printer_.flush();
}

void Shell::take(std::string line, bool echoed) {
  if (echoed) printer_.print(line + "\n");
  // Several commands on one line, where the user asked for that; 25.1 drops all but the first.
  while (separator_ && !ended_ && !line.starts_with('@')) {
    const auto at = line.find(*separator_);
    if (at == std::string::npos) break;
    send(without_trailing_junk(line.substr(0, at)));
    line.erase(0, at + 1);
    line.erase(0, std::min(line.find_first_not_of(' '), line.size()));
  }
  if (ended_) return;
  if (line.starts_with('@'))
    local(line);
  else
    send(line);
}

void Shell::send(const std::string& line) {
  channel_.send(line);
  channel_.flush();
  if (equal_ignoring_case(line, ".quit") || equal_ignoring_case(line, ".exit")) {
    ended_ = true;
    return;
  }
  listen();
}

void Shell::show(std::string_view text) {
  question_ = text;
  if (!is_cut_ && interruption_ && interruption_->is_wanted()) {
    is_cut_ = true;
    printer_.print("\n[the rest of the answer is left out]\n");
  }
  if (!is_cut_) printer_.print(text);
}

void Shell::listen() {
  question_.clear();
  is_cut_ = false;
  if (interruption_) interruption_->begin();
  for (;;) {
    const transport::Received received = channel_.receive();
    if (const auto* packet = std::get_if<transport::Packet>(&received)) {
      show(packet->text());
      continue;
    }
    const auto* signal = std::get_if<wire::Signal>(&received);
    if (!signal) {
      ended_ = true;
      return;
    }
    switch (*signal) {
      case wire::Signal::heartbeat: channel_.send(wire::Signal::heartbeat_response); break;
      case wire::Signal::start_restore_tree: in_tree_ = true; break;
      case wire::Signal::end_restore_tree: in_tree_ = false; break;
      case wire::Signal::terminate: ended_ = true; return;
      case wire::Signal::end_of_data:
      case wire::Signal::main_prompt: is_asked_ = false; return;
      case wire::Signal::sub_prompt:
        is_asked_ = true;
        if (is_cut_) printer_.print(question_);
        return;
      default: break;
    }
  }
}

std::vector<std::string> Shell::ask(const std::string& command) {
  channel_.send(command);
  channel_.flush();
  std::vector<std::string> packets;
  for (;;) {
    const transport::Received received = channel_.receive();
    if (const auto* packet = std::get_if<transport::Packet>(&received)) {
      // The prompt of the tree is no answer.
      if (packet->text() != "$ ") packets.emplace_back(packet->text());
      continue;
    }
    const auto* signal = std::get_if<wire::Signal>(&received);
    if (!signal || *signal == wire::Signal::terminate) {
      ended_ = true;
      return packets;
    }
    if (*signal == wire::Signal::end_of_data || *signal == wire::Signal::main_prompt ||
        *signal == wire::Signal::sub_prompt)
      return packets;
  }
}

std::vector<std::string> Shell::complete(const std::string& line, std::size_t typed) {
  if (ended_ || line.starts_with('@') || (is_asked_ && !in_tree_)) return {};
  try {
    return completions(line, typed, in_tree_ ? Mode::restore_tree : Mode::commands,
                       [this](const std::string& command) { return ask(command); });
  } catch (const Error&) {
    // Through the library no exception may pass; the next command meets the broken connection again.
    return {};
  }
}

}  // namespace holdfast::console
