// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/error.h"
#include "transport/channel.h"
#include "wire/catalog_requests.h"
#include "wire/job_messages.h"

namespace holdfast::director {

/// Serves what a daemon says by itself while the Director waits for a reply (interop 03, section 7.1).
class Requests {
 public:
  virtual ~Requests() = default;
  virtual void job_message(const wire::JobMessage& message) = 0;
  virtual void status(JobStatus status) = 0;
  /// The reply; empty where the request has none.
  virtual std::string catalog_request(std::string_view request) = 0;
  /// A whole UpdCat message; valid during the call.
  virtual void attributes(Bytes message) = 0;
  /// What the daemon counted of the job's records.
  virtual void proof(const wire::RecordProof& /*proof*/) {}
  /// A line of a listing, which has no form of its own. False: nobody asked for one.
  virtual bool listed(std::string_view /*line*/) { return false; }
};

/// A connection on which the Director asks and a daemon answers, with requests in between. One thread.
class Conversation {
 public:
  struct EndOfData {};
  /// TERMINATE, or the connection ended.
  struct Ended {};
  using Heard = std::variant<std::string, EndOfData, Ended>;

  /// `with` is for messages: "Storage daemon \"File\"".
  Conversation(std::string with, std::unique_ptr<transport::Channel> channel, Requests& requests,
               const Clock& clock)
      : with_(std::move(with)), channel_(std::move(channel)), requests_(requests), clock_(clock) {}

  void send(std::string_view text) { channel_->send(text); }
  void send(wire::Signal signal) { channel_->send(signal); }
  void flush() { channel_->flush(); }

  /// The next packet that begins with a digit, or the end of a list or of the conversation; all else is
  /// served on the way. Throws what the channel throws, and Error{invalid} for what is no message at all: what it
  /// was meant to say is lost, be it a file's attributes or an error, and such a job cannot be called good.
  Heard hear();

  /// The next reply; throws Error{network} where the conversation ends instead. `command` names what was
  /// asked, for the message.
  std::string reply(std::string_view command);
  /// Sends and waits for exactly `wanted`; throws Error{refused} with both where it is something else.
  void ask(std::string_view command, std::string_view text, std::string_view wanted);
  void expect(std::string_view command, std::string_view wanted);

  /// Tells the daemon that nothing more comes; failures do not matter any more.
  void terminate() noexcept;
  void interrupt() noexcept { channel_->interrupt(); }
  void set_timeout(std::chrono::milliseconds limit) { channel_->set_timeout(limit); }
  transport::ByteStream& stream() { return channel_->stream(); }

 private:
  void serve(const transport::Packet& packet);
  void answer(wire::Signal signal);

  std::string with_;
  std::unique_ptr<transport::Channel> channel_;
  Requests& requests_;
  const Clock& clock_;
};

/// Whether an error of that kind means that the connection failed, not what was said on it.
constexpr bool is_loss(ErrorKind kind) { return kind == ErrorKind::network || kind == ErrorKind::timeout; }

/// "Bad response to JobId command: wanted …, got …".
std::string bad_response(std::string_view command, std::string_view wanted, std::string_view got);

}  // namespace holdfast::director
