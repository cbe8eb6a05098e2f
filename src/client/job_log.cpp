// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/job_log.h"

#include "base/error.h"
#include "wire/job_messages.h"

namespace holdfast::client {

namespace {
/// What the daemon's Messages resource sends to the Director; everything where there is no such resource.
config::MessageClasses wanted_by_director(const config::Messages* messages) {
  config::MessageClasses classes;
  if (messages == nullptr) return classes.set();
  for (const config::MessageDestination& destination : messages->destinations)
    if (destination.kind == config::MessageDestination::Kind::director) classes |= destination.classes;
  return classes;
}

constexpr std::int64_t without_time = 1;
}  // namespace

JobLog::JobLog(transport::Channel& director, JobRecord& record, std::string daemon,
               const config::Messages* messages, const Clock& clock, messages::LocalMessages* local)
    : director_(director),
      record_(record),
      daemon_(std::move(daemon)),
      wanted_(wanted_by_director(messages)),
      clock_(clock),
      local_(local) {}

JobLog::~JobLog() {
  if (job_here_) job_here_->end(!is_stopped(record_.status.load()));
}

void JobLog::set_job(JobId id, std::string name) {
  id_ = id;
  job_ = std::move(name);
  if (local_ != nullptr && id_)
    job_here_ = std::make_unique<messages::LocalMessages::Job>(*local_, id_, job_);
}

void JobLog::message(MessageType type, const std::string& text) {
  count(type);
  flush();
  deliver_here(type, text);
  if (is_wanted(type)) send(rendered(type, text));
}

void JobLog::later(MessageType type, const std::string& text) {
  count(type);
  deliver_here(type, text);
  if (is_wanted(type)) waiting_.push_back(rendered(type, text));
}

void JobLog::flush() {
  for (const std::string& packet : std::exchange(waiting_, {})) send(packet);
}

void JobLog::deliver_here(MessageType type, const std::string& text) {
  if (job_here_ && job_here_->wants(type)) job_here_->deliver(type, line(type, text));
}

std::string JobLog::line(MessageType type, const std::string& text) const {
  return fmt::format("{} JobId {}: {}{}\n", daemon_, id_.value, message_prefix(type), text);
}

std::string JobLog::rendered(MessageType type, const std::string& text) const {
  if (!id_) return line(type, text);
  const auto time = type == MessageType::restored ? without_time : unix_seconds(clock_.now());
  return wire::encode(wire::JobMessage{job_, type, time, line(type, text)});
}

void JobLog::send(const std::string& packet) {
  try {
    director_.send(packet);
    director_.flush();  // The next packet may be hours away.
  } catch (const Error&) {
    // Lost, stopped or refused: whoever serves the Director learns it from the channel too; a message must not end a job.
  }
}

bool JobLog::is_wanted(MessageType type) const {
  const auto number = static_cast<std::size_t>(type);
  return number >= wanted_.size() || wanted_.test(number);
}

void JobLog::count(MessageType type) {
  if (type == MessageType::fatal) record_.set_status(JobStatus::fatal);
  if (type == MessageType::fatal || type == MessageType::error) ++record_.errors;
}

}  // namespace holdfast::client
