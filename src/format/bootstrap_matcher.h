// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "format/bootstrap.h"
#include "format/label.h"
#include "format/record_assembler.h"

namespace holdfast::format {

/// Decides record by record what a bootstrap selects, and from where to read on (interop 04, section 14).
/// Goes with the reader from volume to volume:
///
///   matcher.mount("Vol-0001"); seek to matcher.next_start();
///   for each block: note_block(); for each piece: select(); for each whole record: accept();
///   until matcher.is_done_with_volume().
///
/// Where the peer's rules would lose records it is more careful: indexes finish a section only if the section
/// names one session, and Count counts whole files of that session.
class BootstrapMatcher {
 public:
  using SectionNumber = std::size_t;

  /// Throws Error{invalid} where a FileRegex is no POSIX extended regular expression.
  explicit BootstrapMatcher(Bootstrap bootstrap);
  ~BootstrapMatcher();
  BootstrapMatcher(BootstrapMatcher&&) noexcept;
  BootstrapMatcher& operator=(BootstrapMatcher&&) noexcept;

  /// In the order of first appearance, each once.
  std::vector<BootstrapVolume> volumes() const;

  /// The volume that is read from now on.
  void mount(std::string_view volume);

  /// Where to read first or next: the smallest start address of the sections of this volume that are not done.
  /// Empty where the volume must be read on without a jump.
  std::optional<std::uint64_t> next_start() const;

  /// Up to which address the volume is read without a jump, from there or from here on; a guess, for those who read
  /// ahead. Nothing where addresses do not say.
  std::optional<std::uint64_t> wanted_to() const;

  /// No section can select anything more from the mounted volume.
  bool is_done_with_volume() const;

  /// `address` of the block that is looked at now: on disk that of its last byte. Or of where the next one
  /// begins: sections that lie before it are done.
  void note_block(std::uint64_t address);

  /// What a session start label says, for sections that select by job.
  void note_session(VolumeSession session, const SessionLabel& label);

  /// The first section that selects the record of this header, FileRegex aside; the header of a whole record or
  /// of its first piece, with positive file index.
  std::optional<SectionNumber> select(VolumeSession session, const RecordHeader& header);

  /// Whether any section could select records of the session from the current block.
  bool wants_session(VolumeSession session) const;

  /// FileRegex for a record that select() gave to `section`: decided at the attributes, kept for the streams
  /// that follow them.
  bool accept(SectionNumber section, const Record& record);

 private:
  struct State;
  struct JobNames {
    JobId id;
    std::string job;
    std::string client;
  };
  bool passes_place(const State& state, VolumeSession session) const;
  bool passes_job(const State& state, VolumeSession session, std::int32_t stream) const;

  std::vector<State> sections_;
  std::unordered_map<VolumeSession, JobNames> jobs_;
  std::uint64_t address_ = 0;
};

}  // namespace holdfast::format
