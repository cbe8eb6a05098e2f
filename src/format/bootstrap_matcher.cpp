// SPDX-License-Identifier: AGPL-3.0-or-later
#include "format/bootstrap_matcher.h"

#include <algorithm>

#include "base/error.h"
#include "base/patterns.h"
#include "format/attributes.h"

namespace holdfast::format {
namespace {

template <typename T>
bool passes(const std::vector<Range<T>>& ranges, T value) {
  return ranges.empty() ||
         std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) { return range.contains(value); });
}

template <typename T, typename U>
bool passes(const std::vector<T>& values, const U& value) {
  return values.empty() || std::find(values.begin(), values.end(), value) != values.end();
}

template <typename T>
bool lies_behind(const std::vector<Range<T>>& ranges, T value) {
  return !ranges.empty() &&
         std::all_of(ranges.begin(), ranges.end(), [&](const auto& range) { return value > range.last; });
}

std::optional<Regex> compile(const std::string& expression) {
  if (expression.empty()) return std::nullopt;
  auto compiled = Regex::compile(expression, LetterCase::exact);
  if (!compiled) throw Error(ErrorKind::invalid, "bootstrap: FileRegex {}: {}", expression, compiled.error());
  return std::move(*compiled);
}

std::uint32_t file_part(std::uint64_t address) { return static_cast<std::uint32_t>(address >> 32); }

bool names_one_session(const BootstrapSection& section) {
  return section.session_ids.size() == 1 && section.session_times.size() == 1 &&
         section.session_ids[0].first == section.session_ids[0].last;
}

}  // namespace

struct BootstrapMatcher::State {
  explicit State(BootstrapSection what)
      : section(std::move(what)),
        regex(compile(section.file_regex)),
        has_one_session(names_one_session(section)) {}

  BootstrapSection section;
  std::optional<Regex> regex;
  bool has_one_session;
  bool is_mounted = false;  // the mounted volume is one of this section's
  bool is_done = false;     // with the mounted volume
  bool regex_matched = false;
  std::uint32_t files_found = 0;
  std::uint32_t last_found = 0;

  std::optional<std::uint64_t> start() const {
    if (!section.addresses.empty()) {
      return std::min_element(section.addresses.begin(), section.addresses.end(),
                              [](const auto& a, const auto& b) { return a.first < b.first; })
          ->first;
    }
    if (section.files.empty() || section.blocks.empty()) return std::nullopt;
    return (std::uint64_t{section.files[0].first} << 32) | section.blocks[0].first;
  }

  /// An index beyond all that are wanted, or behind the last of Count files, ends the section: within one
  /// session indexes only grow.
  void finish_behind(std::uint32_t file_index) {
    if (!has_one_session) return;
    const bool all_found = section.count && !section.file_indexes.empty() && files_found >= *section.count &&
                           file_index != last_found;
    if (all_found || lies_behind(section.file_indexes, file_index)) is_done = true;
  }

  void count(std::uint32_t file_index) {
    if (file_index == last_found) return;
    last_found = file_index;
    ++files_found;
  }
};

BootstrapMatcher::BootstrapMatcher(Bootstrap bootstrap) {
  sections_.reserve(bootstrap.sections.size());
  for (auto& section : bootstrap.sections) sections_.emplace_back(std::move(section));
}
BootstrapMatcher::~BootstrapMatcher() = default;
BootstrapMatcher::BootstrapMatcher(BootstrapMatcher&&) noexcept = default;
BootstrapMatcher& BootstrapMatcher::operator=(BootstrapMatcher&&) noexcept = default;

std::vector<BootstrapVolume> BootstrapMatcher::volumes() const {
  std::vector<BootstrapVolume> result;
  for (const auto& state : sections_) {
    for (const auto& volume : state.section.volumes) {
      const bool known = std::any_of(result.begin(), result.end(),
                                     [&](const auto& other) { return other.name == volume.name; });
      if (!known) result.push_back(volume);
    }
  }
  return result;
}

void BootstrapMatcher::mount(std::string_view volume) {
  for (auto& state : sections_) {
    state.is_mounted = std::any_of(state.section.volumes.begin(), state.section.volumes.end(),
                                   [&](const auto& other) { return other.name == volume; });
    state.is_done = false;
  }
  address_ = 0;
}

std::optional<std::uint64_t> BootstrapMatcher::next_start() const {
  std::optional<std::uint64_t> smallest;
  for (const auto& state : sections_) {
    if (!state.is_mounted || state.is_done) continue;
    const auto start = state.start();
    if (!start) return std::nullopt;
    smallest = std::min(smallest.value_or(*start), *start);
  }
  return smallest;
}

std::optional<std::uint64_t> BootstrapMatcher::wanted_to() const {
  const auto start = next_start();
  if (!start) return std::nullopt;
  const auto from = std::max(*start, address_);
  std::optional<std::uint64_t> end;
  for (const auto& state : sections_) {
    if (!state.is_mounted || state.is_done) continue;
    for (const auto& range : state.section.addresses)
      if (range.first <= from) end = std::max(end.value_or(0), range.last);
  }
  return end;
}

bool BootstrapMatcher::is_done_with_volume() const {
  return std::all_of(sections_.begin(), sections_.end(),
                     [](const State& state) { return !state.is_mounted || state.is_done; });
}

void BootstrapMatcher::note_block(std::uint64_t address) {
  address_ = address;
  for (auto& state : sections_) {
    if (!state.is_mounted) continue;
    if (lies_behind(state.section.addresses, address) ||
        lies_behind(state.section.files, file_part(address))) {
      state.is_done = true;
    }
  }
}

void BootstrapMatcher::note_session(VolumeSession session, const SessionLabel& label) {
  jobs_[session] = {label.job_id, label.job, label.client};
}

bool BootstrapMatcher::passes_place(const State& state, VolumeSession session) const {
  const auto& section = state.section;
  return state.is_mounted && !state.is_done && passes(section.files, file_part(address_)) &&
         passes(section.addresses, address_) && passes(section.session_times, session.time) &&
         passes(section.session_ids, session.id);
}

bool BootstrapMatcher::passes_job(const State& state, VolumeSession session, std::int32_t stream) const {
  const auto& section = state.section;
  if (!passes(section.streams, stream)) return false;
  if (section.job_ids.empty() && section.jobs.empty() && section.clients.empty()) return true;
  const auto found = jobs_.find(session);
  return found != jobs_.end() && passes(section.job_ids, found->second.id.value) &&
         passes(section.jobs, found->second.job) && passes(section.clients, found->second.client);
}

bool BootstrapMatcher::wants_session(VolumeSession session) const {
  return std::any_of(sections_.begin(), sections_.end(),
                     [&](const State& state) { return passes_place(state, session); });
}

std::optional<BootstrapMatcher::SectionNumber> BootstrapMatcher::select(VolumeSession session,
                                                                        const RecordHeader& header) {
  const auto file_index = static_cast<std::uint32_t>(header.file_index);
  std::optional<SectionNumber> selected;
  for (SectionNumber number = 0; number < sections_.size(); ++number) {
    auto& state = sections_[number];
    if (!passes_place(state, session)) continue;
    state.finish_behind(file_index);
    if (selected || state.is_done || !passes(state.section.file_indexes, file_index)) continue;
    if (!passes_job(state, session, header.stream)) continue;
    state.count(file_index);
    selected = number;
  }
  return selected;
}

bool BootstrapMatcher::accept(SectionNumber number, const Record& record) {
  auto& state = sections_[number];
  if (!state.regex) return true;
  if (is_attributes(record.stream_id())) {
    const auto attributes = parse_attributes(record.payload);
    state.regex_matched = attributes && state.regex->matches(std::string(attributes->name));
  }
  return state.regex_matched;
}

}  // namespace holdfast::format
