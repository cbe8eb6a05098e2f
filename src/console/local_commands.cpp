// SPDX-License-Identifier: AGPL-3.0-or-later
// The @ commands, which the console carries out itself (interop 10, section 2.4).
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/error.h"
#include "base/local_time.h"
#include "base/product.h"
#include "base/text.h"
#include "console/shell.h"
#include "os/errno.h"
#include "os/process.h"
#include "os/system_clock.h"
#include "os/system_name.h"
#include "wire/handshake.h"

namespace holdfast::console {
namespace {

enum class Local { input, output, tee, exec, quit, sleep, time, version, echo, exit, help, separator };

struct LocalCommand {
  std::string_view name;
  Local command;
  std::string_view help;
  bool refused_for_root;
};

// The order decides what an abbreviation means.
constexpr LocalCommand local_commands[] = {
    {"input", Local::input, "input from file", true},
    {"output", Local::output, "output to file", true},
    {"tee", Local::tee, "output to file and terminal", true},
    {"exec", Local::exec, "execute an external command", true},
    {"quit", Local::quit, "quit", false},
    {"sleep", Local::sleep, "sleep specified time", false},
    {"time", Local::time, "print current time", false},
    {"version", Local::version, "print Console's version", false},
    {"echo", Local::echo, "echo command string", false},
    {"exit", Local::exit, "exit = quit", false},
    {"help", Local::help, "help listing", false},
    {"separator", Local::separator, "set command separator", false},
};

constexpr std::string_view separators = "!$%&'()*+,-/:;<>?[]^`{|}~";

/// Words as the shell of the console splits them: blanks, and double quotes around blanks.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  bool some = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
      some = true;
    } else if (c == ' ' && !quoted) {
      if (some) words.push_back(word);
      word.clear();
      some = false;
    } else {
      word += c;
      some = true;
    }
  }
  if (some) words.push_back(word);
  return words;
}

/// Requests a stop when the time is over; 0 is any time.
class TimeLimit {
 public:
  explicit TimeLimit(std::chrono::seconds limit) {
    if (limit.count() > 0)
      watch_ = std::jthread([this, limit](std::stop_token done) {
        std::unique_lock lock(mutex_);
        if (!over_.wait_for(lock, done, limit, [] { return false; }) && !done.stop_requested())
          stop_.request_stop();
      });
  }
  std::stop_token token() const { return stop_.get_token(); }

 private:
  std::stop_source stop_;
  std::mutex mutex_;
  std::condition_variable_any over_;
  std::jthread watch_;
};

const LocalCommand* find_local(std::string_view word) {
  const auto at =
      std::find_if(std::begin(local_commands), std::end(local_commands), [&](const LocalCommand& entry) {
        return !word.empty() && entry.name.size() >= word.size() &&
               equal_ignoring_case(entry.name.substr(0, word.size()), word);
      });
  return at == std::end(local_commands) ? nullptr : &*at;
}

}  // namespace

void Shell::local(std::string_view line) {
  if (line.starts_with("@#")) return;
  const std::vector<std::string> words = words_of(line.substr(1));
  const LocalCommand* entry = words.empty() ? nullptr : find_local(words[0]);
  if (!entry) return printer_.print(fmt::format("{}: is an invalid command\n", line));
  if (entry->refused_for_root && privileges_ == Privileges::refuse_local_commands)
    return printer_.print(fmt::format("@{} command is not allowed as privileged user.\n", entry->name));
  switch (entry->command) {
    case Local::input: return local_input(words);
    case Local::output: return local_output(words, Printer::Also::file_only);
    case Local::tee: return local_output(words, Printer::Also::screen_too);
    case Local::exec: return local_exec(words);
    case Local::quit:
    case Local::exit: ended_ = true; return;
    case Local::sleep:
      printer_.flush();
      if (words.size() > 1)
        std::this_thread::sleep_for(std::chrono::seconds(parse_number<unsigned>(words[1]).value_or(0)));
      return;
    case Local::time: return printer_.print(local_time(os::SystemClock().now(), "%d-%b-%Y %H:%M:%S\n"));
    case Local::version:
      return printer_.print(fmt::format("Version: {} ({}) {}, {}\n", wire::announced_version,
                                        wire::announced_date, os::system_name().text, product));
    case Local::echo:
      for (std::size_t i = 1; i < words.size(); ++i) printer_.print(words[i] + " ");
      return printer_.print("\n");
    case Local::help: return local_help();
    case Local::separator: return local_separator(words);
  }
}

void Shell::local_input(const std::vector<std::string>& words) {
  if (words.size() > 2) return printer_.print("Too many arguments on input command.\n");
  if (words.size() < 2) return printer_.print("First argument to input command must be a filename.\n");
  std::ifstream file(words[1]);
  if (!file)
    return printer_.print(
        fmt::format("Cannot open file {} for input. ERR={}\n", words[1], os::errno_text(errno)));
  StreamLines lines(file);
  run(lines);
}

void Shell::local_output(const std::vector<std::string>& words, Printer::Also also) {
  if (words.size() > 3) return printer_.print("Too many arguments on output/tee command.\n");
  if (words.size() == 1) return printer_.close_file();
  const std::string error = printer_.open_file(words[1], words.size() == 3 ? words[2] : "a+b", also);
  if (!error.empty())
    printer_.print(fmt::format("Cannot open file {} for output. ERR={}\n", words[1], error));
}

void Shell::local_exec(const std::vector<std::string>& words) {
  if (words.size() > 3) return printer_.print("Too many arguments. Enclose command in double quotes.\n");
  if (words.size() < 2) return;
  const auto limit = words.size() > 2 ? parse_number<unsigned>(words[2]) : std::nullopt;
  const TimeLimit time(std::chrono::seconds(limit.value_or(0)));
  try {
    const auto end = os::run_process(
        {"/bin/sh", "-c", words[1]},
        [&](std::string_view text) { printer_.print(fmt::format("{}\n", text)); }, time.token());
    if (!end.succeeded()) printer_.print(fmt::format("Command failed: ERR={}\n", end.text()));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::cancelled) throw;
    printer_.print(fmt::format("Command failed: ERR=not done within {} s\n", *limit));
  }
}

void Shell::local_separator(const std::vector<std::string>& words) {
  separator_.reset();
  if (words.size() < 2) return;
  if (words[1].size() == 1 && separators.find(words[1][0]) != std::string_view::npos)
    separator_ = words[1][0];
  else
    printer_.print("Illegal separator character.\n");
}

void Shell::local_help() {
  printer_.print("  Command    Description\n  =======    ===========\n");
  for (const LocalCommand& entry : local_commands)
    printer_.print(fmt::format("  @{:<9} {}\n", entry.name, entry.help));
  printer_.print("\n");
}

}  // namespace holdfast::console
