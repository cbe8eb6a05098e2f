// SPDX-License-Identifier: AGPL-3.0-or-later
#include "messages/outlets.h"

#include <fmt/core.h>

#include <filesystem>
#include <iostream>

#include "base/error.h"
#include "base/text.h"
#include "os/system_log.h"
#include "os/text_file.h"

namespace holdfast::messages {

namespace {

constexpr std::size_t waiting_reports = 1000;

os::LogPriority priority_of(MessageType type) {
  switch (type) {
    case MessageType::error:
    case MessageType::error_terminate: return os::LogPriority::error;
    case MessageType::abort:
    case MessageType::fatal: return os::LogPriority::critical;
    case MessageType::warning: return os::LogPriority::warning;
    case MessageType::debug: return os::LogPriority::debug;
    case MessageType::alert:
    case MessageType::audit:
    case MessageType::mount:
    case MessageType::security:
    case MessageType::volume_management: return os::LogPriority::notice;
    default: return os::LogPriority::info;
  }
}

}  // namespace

Outlets::Outlets(OutletSettings settings)
    : settings_(std::move(settings)), reports_(waiting_reports), operators_(settings_.longest_queue) {}

void Outlets::start(Report report) {
  report_.with([&](Report& current) { current = std::move(report); });
  outbox_ = std::make_unique<Outbox>(settings_.mail,
                                     [this](MessageType type, const std::string& text) { tell(type, text); });
}

Outlets::~Outlets() {
  const auto deadline = std::chrono::steady_clock::now() + settings_.patience;
  const auto left = [&] {
    const auto time =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    return std::max(time, std::chrono::milliseconds(0));
  };
  if (outbox_) outbox_->finish(left());
  if (const std::size_t lost = operators_.finish(left()))
    tell(MessageType::error,
         fmt::format("{} messages for operators were not sent: the daemon ends.\n", lost));
  webhooks_.with([&](auto& webhooks) {
    for (auto& [url, webhook] : webhooks) webhook->finish(left());
  });
  reports_.finish(std::max(left(), std::chrono::milliseconds(500)));
}

void Outlets::report_to_standard_error() {
  report_.with([](Report& report) {
    report = [](MessageType type, const std::string& text) {
      std::cerr << message_prefix(type) << text << std::flush;
    };
  });
}

void Outlets::tell(MessageType type, const std::string& text) {
  reports_.offer([this, type, text](const std::stop_token&) {
    report_.with([&](const Report& report) {
      if (report) report(type, text);
    });
  });
}

void Outlets::tell_once(const std::string& about, const std::string& text) {
  if (failing_.with([&](auto& failing) { return failing.insert(about).second; }))
    tell(MessageType::error, text);
}

void Outlets::write_file(const std::string& path, std::string_view text, bool anew) {
  try {
    os::write_text(path, text, anew ? os::Writing::anew : os::Writing::appending);
    failing_.with([&](auto& failing) { failing.erase(path); });
  } catch (const Error& error) {
    tell_once(path, fmt::format("Messages are lost for the file {}: {}\n", printable(path), error.message()));
  }
}

void Outlets::write_system_log(const std::string& facility, MessageType type, std::string_view text) {
  const std::string socket =
      settings_.system_log.empty() ? std::string(os::system_log_socket) : settings_.system_log;
  if (os::write_system_log(facility, priority_of(type), settings_.program, text, socket)) {
    failing_.with([&](auto& failing) { failing.erase(socket); });
    return;
  }
  tell_once(socket, fmt::format("Messages are lost for syslog: nobody takes them at {}.\n", socket));
}

void Outlets::tell_operator(const Envelope& envelope, std::string text) {
  auto task = [this, envelope, text = std::move(text)](const std::stop_token& stop) {
    const std::size_t lost = operators_lost_.with([](std::size_t& count) { return std::exchange(count, 0); });
    if (lost > 0)
      tell(MessageType::error,
           fmt::format("{} messages for operators were lost: too many were waiting.\n", lost));
    net::MailOutcome outcome;
    try {
      outcome = send_by(envelope, text, settings_.mail, stop);
    } catch (const Error& error) {
      outcome = {net::MailOutcome::How::failed_for_good, error.message()};
    }
    if (outcome.how == net::MailOutcome::How::sent) return;
    tell(MessageType::error,
         fmt::format("A message did not reach the operator {}: {}. It was: {}\n",
                     printable(envelope.recipients), outcome.reason, printable(trim(text))));
  };
  if (!operators_.offer(std::move(task))) operators_lost_.with([](std::size_t& count) { ++count; });
}

void Outlets::post(const std::string& url, const Message& message, const std::string& job_name) {
  webhooks_.with([&](auto& webhooks) {
    auto& webhook = webhooks[url];
    if (!webhook)
      webhook = std::make_unique<Webhook>(
          url, settings_.webhook, [this](MessageType type, const std::string& text) { tell(type, text); });
    webhook->send(message, job_name);
  });
}

std::string Outlets::open_mail(const Envelope& envelope) {
  const std::string job = envelope.job.empty() ? "daemon" : as_file_name(envelope.job);
  const std::string& folder = settings_.mail.folder;
  std::string path;
  do {
    const auto number = mail_number_.with([](std::uint64_t& last) { return ++last; });
    path = fmt::format("{}/{}.{}.{}.mail", folder, as_file_name(settings_.mail.daemon), job, number);
  } while (std::filesystem::exists(path));
  try {
    // The envelope first: a text without one could not be sent by whoever finds it.
    os::replace_file(envelope_path(path), envelope.encode());
    os::replace_file(path, "");
    return path;
  } catch (const Error& error) {
    tell_once(folder, fmt::format("Mail is lost: {}\n", error.message()));
    return "";
  }
}

void Outlets::append_to_mail(const std::string& path, std::string_view text) {
  write_file(path, text, false);
}

void Outlets::send_mail(const std::string& path, const Envelope& envelope) {
  try {
    os::replace_file(envelope_path(path), envelope.encode());
    if (outbox_) outbox_->send(path);
  } catch (const Error& error) {
    tell(MessageType::error, fmt::format("A mail to {} cannot be sent now: {}. Its text lies in {}.\n",
                                         printable(envelope.recipients), error.message(), path));
  }
}

}  // namespace holdfast::messages
