// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/storage_context.h"

namespace holdfast::storage {

/// What the status command shows (interop 03, section 13).
class StatusReport {
 public:
  /// `devices`: only these and the drives of these autochangers; empty: all.
  StatusReport(const StorageContext& context, const std::vector<std::string>& devices);

  /// The whole report, paragraph by paragraph; each goes out as a packet with a NUL behind it.
  std::vector<std::string> whole() const;

  /// One part without headings: header, running, waitreservation, devices, volumes, spooling, terminated.
  /// Nothing for other words.
  std::optional<std::vector<std::string>> part(std::string_view word) const;

  /// The lines of `.status current` and `.status last`, without the NUL.
  std::vector<std::string> current() const;
  std::vector<std::string> last() const;

 private:
  using Lines = std::vector<std::string>;
  void add_header(Lines& lines) const;
  void add_running(Lines& lines) const;
  void add_waiting(Lines& lines) const;
  enum class Columns { blanks, tabs };
  void add_ended(Lines& lines, Columns columns) const;
  void add_devices(Lines& lines) const;
  void add_device(Lines& lines, volumes::StorageDevice& device) const;
  void add_volumes(Lines& lines) const;
  void add_spooling(Lines& lines) const;
  bool is_wanted(const volumes::StorageDevice& device) const;

  const StorageContext& context_;
  std::vector<std::string> wanted_;
};

}  // namespace holdfast::storage
