// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/drive_alerts.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "device/command_codes.h"
#include "device/tape_alert.h"
#include "os/process.h"

namespace holdfast::volumes {

namespace {

MessageType type_of(device::TapeAlert::Severity severity) {
  switch (severity) {
    case device::TapeAlert::Severity::information: return MessageType::info;
    case device::TapeAlert::Severity::warning: return MessageType::warning;
    case device::TapeAlert::Severity::critical: break;
  }
  return MessageType::alert;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

AlertCommand::AlertCommand(Settings settings)
    : settings_(std::move(settings)), words_(os::split_command(settings_.command)) {}

std::vector<std::string> AlertCommand::words_for(const device::ChangerErrand& errand) const {
  return device::with_codes(words_, [&](char code) -> std::optional<std::string> {
    switch (code) {
      case '%': return "%";
      case 'a': return settings_.archive_device;
      case 'c': return settings_.changer_device;
      case 'D': return settings_.diagnostic_device;
      case 'd': return std::to_string(settings_.drive_index);
      case 'f': return errand.client;
      case 'j': return errand.job;
      case 'v': return errand.volume;
      default: return std::nullopt;
    }
  });
}

std::uint64_t AlertCommand::tell(const device::ChangerErrand& errand, JobLog& log) {
  const auto words = words_for(errand);
  if (words.empty()) return 0;
  std::vector<std::string> lines;
  const auto end =
      os::run_process(words, [&](std::string_view line) { lines.emplace_back(line); }, std::stop_token(),
                      {.limit = settings_.limit, .grace = std::chrono::seconds(2)});
  for (const auto& line : lines) log.message(MessageType::alert, fmt::format("Alert: {}\n", printable(line)));
  if (!end.succeeded())
    log.message(MessageType::alert,
                fmt::format("3997 Bad alert command: {}: ERR={}.\n", joined(words), end.text()));
  return 0;
}

std::uint64_t TapeAlertLog::tell(const device::ChangerErrand& errand, JobLog& log) {
  std::uint64_t flags = 0;
  try {
    flags = device::read_alerts(*open_());
  } catch (const Error& error) {
    log.message(MessageType::warning,
                fmt::format("TapeAlerts of device \"{}\" cannot be read: {}\n", device_, error.message()));
  }
  for (const auto& alert : device::alerts_in(flags))
    log.message(type_of(alert.severity), device::message(alert, device_, errand.volume));
  return flags;
}

}  // namespace holdfast::volumes
