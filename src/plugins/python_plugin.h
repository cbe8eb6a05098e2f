// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <variant>

#include "os/piped_process.h"
#include "plugins/host_message.h"
#include "plugins/job.h"

namespace holdfast::plugins {

/// A conversation with a process that hosts one plugin: a request, and an answer. What the host has to tell in between goes
/// to the job's messages. Throws Error when the host crashes, hangs or says what cannot be understood.
class HostConversation {
 public:
  HostConversation(const std::string& command, const Surroundings& surroundings);

  /// The fields of the answer, of which the first is one of `expected`; valid until the next call.
  Fields ask(std::span<const std::string_view> request, std::initializer_list<std::string_view> expected);
  Fields ask(std::initializer_list<std::string_view> request,
             std::initializer_list<std::string_view> expected) {
    return ask(std::span(request.begin(), request.size()), expected);
  }
  /// Lets the host end by itself, as long as that takes no more than some seconds.
  void close();

 private:
  /// False for an answer.
  bool is_told_in_between(const Fields& message);
  void tell_accepted(std::span<const std::string_view> file);
  void tell_comparison(std::span<const std::string_view> file);
  void say(std::initializer_list<std::string_view> words);
  Bytes receive();
  [[noreturn]] void gone();
  void tell(const Fields& message);

  std::string command_;
  MessageList& messages_;
  JobFiles* const& files_;
  os::PipedProcess process_;
  Buffer sent_;
  Buffer received_;
  std::size_t length_ = 0;  ///< of what was received
  std::size_t taken_ = 0;   ///< of the message at the front that was dealt with
};

/// A plugin written in Python, in a process of its own: what it does there, crashing and hanging included, does no harm to
/// the daemon.
class PythonPlugin final : public ObjectSource, public ObjectTarget {
 public:
  /// Starts the process and lets it load the module. Throws Error where it refuses.
  PythonPlugin(const std::string& command, const Surroundings& surroundings);
  /// The job is over; nothing may be called after it.
  void end();

  std::optional<Offer> next() override;
  Outcome<std::size_t> read(MutableBytes into) override;
  Outcome<Extras> finish() override;

  /// A file of the walk: what becomes of it; an Offer is read like those of next().
  std::variant<Handling, Offer> handle(const NamedFile& file);
  /// Of a file that was saved before, and that nobody met.
  bool knows_of(std::string_view name);

  Created create(const RestoredObject& object) override;
  Outcome<void> write(std::uint64_t position, Bytes data) override;
  Outcome<void> finish(const Extras& extras) override;

 private:
  void give_facts(const Surroundings& surroundings);
  void load(const std::string& command, const Surroundings& surroundings);
  void give_objects(const std::string& command, const Surroundings& surroundings);

  HostConversation host_;
  bool knows_files_ = false;
};

}  // namespace holdfast::plugins
