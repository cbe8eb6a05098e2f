// SPDX-License-Identifier: AGPL-3.0-or-later
#include "messages/delivery.h"

#include <fmt/core.h>

#include <iostream>

#include "base/local_time.h"
#include "messages/codes.h"

namespace holdfast::messages {

using Kind = config::MessageDestination::Kind;
using config::MessageDestination;

namespace {

/// As the usual mail command of the peer has it, under our own name.
constexpr std::string_view job_subject = "Holdfast: %t %e of %c %l (%n)";
constexpr std::string_view daemon_subject = "Holdfast: messages of %d";

bool is_mail(Kind kind) {
  return kind == Kind::mail || kind == Kind::mail_on_error || kind == Kind::mail_on_success;
}

bool is_sent_elsewhere(Kind kind) {
  return is_mail(kind) || kind == Kind::operator_command || kind == Kind::webhook;
}

std::string timed(const Message& message, const std::string& format) {
  return (message.has_time ? local_time(message.time, format.c_str()) + " " : "") + std::string(message.text);
}

}  // namespace

Delivery::Delivery(const config::Messages* messages, Outlets& outlets, std::string log_format, Sinks sinks)
    : messages_(messages),
      outlets_(outlets),
      log_format_(std::move(log_format)),
      sinks_(std::move(sinks)),
      codes_(codes_without_job(outlets.settings().mail.daemon, "", "")),
      mails_(messages != nullptr ? messages->destinations.size() : 0) {}

Delivery::~Delivery() { close(job_name_.empty() ? Ended::was_no_job : Ended::badly); }

void Delivery::collect_mail(std::string job_name) {
  job_name_ = std::move(job_name);
  collects_mail_ = true;
  const std::string status = job_name_.empty() ? "" : "Fatal Error";
  codes_ = codes_without_job(outlets_.settings().mail.daemon, job_name_, status);
}

void Delivery::deliver(const Message& message) {
  if (messages_ == nullptr) {
    if (sinks_.console) sinks_.console(timed(message, log_format_));
    return;
  }
  const auto& destinations = messages_->destinations;
  // The catalog comes last: one that is slow or away must not hold up the others.
  for (const bool is_catalog : {false, true})
    for (std::size_t i = 0; i < destinations.size(); ++i) {
      if ((destinations[i].kind == Kind::catalog) != is_catalog) continue;
      if (!destinations[i].wants(message.type)) continue;
      if (message.is_about_delivery && is_sent_elsewhere(destinations[i].kind)) continue;
      deliver_to(i, message);
    }
}

void Delivery::deliver_to(std::size_t index, const Message& message) {
  const MessageDestination& destination = messages_->destinations[index];
  switch (destination.kind) {
    case Kind::console:
      if (sinks_.console) sinks_.console(with_time(message, destination));
      break;
    case Kind::catalog:
      if (sinks_.catalog) sinks_.catalog(message);
      break;
    case Kind::director:
      if (sinks_.director) sinks_.director(message);
      break;
    case Kind::file:
      outlets_.write_file(destination.where, with_time(message, destination),
                          truncated_.insert(destination.where).second);
      break;
    case Kind::append: outlets_.write_file(destination.where, with_time(message, destination), false); break;
    case Kind::standard_output: std::cout << with_time(message, destination) << std::flush; break;
    case Kind::standard_error: std::cerr << with_time(message, destination) << std::flush; break;
    case Kind::syslog: outlets_.write_system_log(destination.where, message.type, message.text); break;
    case Kind::operator_command: tell_operator(destination, with_time(message, destination)); break;
    case Kind::webhook: outlets_.post(destination.where, message, job_name_); break;
    case Kind::mail:
    case Kind::mail_on_error:
    case Kind::mail_on_success:
      if (collects_mail_) collect(index, with_time(message, destination));
      break;
  }
}

void Delivery::collect(std::size_t index, const std::string& line) {
  Mail& mail = mails_[index];
  if (mail.is_impossible) return;
  if (mail.path.empty()) mail.path = outlets_.open_mail(envelope_of(messages_->destinations[index]));
  mail.is_impossible = mail.path.empty();
  if (mail.is_impossible) return;
  if (mail.size + line.size() > largest_mail) {
    mail.left_out += line.size();
    return;
  }
  mail.size += line.size();
  outlets_.append_to_mail(mail.path, line);
}

void Delivery::tell_operator(const MessageDestination& destination, std::string line) {
  Envelope envelope = envelope_of(destination);
  complete(envelope);
  outlets_.tell_operator(envelope, std::move(line));
}

Envelope Delivery::envelope_of(const MessageDestination& destination) const {
  Envelope envelope;
  envelope.kind = destination.kind;
  envelope.job = job_name_;
  envelope.recipients = destination.where;
  envelope.command = destination.command;
  envelope.subject = job_name_.empty() ? daemon_subject : job_subject;
  envelope.resource = messages_->name;
  return envelope;
}

void Delivery::complete(Envelope& envelope) const {
  envelope.command = codes_(envelope.command, envelope.recipients);
  envelope.subject = codes_(envelope.subject, envelope.recipients);
  envelope.state = Envelope::State::ready;
}

void Delivery::close(Ended how) {
  for (std::size_t i = 0; i < mails_.size(); ++i)
    if (!mails_[i].path.empty()) close_mail(i, how);
  mails_.assign(mails_.size(), {});
}

void Delivery::close_mail(std::size_t index, Ended how) {
  const MessageDestination& destination = messages_->destinations[index];
  const Mail& mail = mails_[index];
  const bool is_unwanted = (destination.kind == Kind::mail_on_error && how == Ended::well) ||
                           (destination.kind == Kind::mail_on_success && how == Ended::badly);
  if (is_unwanted) return outlets_.discard_mail(mail.path);
  if (mail.left_out > 0)
    outlets_.append_to_mail(
        mail.path, fmt::format("\n{} more bytes of messages found no room in this mail.\n", mail.left_out));
  Envelope envelope = envelope_of(destination);
  complete(envelope);
  outlets_.send_mail(mail.path, envelope);
}

bool Delivery::has_mail() const {
  return std::any_of(mails_.begin(), mails_.end(), [](const Mail& mail) { return !mail.path.empty(); });
}

std::string Delivery::with_time(const Message& message, const MessageDestination& destination) const {
  return timed(message, destination.timestamp_format.empty() ? log_format_ : destination.timestamp_format);
}

}  // namespace holdfast::messages
