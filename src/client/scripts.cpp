// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/scripts.h"

#include <algorithm>

#include "base/job_words.h"
#include "base/text.h"
#include "os/process.h"

namespace holdfast::client {

namespace {

constexpr std::size_t piece_of_line = 129;

std::optional<std::string> expansion(char code, const JobCodes& codes) {
  switch (code) {
    case '%': return "%";
    case 'b': return std::to_string(codes.bytes);
    case 'B': return with_unit(codes.bytes) + "B";
    case 'c':
    case 'd': return codes.client;
    case 'D': return codes.director;
    case 'e': return std::string(status_text(codes.status));
    case 'F': return std::to_string(codes.files);
    case 'i': return std::to_string(codes.id.value);
    case 'j': return codes.job;
    case 'l': return std::string(level_text(codes.level, " "));
    case 'm': return codes.since ? std::to_string(*codes.since) : "0";
    case 'n': return std::string(job_name_of(codes.job));
    case 'P': return std::to_string(os::process_id());
    case 'r': return "";
    case 's': return "*None*";
    case 't': return std::string(type_text(codes.type));
    case 'v': return "";
    default: return std::nullopt;
  }
}

bool is_after(wire::ScriptTime when) { return when == wire::ScriptTime::after; }

bool is_due(const wire::RunScriptCommand& script, wire::ScriptTime when, JobStatus status) {
  if ((script.when & static_cast<std::uint32_t>(when)) == 0) return false;
  const bool failed = is_stopped(status) || status == JobStatus::differences;
  return failed ? script.on_failure : script.on_success;
}

}  // namespace

std::string expand_codes(std::string_view text, const JobCodes& codes) {
  return holdfast::expand_codes(text, [&](char code) { return expansion(code, codes); });
}

Scripts::Outcome Scripts::run(wire::ScriptTime when, const JobCodes& codes, archive::Report& report,
                              std::stop_token stop, std::chrono::milliseconds limit) {
  const auto bit = static_cast<std::uint32_t>(when);
  if ((done_ & bit) != 0) return Outcome::ok;
  done_ |= bit;
  Outcome outcome = Outcome::ok;
  const std::string_view label = is_after(when) ? "ClientAfterJob" : "ClientBeforeJob";
  for (const wire::RunScriptCommand& script : scripts_) {
    if (!is_due(script, when, codes.status) || run_one(script, label, codes, report, stop, limit)) continue;
    if (!script.abort_on_error) continue;
    outcome = Outcome::failed;
    if (!is_after(when)) break;
  }
  return outcome;
}

bool Scripts::run_one(const wire::RunScriptCommand& script, std::string_view label, const JobCodes& codes,
                      archive::Report& report, std::stop_token stop, std::chrono::milliseconds limit) const {
  const std::string command = expand_codes(script.command, codes);
  if (!is_allowed(command)) {
    report.message(
        MessageType::error,
        fmt::format("Runscript: {} was not run: \"{}\" is not in a folder that Allowed Script Dir names",
                    label, command));
    return false;
  }
  report.message(MessageType::info, fmt::format("shell command: run {} \"{}\"", label, command));
  const auto tell = [&](std::string_view line) {
    do {
      report.message(MessageType::info, fmt::format("{}: {}", label, line.substr(0, piece_of_line)));
      line.remove_prefix(std::min(line.size(), piece_of_line));
    } while (!line.empty());
  };
  const os::ProcessEnd end = os::run_process(os::split_command(command), tell, stop, {.limit = limit});
  if (end.succeeded()) return true;
  const bool started = end.how != os::ProcessEnd::How::not_started;
  report.message(MessageType::error,
                 started ? fmt::format("Runscript: {} returned non-zero status={}. ERR={}", label, end.number,
                                       end.text())
                         : fmt::format("Runscript: {} could not execute. ERR={}", label, end.text()));
  return false;
}

/// The command line up to its last slash, arguments included, must be one of the folders (interop 06, section
/// 10).
bool Scripts::is_allowed(const std::string& command) const {
  if (allowed_.empty()) return true;
  if (command.find("..") != std::string::npos) return false;
  const auto slash = command.rfind('/');
  if (slash == std::string::npos) return false;
  const std::string_view folder = std::string_view(command).substr(0, slash);
  const auto is_folder = [folder](std::string_view allowed) {
    return equal_ignoring_case(allowed.ends_with('/') ? allowed.substr(0, allowed.size() - 1) : allowed,
                               folder);
  };
  return std::any_of(allowed_.begin(), allowed_.end(), is_folder);
}

}  // namespace holdfast::client
