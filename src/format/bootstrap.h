// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

namespace holdfast::format {

/// first..last, both included.
template <typename T>
struct Range {
  T first{};
  T last{};
  constexpr bool contains(T value) const { return first <= value && value <= last; }
  bool operator==(const Range&) const = default;
};

struct BootstrapVolume {
  std::string name;
  std::string media_type;
  std::string device;     ///< hint
  std::int32_t slot = 0;  ///< 0: none
  bool operator==(const BootstrapVolume&) const = default;
};

/// One section of a bootstrap: which records of which volumes. A criterion without values always passes.
struct BootstrapSection {
  std::vector<BootstrapVolume> volumes;
  std::optional<std::string> storage;  ///< for the Director; the Storage Daemon ignores it
  std::vector<Range<std::uint32_t>> session_ids;
  std::vector<std::uint32_t> session_times;
  std::vector<Range<std::uint32_t>> files;
  std::vector<Range<std::uint32_t>> blocks;
  std::vector<Range<std::uint64_t>> addresses;
  std::vector<Range<std::uint32_t>> file_indexes;
  std::optional<std::uint32_t> count;
  std::string file_regex;
  std::vector<Range<std::uint32_t>> job_ids;
  std::vector<std::string> jobs;
  std::vector<std::string> clients;
  std::vector<std::int32_t> streams;
  bool operator==(const BootstrapSection&) const = default;
};

inline constexpr std::uint32_t last_file_index = 2147483647;  ///< "all files"

struct Bootstrap {
  std::vector<BootstrapSection> sections;
  bool operator==(const Bootstrap&) const = default;
};

struct BootstrapError {
  std::size_t line = 0;  ///< from 1
  std::string message;   ///< what is wrong, without the line
};

/// Reads a bootstrap (interop 04, section 14). Includes (`@file`) are refused: text may come from a network.
Expected<Bootstrap, BootstrapError> parse_bootstrap(std::string_view text);

/// Writes it as a Director does (14.3): criteria without values are left out, FileRegex is not quoted.
std::string to_text(const Bootstrap& bootstrap);
void append_text(std::string& to, const BootstrapSection& section);

}  // namespace holdfast::format
