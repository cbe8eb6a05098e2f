// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>

#include "format/record.h"
#include "volumes/checker/expected_ranges.h"
#include "volumes/checker/finding.h"
#include "volumes/checker/payload_rules.h"
#include "volumes/checker/session_facts.h"

namespace holdfast::volumes {

/// Hears what a checker finds and sees.
class CheckVisitor {
 public:
  virtual ~CheckVisitor() = default;
  virtual void finding(const Finding& finding) = 0;
  /// A whole record with positive file index; the payload is valid during the call.
  virtual void record(VolumeSession, std::int32_t /*file_index*/, std::int32_t /*stream*/,
                      Bytes /*payload*/) {}
  /// Records of these files are missing, between those before and those that follow.
  virtual void lost(const LostFiles&) {}
  /// The session is over: at its end label, or where the last volume ends.
  virtual void session(const SessionFacts&) {}
};

/// Checks volumes in the order in which jobs went on from one to the next.
///
///   checker.start_volume("Full-0001");
///   checker.block(address, last_address, bytes);   // or checker.damage(...)
///   checker.finish_volume();
///   ...
///   checker.finish();
class VolumeChecker {
 public:
  explicit VolumeChecker(CheckVisitor& visitor) : visitor_(visitor) {}

  /// `name`: what the label must say; empty for any.
  void start_volume(std::string name);
  /// What the catalog knows of the volume; before its first block.
  void expect(const ExpectedRange& range) { ranges_.expect(range); }
  /// A block, cut to its length as the device understood it.
  void block(std::uint64_t address, std::uint64_t last_address, Bytes bytes);
  /// There is no block from `address` on.
  void damage(std::uint64_t address, const std::string& why);
  void finish_volume();
  /// Behind the last volume.
  void finish();

 private:
  struct Pending {
    format::RecordHeader header;
    Buffer payload;
    std::uint64_t address = 0;  ///< of the block it begins in
  };

  struct Session {
    SessionFacts facts;
    std::optional<std::uint32_t> next_number;  ///< of its next block
    std::optional<Pending> pending;
    FileRules file;
    std::uint64_t seen_gaps = 0;  ///< how many damaged places there were at its last block
    /// What comes next may continue what was not seen.
    bool is_behind_loss = false;
    bool has_ended = false;
  };

  void say(Severity severity, std::size_t offset, std::string text);
  std::optional<VolumeSession> header(Bytes bytes);
  Session& session_of(VolumeSession number, const format::RecordHeader& first);
  void check_number(Session& session, std::uint32_t number, const format::RecordHeader& first);
  void lose(Session& session, const format::RecordHeader& next);
  void records(Session& session, Bytes bytes);
  bool is_possible(Session& session, const format::RecordHeader& header, std::size_t at);
  void label_record(Session* session, const format::RecordHeader& header, std::size_t at, Bytes payload,
                    bool is_cut);
  void volume_label(const format::RecordHeader& header, std::size_t at, Bytes payload);
  void session_start(Session& session, const format::RecordHeader& header, Bytes payload, const Say& here);
  void session_end(Session& session, const format::RecordHeader& header, std::size_t at, Bytes payload);
  static void check_job_id(const std::optional<format::SessionLabel>& label,
                           const format::RecordHeader& header, const Say& here);
  void file_record(Session& session, const format::RecordHeader& header, std::size_t at, Bytes present);
  void next_file(Session& session, const format::RecordHeader& header, std::size_t at);
  void finish_file(Session& session, std::size_t at);
  static bool continues(const Pending& pending, const format::RecordHeader& header);
  void continuation(Session& session, const format::RecordHeader& header, std::size_t at, Bytes present);
  void whole(Session& session, const format::RecordHeader& header, std::size_t at, Bytes payload);
  void close(Session& session);

  CheckVisitor& visitor_;
  std::map<VolumeSession, Session> sessions_;
  ExpectedRanges ranges_;
  std::string volume_;
  std::size_t volume_number_ = 0;
  std::uint64_t blocks_ = 0;  ///< of this volume
  std::uint64_t gaps_ = 0;    ///< damaged places of all volumes
  // The place that is looked at.
  std::uint64_t address_ = 0;
  std::uint64_t last_address_ = 0;
  VolumeSession current_{};
  std::uint32_t file_index_ = 0;
};

}  // namespace holdfast::volumes
