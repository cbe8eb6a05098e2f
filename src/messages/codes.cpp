// SPDX-License-Identifier: AGPL-3.0-or-later
#include "messages/codes.h"

#include "base/job_words.h"
#include "messages/message.h"
#include "os/process.h"

namespace holdfast::messages {

Codes codes_without_job(std::string daemon, std::string job_name, std::string status) {
  return [daemon, job_name, status](std::string_view text, std::string_view recipients) {
    const std::string name = job_name.empty() ? "*Daemon*" : job_name;
    return expand_codes(text, [&](char code) -> std::optional<std::string> {
      switch (code) {
        case '%': return "%";
        case 'd':
        case 'D': return daemon;
        case 'e': return status;
        case 'j': return name;
        case 'n': return job_name.empty() ? name : std::string(job_name_of(name));
        case 'P': return std::to_string(os::process_id());
        case 'r': return std::string(recipients);
        case 's':
        case 'v': return "";
        case 't': return job_name.empty() ? "Messages" : "Job";
        default: break;
      }
      if (std::string_view("bBcCfFhilNOpVwx").find(code) != std::string_view::npos) return "*None*";
      return std::nullopt;
    });
  };
}

std::string_view class_word(MessageType type) {
  switch (type) {
    case MessageType::abort: return "abort";
    case MessageType::debug: return "debug";
    case MessageType::fatal: return "fatal";
    case MessageType::error: return "error";
    case MessageType::warning: return "warning";
    case MessageType::info: return "info";
    case MessageType::saved: return "saved";
    case MessageType::not_saved: return "notsaved";
    case MessageType::skipped: return "skipped";
    case MessageType::mount: return "mount";
    case MessageType::error_terminate: return "error_terminate";
    case MessageType::terminate: return "terminate";
    case MessageType::restored: return "restored";
    case MessageType::security: return "security";
    case MessageType::alert: return "alert";
    case MessageType::volume_management: return "volmgmt";
    case MessageType::audit: return "audit";
    case MessageType::configuration_error: return "config_error";
  }
  return "other";
}

}  // namespace holdfast::messages
