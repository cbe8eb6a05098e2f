// SPDX-License-Identifier: AGPL-3.0-or-later
#include "messages/local_messages.h"

#include <algorithm>

#include "messages/codes.h"

namespace holdfast::messages {

LocalMessages::LocalMessages(const Clock& clock, OutletSettings settings, const config::Messages* messages,
                             std::string log_format)
    : clock_(clock),
      messages_(messages),
      log_format_(std::move(log_format)),
      outlets_(std::move(settings)),
      daemon_(clock, outlets_.settings().mail.daemon, outlets_, {}) {
  daemon_.use(messages_, log_format_, nullptr);
  outlets_.start([this](MessageType type, const std::string& text) {
    daemon_.add(type, text, DaemonMessages::About::delivery);
  });
}

LocalMessages::Job::Job(LocalMessages& all, JobId id, std::string name)
    : all_(all), id_(id), name_(std::move(name)) {
  if (all_.messages_ == nullptr) return;
  delivery_.with([&](auto& delivery) {
    delivery = std::make_unique<Delivery>(all_.messages_, all_.outlets_, all_.log_format_, Sinks());
    delivery->collect_mail(name_);
  });
}

bool LocalMessages::Job::wants(MessageType type) const {
  if (all_.messages_ == nullptr) return false;
  const auto& destinations = all_.messages_->destinations;
  return std::any_of(destinations.begin(), destinations.end(), [&](const config::MessageDestination& one) {
    return one.kind != config::MessageDestination::Kind::director && one.wants(type);
  });
}

void LocalMessages::Job::deliver(MessageType type, std::string_view text) {
  const auto now = std::chrono::floor<std::chrono::seconds>(all_.clock_.now());
  delivery_.with([&](auto& delivery) {
    if (delivery) delivery->deliver({.type = type, .time = now, .text = text, .job = id_});
  });
}

void LocalMessages::Job::end(bool is_good) {
  delivery_.with([&](auto& delivery) {
    if (!delivery) return;
    delivery->use_codes(
        codes_without_job(all_.outlets_.settings().mail.daemon, name_, is_good ? "OK" : "Fatal Error"));
    delivery->close(is_good ? Delivery::Ended::well : Delivery::Ended::badly);
    delivery.reset();
  });
}

OutletSettings outlet_settings(const std::string& daemon, const std::string& folder,
                               const std::string& program,
                               std::function<MailRoute(const std::string& resource)> route) {
  OutletSettings settings;
  settings.mail.daemon = settings.webhook.daemon = daemon;
  settings.mail.folder = folder;
  settings.mail.route = std::move(route);
  settings.program = program;
  return settings;
}

}  // namespace holdfast::messages
