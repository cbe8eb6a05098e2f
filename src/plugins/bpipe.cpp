// SPDX-License-Identifier: AGPL-3.0-or-later
#include "plugins/bpipe.h"

#include <fmt/core.h>

#include <chrono>

#include "base/error.h"
#include "base/text.h"

namespace holdfast::plugins {

namespace {

using Talks = os::PipedProcess::Talks;

/// The P line, with what the job or the restore says otherwise.
BpipeCommand chosen(const std::string& line, const std::vector<std::string>& options) {
  BpipeCommand command;
  if (const auto wrong = read_bpipe_command(line, command)) throw Error(ErrorKind::invalid, *wrong);
  for (const auto& option : options)
    if (plugin_name(option) == "bpipe")
      if (const auto wrong = read_bpipe_command(option, command)) throw Error(ErrorKind::invalid, *wrong);
  return command;
}

/// %w is where the restore goes, %r its replace rule.
std::string expanded(std::string_view text, const JobFacts& job) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char code = text[i] == '%' && i + 1 < text.size() ? text[i + 1] : '\0';
    if (code != 'w' && code != 'r' && code != '%') {
      result += text[i];
      continue;
    }
    ++i;
    if (code == 'w') result += job.where;
    if (code == 'r') result += job.replace;
    if (code == '%') result += '%';
  }
  return result;
}

std::unique_ptr<os::PipedProcess> start(const std::string& command, Talks talks,
                                        const Surroundings& surroundings) {
  auto& messages = surroundings.messages;
  return std::make_unique<os::PipedProcess>(
      os::split_command(command), os::PipedProcess::Terms{talks, {}},
      [&messages](std::string_view line) {
        messages.add(MessageType::info, fmt::format("bpipe: {}", printable(line)));
      },
      surroundings.stop);
}

std::string failed(std::string_view what, const std::string& command, const os::ProcessEnd& end) {
  return fmt::format("bpipe: {} \"{}\": {}", what, printable(command), end.text());
}

os::Timestamp now() {
  return {
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
          .count(),
      0};
}

}  // namespace

BpipeSource::BpipeSource(const std::string& command, const Surroundings& surroundings)
    : surroundings_(surroundings), command_(chosen(command, surroundings.options)) {
  if (command_.file.empty() || command_.reader.empty())
    throw Error(ErrorKind::invalid,
                "The plugin command \"{}\" needs a file to store under, and a reader to run, like "
                "bpipe:file=/DB/dump.sql:reader=dump-program:writer=load-program",
                printable(command));
}

std::optional<Offer> BpipeSource::next() {
  if (is_done_) return std::nullopt;
  is_done_ = true;
  if (!surroundings_.job.is_estimate) reader_ = start(command_.reader, Talks::output, surroundings_);
  Offer offer;
  offer.name = command_.file;
  offer.stat.mode = 0100600;
  offer.stat.links = 1;
  offer.stat.size = -1;
  offer.stat.block_size = 4096;
  offer.stat.blocks = 1;
  offer.stat.access = offer.stat.modification = offer.stat.change = now();
  return offer;
}

Outcome<std::size_t> BpipeSource::read(MutableBytes into) { return reader_->read(into); }

Outcome<Extras> BpipeSource::finish() {
  if (!reader_) return Extras{};  // of an estimate
  const auto end = reader_->wait();
  reader_.reset();
  if (!end.succeeded()) return unexpected(failed("the reader", command_.reader, end));
  return Extras{};
}

BpipeTarget::BpipeTarget(const std::string& command, const Surroundings& surroundings)
    : surroundings_(surroundings), command_(chosen(command, surroundings.options)) {}

Created BpipeTarget::create(const RestoredObject& object) {
  const auto command = expanded(command_.writer, surroundings_.job);
  if (command.empty()) {
    surroundings_.messages.add(
        MessageType::error,
        fmt::format("{} was not restored: its plugin command names no writer. Give one as plugin "
                    "options of the restore: bpipe:writer=<command>",
                    printable(object.stored_name)));
    return Created::failed;
  }
  try {
    writer_ = start(command, Talks::input, surroundings_);
  } catch (const Error& error) {
    surroundings_.messages.add(
        MessageType::error,
        fmt::format("{} was not restored: the writer {}. Plugin options of the restore may name "
                    "another one: bpipe:writer=<command>",
                    printable(object.stored_name), error.message()));
    return Created::failed;
  }
  return Created::takes_data;
}

Outcome<void> BpipeTarget::write(std::uint64_t, Bytes data) {
  if (writer_->write(data)) return {};
  const auto end = writer_->wait();
  writer_.reset();
  return unexpected(failed("the writer did not take all data:", command_.writer, end));
}

Outcome<void> BpipeTarget::finish(const Extras&) {
  if (!writer_) return {};  // told already
  writer_->close_input();
  const auto end = writer_->wait();
  writer_.reset();
  if (!end.succeeded()) return unexpected(failed("the writer", command_.writer, end));
  return {};
}

}  // namespace holdfast::plugins
