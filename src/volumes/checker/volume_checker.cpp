// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/checker/volume_checker.h"

#include <fmt/core.h>

#include "base/endian.h"
#include "base/text.h"
#include "crypto/crc32.h"
#include "volumes/checker/label_rules.h"

namespace holdfast::volumes {
namespace {

constexpr std::size_t block_header = 24;
constexpr std::size_t record_header = 12;
constexpr std::uint32_t insane_length = 20'000'000;
constexpr std::uint32_t longest_sent = 999'996;
constexpr std::int32_t stream_mask = 0x7FF;

// Values of FileIndex (interop 04, section 3.4).
constexpr std::int32_t pre_label = -1, volume_label_index = -2, end_of_medium = -3, start_of_session = -4,
                       end_of_session = -5, start_of_object = -7;

format::RecordHeader header_at(Bytes bytes) {
  return {.file_index = load<std::int32_t>(&bytes[0]),
          .stream = load<std::int32_t>(&bytes[4]),
          .length = load<std::uint32_t>(&bytes[8])};
}

bool is_volume_label(std::int32_t file_index) {
  return file_index == volume_label_index || file_index == pre_label;
}

}  // namespace

void VolumeChecker::say(Severity severity, std::size_t offset, std::string text) {
  visitor_.finding({severity, volume_, address_, offset, current_, file_index_, std::move(text)});
}

void VolumeChecker::start_volume(std::string name) {
  volume_ = std::move(name);
  ++volume_number_;
  blocks_ = 0;
  address_ = last_address_ = 0;
  current_ = {};
  file_index_ = 0;
  ranges_.clear();
}

void VolumeChecker::damage(std::uint64_t address, const std::string& why) {
  address_ = address;
  current_ = {};
  file_index_ = 0;
  ++gaps_;
  ++blocks_;  // a label in it is not missed a second time
  say(Severity::error, 0, why);
}

std::optional<VolumeSession> VolumeChecker::header(Bytes bytes) {
  const auto discard = [&](std::size_t offset, std::string why) {
    ++gaps_;
    say(Severity::error, offset, std::move(why));
    return std::nullopt;
  };
  if (bytes.size() < block_header)
    return discard(0, fmt::format("Very short block of {} bytes", bytes.size()));
  if (const auto id = as_text(bytes.subspan(12, 4)); id != "BB02")
    return discard(12, fmt::format("Wanted ID: \"BB02\", got \"{}\"", printable(id)));
  if (const auto length = load<std::uint32_t>(&bytes[4]); length != bytes.size() || length > insane_length)
    return discard(4, fmt::format("the block says it has {} bytes, it has {}", length, bytes.size()));
  const auto stored = load<std::uint32_t>(&bytes[0]);
  if (const auto sum = crypto::crc32(bytes.subspan(4)); sum != stored)
    return discard(0, fmt::format("Block checksum mismatch in block={} len={}: calc={:x} blk={:x}",
                                  load<std::uint32_t>(&bytes[8]), bytes.size(), sum, stored));
  return VolumeSession{load<std::uint32_t>(&bytes[16]), load<std::uint32_t>(&bytes[20])};
}

void VolumeChecker::block(std::uint64_t address, std::uint64_t last_address, Bytes bytes) {
  address_ = address;
  last_address_ = last_address;
  current_ = {};
  file_index_ = 0;
  const bool is_first = blocks_++ == 0;
  const auto found = header(bytes);
  if (!found) return;
  current_ = *found;
  if (bytes.size() < block_header + record_header) {
    if (current_ != VolumeSession{}) say(Severity::warning, block_header, "the block holds no record");
    return;
  }
  const auto first = header_at(bytes.subspan(block_header));
  if (is_first && !is_volume_label(first.file_index))
    say(Severity::error, block_header, "the volume does not begin with a label");
  if (!is_first && is_volume_label(first.file_index))
    say(Severity::error, block_header, "a volume label inside the volume");
  if (is_volume_label(first.file_index)) {
    // It stands apart from the session whose number it may carry: that goes on behind it.
    if (const auto number = load<std::uint32_t>(&bytes[8]); number != 0)
      say(Severity::warning, 8, fmt::format("the label is block {}, not 0", number));
    const auto left = bytes.subspan(block_header + record_header);
    label_record(nullptr, first, block_header, left.first(std::min<std::size_t>(first.length, left.size())),
                 first.length > left.size());
    if (first.length != left.size())
      say(Severity::warning, block_header, "the label is not alone in its block");
    return;
  }
  if (current_ == VolumeSession{} && first.file_index == start_of_object)
    return;  // what repair fills a gap with
  if (current_.id == 0 || current_.time == 0) say(Severity::error, 16, "the block belongs to no session");
  auto& session = session_of(current_, first);
  check_number(session, load<std::uint32_t>(&bytes[8]), first);
  records(session, bytes);
}

VolumeChecker::Session& VolumeChecker::session_of(VolumeSession number, const format::RecordHeader& first) {
  const auto [found, is_new] = sessions_.try_emplace(number);
  auto& session = found->second;
  if (!is_new) return session;
  session.facts.session = number;
  session.seen_gaps = gaps_;
  if (first.file_index == start_of_session) return session;
  session.facts.is_whole = false;
  const bool is_lost = gaps_ > 0;
  say(is_lost ? Severity::error : Severity::warning, block_header,
      is_lost ? "the start of the session is lost" : "the session began on another volume");
  if (is_lost) lose(session, first);
  session.file.start(0);
  session.is_behind_loss = true;
  return session;
}

/// A session counts its blocks, so that a damaged place that took none of them is told from one that did.
void VolumeChecker::check_number(Session& session, std::uint32_t number, const format::RecordHeader& first) {
  const auto expected = std::exchange(session.next_number, number + 1);
  const bool is_behind_gap = std::exchange(session.seen_gaps, gaps_) != gaps_;
  if (!expected && number > 1 && first.file_index == start_of_session)
    say(Severity::warning, 8, fmt::format("the first block of the session is number {}", number));
  if (!expected || number == *expected) return;
  session.facts.is_whole = false;
  if (!is_behind_gap)
    return say(Severity::warning, 8,
               fmt::format("block {} of the session behind its block {}", number, *expected - 1));
  lose(session, first);
  session.is_behind_loss = true;
}

/// Blocks of the session are missing between what was seen and the record that this header begins or continues.
void VolumeChecker::lose(Session& session, const format::RecordHeader& next) {
  const auto before = static_cast<std::uint32_t>(session.file.file_index());
  const bool is_before_hurt = session.pending || (before > 0 && !session.file.is_complete());
  LostFiles lost{session.facts.session, is_before_hurt ? before : before + 1, LostFiles::to_the_end};
  if (next.file_index > 0) {
    const bool is_start = next.stream > 0 && FileRules::begins_file(next.stream & stream_mask);
    lost.last = static_cast<std::uint32_t>(next.file_index) - (is_start ? 1 : 0);
  } else if (next.file_index < 0 && next.file_index != end_of_session) {
    lost.last = lost.first;
  }
  session.pending.reset();
  if (lost.last < lost.first) return;
  visitor_.lost(lost);
}

void VolumeChecker::records(Session& session, Bytes bytes) {
  std::uint32_t first_index = 0, last_index = 0;
  std::size_t at = block_header;
  while (bytes.size() - at >= record_header) {
    const auto header = header_at(bytes.subspan(at));
    file_index_ = header.file_index > 0 ? static_cast<std::uint32_t>(header.file_index) : 0;
    if (header.file_index == end_of_medium) return say(Severity::note, at, "an EOM label ends the block");
    if (!is_possible(session, header, at)) break;
    const auto left = bytes.subspan(at + record_header);
    const auto present = left.first(std::min<std::size_t>(header.length, left.size()));
    if (header.file_index < 0) {
      label_record(&session, header, at, present, present.size() < header.length);
    } else {
      if (first_index == 0) first_index = file_index_;
      last_index = file_index_;
      header.stream < 0 ? continuation(session, header, at, present)
                        : file_record(session, header, at, present);
    }
    session.is_behind_loss = false;
    at += record_header + present.size();
  }
  file_index_ = 0;
  if (at < bytes.size() && bytes.size() - at < record_header)
    say(Severity::warning, at, fmt::format("{} bytes stand behind the last record", bytes.size() - at));
  ranges_.block(session.facts.session, address_, last_address_, first_index, last_index,
                [&](Severity severity, std::string text) { say(severity, 0, std::move(text)); });
}

bool VolumeChecker::is_possible(Session& session, const format::RecordHeader& header, std::size_t at) {
  const auto refuse = [&](std::size_t field, std::string text) {
    session.facts.is_whole = false;
    session.is_behind_loss = true;
    session.pending.reset();
    say(Severity::error, at + field, std::move(text));
    return false;
  };
  if (session.has_ended && header.file_index != start_of_object)
    say(Severity::error, at, "a record behind the end of its session");
  if (header.file_index == 0 || header.file_index < start_of_object - 1)
    return refuse(0, fmt::format("FileIndex {} has no meaning; the rest of the block is not understood",
                                 header.file_index));
  if (header.length >= insane_length)
    return refuse(
        8, fmt::format("a record of {} bytes; the rest of the block is not understood", header.length));
  if (header.file_index > 0 &&
      (header.stream == 0 || header.stream == std::numeric_limits<std::int32_t>::min()))
    return refuse(4, fmt::format("stream {}; the rest of the block is not understood", header.stream));
  if (session.pending && at == block_header && header.file_index != start_of_object &&
      !continues(*session.pending, header)) {
    say(Severity::error, at,
        fmt::format("record of file {}, stream {} at {} is cut off: its rest should stand here",
                    session.pending->header.file_index, session.pending->header.stream,
                    session.pending->address));
    session.pending.reset();
    session.facts.is_whole = false;
  }
  return true;
}

void VolumeChecker::label_record(Session* session, const format::RecordHeader& header, std::size_t at,
                                 Bytes payload, bool is_cut) {
  const Say here = [&](Severity severity, std::string text) { say(severity, at, std::move(text)); };
  if (header.file_index == start_of_object) {  // what repair leaves of a record
    if (session != nullptr) session->facts.is_whole = false;
    return;
  }
  if (is_cut) here(Severity::error, "a label is cut off at the end of its block");
  if (session == nullptr) return volume_label(header, at, payload);
  switch (header.file_index) {
    case start_of_session: return session_start(*session, header, payload, here);
    case end_of_session: return session_end(*session, header, at, payload);
    default:
      here(Severity::error,
           fmt::format("a record with FileIndex {} among those of a session", header.file_index));
  }
}

void VolumeChecker::volume_label(const format::RecordHeader& header, std::size_t at, Bytes payload) {
  const Say here = [&](Severity severity, std::string text) { say(severity, at, std::move(text)); };
  if (header.file_index == pre_label) here(Severity::warning, "a pre-label, which nobody writes");
  // A label that was written anew counts the volumes of its job.
  constexpr std::int32_t most_volumes = 100'000;
  if (header.stream < 0 || header.stream > most_volumes)
    here(Severity::warning, fmt::format("the label has stream {}", header.stream));
  const auto label = check_volume_label(payload, here);
  if (!label) return;
  if (!volume_.empty() && label->volume != volume_)
    here(Severity::error,
         fmt::format("Wrong Volume: Wanted {} have {}", printable(volume_), printable(label->volume)));
  if (volume_.empty()) volume_ = label->volume;
}

void VolumeChecker::session_start(Session& session, const format::RecordHeader& header, Bytes payload,
                                  const Say& here) {
  if (session.facts.start)
    here(Severity::error, "the session begins a second time");
  else if (session.file.file_index() != 0)
    here(Severity::error, "the session begins behind its first records");
  session.facts.start = check_session_label(payload, format::SessionEdge::start, here);
  check_job_id(session.facts.start, header, here);
}

void VolumeChecker::check_job_id(const std::optional<format::SessionLabel>& label,
                                 const format::RecordHeader& header, const Say& here) {
  if (label && static_cast<std::int32_t>(label->job_id.value) != header.stream)
    here(Severity::error, fmt::format("the label of JobId {} stands in a record of JobId {}",
                                      label->job_id.value, header.stream));
}

void VolumeChecker::session_end(Session& session, const format::RecordHeader& header, std::size_t at,
                                Bytes payload) {
  const Say here = [&](Severity severity, std::string text) { say(severity, at, std::move(text)); };
  auto& facts = session.facts;
  finish_file(session, at);
  facts.end = check_session_label(payload, format::SessionEdge::end, here);
  check_job_id(facts.end, header, here);
  if (facts.start && facts.end) check_same_job(*facts.start, *facts.end, here);
  if (facts.end && facts.is_whole) {
    if (facts.end->end->files != facts.last_index)
      here(Severity::error,
           fmt::format("JobFiles {}, the last file is {}", facts.end->end->files, facts.last_index));
    if (facts.end->end->bytes != facts.bytes)
      here(Severity::error,
           fmt::format("JobBytes {}, the records have {}", facts.end->end->bytes, facts.bytes));
  }
  if (!session.has_ended) close(session);
}

void VolumeChecker::file_record(Session& session, const format::RecordHeader& header, std::size_t at,
                                Bytes present) {
  if ((header.stream & ~stream_mask) != 0)
    say(Severity::warning, at + 4, fmt::format("stream 0x{:x} has flags", header.stream));
  if (header.length > longest_sent)
    say(Severity::warning, at + 8,
        fmt::format("a record of {} bytes cannot be sent to a client in one piece", header.length));
  if (header.file_index != session.file.file_index()) next_file(session, header, at);
  session.facts.last_index = file_index_;
  session.facts.bytes += header.length;
  if (present.size() == header.length) return whole(session, header, at, present);
  session.pending = Pending{header, to_buffer(present), address_};
}

void VolumeChecker::next_file(Session& session, const format::RecordHeader& header, std::size_t at) {
  const auto before = session.file.file_index();
  const auto stream = header.stream & stream_mask;
  if (header.file_index < before) {
    say(Severity::error, at, fmt::format("file {} behind file {}", header.file_index, before));
  } else if (header.file_index > before + 1 && !session.is_behind_loss) {
    say(Severity::warning, at, fmt::format("file {} follows file {}", header.file_index, before));
  }
  finish_file(session, at);
  session.file.start(header.file_index);
  if (session.is_behind_loss && !FileRules::begins_file(stream)) session.file.forget_order();
}

void VolumeChecker::finish_file(Session& session, std::size_t at) {
  if (session.is_behind_loss) return;
  session.file.finish([&](Severity severity, std::string text) {
    const auto next = std::exchange(file_index_, static_cast<std::uint32_t>(session.file.file_index()));
    say(severity, at, std::move(text));
    file_index_ = next;
  });
}

bool VolumeChecker::continues(const Pending& pending, const format::RecordHeader& header) {
  return header.file_index == pending.header.file_index && header.stream == -pending.header.stream;
}

void VolumeChecker::continuation(Session& session, const format::RecordHeader& header, std::size_t at,
                                 Bytes present) {
  if (at != block_header) say(Severity::error, at, "a record goes on in the middle of a block");
  if (!session.pending) {
    if (!session.is_behind_loss)
      say(Severity::error, at, fmt::format("a record of stream {} goes on that never began", -header.stream));
    if (session.file.file_index() != header.file_index) next_file(session, header, at);
    session.facts.last_index = file_index_;
    session.file.forget_order();
    return;
  }
  auto& pending = *session.pending;
  const auto left = pending.header.length - pending.payload.size();
  if (header.length != left)
    say(Severity::error, at + 8,
        fmt::format("{} bytes of the record are left, its header says {}", left, header.length));
  append(pending.payload, present.first(std::min(present.size(), left)));
  if (present.size() < header.length) return;
  const auto done = std::move(*session.pending);
  session.pending.reset();
  if (header.length == left) whole(session, done.header, at, done.payload);
}

void VolumeChecker::whole(Session& session, const format::RecordHeader& header, std::size_t at,
                          Bytes payload) {
  const auto stream = header.stream & stream_mask;
  session.file.check(stream, payload,
                     [&](Severity severity, std::string text) { say(severity, at, std::move(text)); });
  visitor_.record(session.facts.session, header.file_index, stream, payload);
}

void VolumeChecker::close(Session& session) {
  session.has_ended = true;
  session.pending.reset();
  visitor_.session(session.facts);
}

void VolumeChecker::finish_volume() {
  address_ = 0;
  current_ = {};
  file_index_ = 0;
  if (blocks_ == 0) say(Severity::error, 0, "the volume is empty");
  ranges_.finish(
      [&](VolumeSession session, std::uint64_t address) {
        current_ = session;
        address_ = address;
      },
      [&](Severity severity, std::string text) { say(severity, 0, std::move(text)); });
}

void VolumeChecker::finish() {
  for (auto& [number, session] : sessions_) {
    if (session.has_ended) continue;
    current_ = number;
    address_ = session.pending ? session.pending->address : 0;
    file_index_ = static_cast<std::uint32_t>(session.file.file_index());
    const bool is_lost = session.seen_gaps != gaps_;
    session.facts.is_whole = false;
    say(is_lost ? Severity::error : Severity::warning, 0,
        is_lost ? "the end of the session is lost"
                : "the session has no end: its job was cut off, or goes on on another volume");
    if (is_lost) lose(session, {});
    close(session);
  }
}

}  // namespace holdfast::volumes
