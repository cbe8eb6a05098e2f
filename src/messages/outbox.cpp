// SPDX-License-Identifier: AGPL-3.0-or-later
#include "messages/outbox.h"

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "base/local_time.h"
#include "base/text.h"
#include "messages/codes.h"
#include "os/host_name.h"
#include "os/process.h"
#include "os/text_file.h"

namespace holdfast::messages {

using Kind = config::MessageDestination::Kind;
using How = net::MailOutcome::How;

namespace {

constexpr std::size_t largest_envelope = 1U << 20U;
constexpr std::string_view interrupted =
    "\nThe daemon ended while this mail was collected. What is above is what was known then.\n";

std::string whose(const Envelope& envelope) {
  return envelope.job.empty() ? "the daemon's messages" : "job " + envelope.job;
}

std::string in_words(std::chrono::milliseconds time) {
  const auto minutes = std::chrono::ceil<std::chrono::minutes>(time).count();
  return fmt::format("{} minute{}", minutes, minutes == 1 ? "" : "s");
}

std::string last_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? ": " : "; ") + printable(line);
  return text;
}

std::vector<std::string> recipients_of(const Envelope& envelope) {
  std::vector<std::string> recipients;
  for (const auto recipient : split(envelope.recipients, ' '))
    if (!recipient.empty()) recipients.emplace_back(recipient);
  return recipients;
}

net::MailOutcome run_mail_command(const std::string& command, const std::string& text,
                                  const OutboxSettings& settings, const std::stop_token& stop) {
  constexpr std::size_t shown_lines = 3;
  std::vector<std::string> said;
  const auto take = [&](std::string_view line) {
    if (said.size() < shown_lines) said.emplace_back(line);
  };
  const auto end = os::run_process(os::split_command(command), take, stop,
                                   {.input = text, .limit = settings.command_limit, .grace = settings.grace});
  if (end.succeeded()) return {};
  const auto how = end.how == os::ProcessEnd::How::not_started ? How::failed_for_good : How::failed_for_now;
  return {how, fmt::format("{} (command: {}){}", end.text(), printable(command), last_lines(said))};
}

}  // namespace

net::MailOutcome send_by(const Envelope& envelope, const std::string& text, const OutboxSettings& settings,
                         const std::stop_token& stop) {
  if (!envelope.command.empty()) return run_mail_command(envelope.command, text, settings, stop);
  const MailRoute route = settings.route(envelope.resource);
  if (route.server.url.empty())
    return run_mail_command("/usr/lib/sendmail -F BAREOS " + envelope.recipients,
                            "Subject: BAREOS Message\r\n\r\n" + text, settings, stop);
  const std::string host = os::host_name();
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  net::Mail mail;
  mail.from = route.from.empty() ? settings.daemon + "@" + host : route.from;
  std::replace(mail.from.begin(), mail.from.end(), ' ', '-');
  mail.to = recipients_of(envelope);
  const std::string id = fmt::format("{}.{}@{}", now.time_since_epoch().count(), os::process_id(), host);
  mail.text = mail_text(envelope, mail.from, text, local_time(now, "%a, %d %b %Y %H:%M:%S %z"), id);
  return net::send_mail(route.server, mail, settings.server_limit, stop);
}

Outbox::Outbox(OutboxSettings settings, Report report)
    : settings_(std::move(settings)), report_(std::move(report)) {
  take_up_left_over();
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

void Outbox::take_up_left_over() {
  for (const std::string& path : unsent_mails(settings_.folder, settings_.daemon)) {
    try {
      take_up(path);
    } catch (const Error& error) {
      report_(MessageType::error, fmt::format("The unsent mail {} of an earlier run cannot be sent: {}\n",
                                              path, error.message()));
    }
  }
}

void Outbox::take_up(const std::string& path) {
  auto envelope = Envelope::decode(os::read_text(envelope_path(path), largest_envelope));
  if (!envelope) throw Error(ErrorKind::corrupt, "{} is damaged", envelope_path(path));
  if (envelope->state == Envelope::State::collecting) {
    // The daemon died in the middle of the job, so the job failed.
    if (envelope->kind == Kind::mail_on_success) return remove_mail(path);
    const auto codes =
        codes_without_job(settings_.daemon, envelope->job, envelope->job.empty() ? "" : "Fatal Error");
    os::write_text(path, interrupted, os::Writing::appending);
    envelope->command = codes(envelope->command, envelope->recipients);
    envelope->subject = codes(envelope->subject, envelope->recipients);
    envelope->state = Envelope::State::ready;
    os::replace_file(envelope_path(path), envelope->encode());
  }
  report_(MessageType::info, fmt::format("The mail about {} to {}, left by an earlier run, is sent now.\n",
                                         whose(*envelope), printable(envelope->recipients)));
  send(path);
}

void Outbox::send(const std::string& text_path) {
  state_.with([&](State& state) { state.letters.push_back({text_path, 0, Steady::now()}); });
}

void Outbox::finish(std::chrono::milliseconds patience) {
  const auto is_idle = [](const State& state) {
    const auto now = Steady::now();
    return !state.is_busy && std::none_of(state.letters.begin(), state.letters.end(),
                                          [&](const Letter& letter) { return letter.due <= now; });
  };
  state_.wait_for({}, patience, is_idle, [](State&) {});
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Outbox::work(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto by_due = [](const Letter& a, const Letter& b) { return a.due < b.due; };
    const auto next = state_.read([&](const State& state) {
      const auto first = std::min_element(state.letters.begin(), state.letters.end(), by_due);
      return first == state.letters.end() ? Steady::now() + std::chrono::hours(1) : first->due;
    });
    std::optional<Letter> letter;
    const auto is_due = [](const State& state) {
      return std::any_of(state.letters.begin(), state.letters.end(),
                         [](const Letter& one) { return one.due <= Steady::now(); });
    };
    state_.wait_for(stop, std::max(next - Steady::now(), Steady::duration::zero()), is_due,
                    [&](State& state) {
                      const auto first = std::min_element(state.letters.begin(), state.letters.end(), by_due);
                      letter = std::move(*first);
                      state.letters.erase(first);
                      state.is_busy = true;
                    });
    if (!letter) continue;
    attempt(std::move(*letter), stop);
    state_.with([](State& state) { state.is_busy = false; });
  }
}

void Outbox::attempt(Letter letter, const std::stop_token& stop) {
  ++letter.attempts;
  Envelope envelope;
  net::MailOutcome outcome;
  try {
    const auto read = Envelope::decode(os::read_text(envelope_path(letter.path), largest_envelope));
    if (!read) throw Error(ErrorKind::corrupt, "{} is damaged", envelope_path(letter.path));
    envelope = *read;
    outcome = send_by(envelope, os::read_text(letter.path, 2 * largest_mail), settings_, stop);
  } catch (const Error& error) {
    // It stays on disk and goes with the next start.
    if (error.kind() == ErrorKind::cancelled) return;
    outcome = {How::failed_for_good, error.message()};
  }
  if (outcome.how != How::sent) {
    keep_for_the_rest(letter.path, envelope, outcome.unsent);
    return failed(std::move(letter), envelope, outcome);
  }
  remove_mail(letter.path);
  if (letter.attempts > 1)
    report_(MessageType::info, fmt::format("The mail about {} to {} was sent at attempt {}.\n",
                                           whose(envelope), printable(envelope.recipients), letter.attempts));
}

void Outbox::keep_for_the_rest(const std::string& path, Envelope& envelope,
                               const std::vector<std::string>& unsent) {
  if (unsent.empty() || unsent == recipients_of(envelope)) return;
  envelope.recipients = fmt::format("{}", fmt::join(unsent, " "));
  try {
    os::replace_file(envelope_path(path), envelope.encode());
  } catch (const Error& error) {
    report_(MessageType::error,
            fmt::format("The mail {} will reach some recipients twice: {}\n", path, error.message()));
  }
}

void Outbox::failed(Letter letter, const Envelope& envelope, const net::MailOutcome& outcome) {
  const bool goes_on = outcome.how == How::failed_for_now && letter.attempts <= settings_.pauses.size();
  std::string text = fmt::format("The mail about {} to {} could not be sent: {}. ", whose(envelope),
                                 printable(envelope.recipients), outcome.reason);
  if (!goes_on) {
    text += fmt::format("Given up after {} attempt{}; {} is kept and tried again when the daemon starts.\n",
                        letter.attempts, letter.attempts == 1 ? "" : "s", letter.path);
    return report_(MessageType::error, text);
  }
  const auto pause = settings_.pauses[letter.attempts - 1];
  if (letter.attempts == 1)
    report_(MessageType::warning, text + fmt::format("It is tried again in {}.\n", in_words(pause)));
  letter.due = Steady::now() + pause;
  state_.with([&](State& state) { state.letters.push_back(std::move(letter)); });
}

}  // namespace holdfast::messages
