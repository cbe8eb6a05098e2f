// SPDX-License-Identifier: AGPL-3.0-or-later
#include "messages/daemon_messages.h"

#include <fmt/core.h>

namespace holdfast::messages {

DaemonMessages::DaemonMessages(const Clock& clock, std::string daemon, Outlets& outlets, Sinks sinks,
                               std::chrono::milliseconds mail_pause)
    : clock_(clock),
      daemon_(std::move(daemon)),
      outlets_(outlets),
      sinks_(std::move(sinks)),
      mail_pause_(mail_pause),
      thread_([this](const std::stop_token& stop) { send_mail_now_and_then(stop); }) {}

void DaemonMessages::use(const config::Messages* messages, std::string log_format,
                         std::shared_ptr<const void> owner) {
  auto delivery = std::make_unique<Delivery>(messages, outlets_, std::move(log_format), sinks_);
  delivery->collect_mail("");
  state_.with([&](State& state) {
    state.delivery = std::move(delivery);  // The old one sends its mail before its resource may go.
    state.owner = std::move(owner);
  });
}

void DaemonMessages::add(MessageType type, std::string_view text, About about) {
  const auto now = std::chrono::floor<std::chrono::seconds>(clock_.now());
  const std::string whole = fmt::format("{}: {}{}", daemon_, message_prefix(type), text);
  state_.with([&](State& state) {
    if (!state.delivery) return;
    state.delivery->deliver(
        {.type = type, .time = now, .text = whole, .job = {}, .is_about_delivery = about == About::delivery});
  });
}

void DaemonMessages::send_mail_now_and_then(const std::stop_token& stop) {
  const auto has_mail = [](const State& state) { return state.delivery && state.delivery->has_mail(); };
  while (state_.wait(stop, has_mail, [](State&) {})) {
    state_.wait_for(
        stop, mail_pause_, [](const State&) { return false; }, [](State&) {});
    state_.with([](State& state) { state.delivery->close(Delivery::Ended::was_no_job); });
  }
}

}  // namespace holdfast::messages
