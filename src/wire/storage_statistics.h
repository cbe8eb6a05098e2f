// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "wire/layout.h"

// What a Storage Daemon that collects statistics answers to "stats" (interop 03, section 13.3): these lines,
// the last of which is statistics_end, then TERMINATE.

namespace holdfast::wire {

inline constexpr std::string_view statistics_command = "stats";
inline constexpr std::string_view statistics_end = "2000 OK statistics\n";

struct DeviceStatistics {
  std::int64_t time = 0;  ///< Unix seconds
  std::string device;
  std::uint64_t read_bytes = 0;
  std::uint64_t written_bytes = 0;
  std::uint64_t spool_size = 0;
  std::int32_t waiting = 0;
  std::int32_t writers = 0;
  std::int64_t read_time = 0;
  std::int64_t write_time = 0;
  MediaId media_id;
  std::uint64_t volume_bytes = 0;
  std::uint64_t volume_files = 0;
  std::uint64_t volume_blocks = 0;
  template <typename = void>
  static constexpr auto layout() {
    using D = DeviceStatistics;
    return message("Devicestats [", field<&D::time>, "]: Device=", bashed<&D::device>,
                   " Read=", field<&D::read_bytes>, ", Write=", field<&D::written_bytes>,
                   ", SpoolSize=", field<&D::spool_size>, ", NumWaiting=", field<&D::waiting>,
                   ", NumWriters=", field<&D::writers>, ", ReadTime=", field<&D::read_time>,
                   ", WriteTime=", field<&D::write_time>, ", MediaId=", field<&D::media_id>,
                   ", VolBytes=", field<&D::volume_bytes>, ", VolFiles=", field<&D::volume_files>,
                   ", VolBlocks=", field<&D::volume_blocks>, "\n");
  }
};

struct TapeAlertStatistics {
  std::int64_t time = 0;  ///< Unix seconds
  std::string device;
  std::uint64_t alerts = 0;  ///< bits as the drive reports them
  template <typename = void>
  static constexpr auto layout() {
    using T = TapeAlertStatistics;
    return message("Tapealerts [", field<&T::time>, "]: Device=", bashed<&T::device>,
                   " TapeAlert=", field<&T::alerts>, "\n");
  }
};

struct JobStatistics {
  std::int64_t time = 0;  ///< Unix seconds
  JobId job_id;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::string device;
  template <typename = void>
  static constexpr auto layout() {
    using J = JobStatistics;
    return message("Jobstats [", field<&J::time>, "]: JobId=", field<&J::job_id>,
                   ", JobFiles=", field<&J::files>, ", JobBytes=", field<&J::bytes>,
                   ", DevName=", bashed<&J::device>, "\n");
  }
};

}  // namespace holdfast::wire
