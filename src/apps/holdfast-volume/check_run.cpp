// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast-volume/check_run.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace holdfast::apps {

using volumes::Finding;
using volumes::Severity;

namespace {

// More names than anybody reads are not looked up.
constexpr std::size_t most_names = 1'000;

std::string describe(const DamagedFile& file) {
  const auto session = fmt::format("session {}/{}", file.session.id, file.session.time);
  if (file.last == volumes::LostFiles::to_the_end)
    return fmt::format("damaged: {} files from {} to its end: {}", session, file.first, file.why);
  if (file.last > file.first)
    return fmt::format("damaged: {} files {} to {}: {}", session, file.first, file.last, file.why);
  return fmt::format("damaged: {} file {} {}: {}", session, file.first,
                     file.name.empty() ? "of unknown name" : printable(file.name), file.why);
}

}  // namespace

std::string counted(std::uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

bool CheckResult::is_good() const { return files.empty() && count(Severity::error) == 0; }

std::size_t CheckResult::count(Severity severity) const {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(),
                    [severity](const Finding& finding) { return finding.severity == severity; }));
}

void CheckRun::check(device::Device& medium, const std::string& volume, ReadPace& pace) {
  std::vector<volumes::ExpectedRange> expected;
  const auto row = facts_ != nullptr ? facts_->volume(volume) : std::nullopt;
  if (row) expected = facts_->ranges(row->id);
  const auto before = pace.bytes();
  auto damaged =
      volumes::check_volume(medium, volume, checker_, expected, [&](std::size_t bytes) { pace.read(bytes); });
  result_.volumes.push_back({volume, pace.bytes() - before, std::move(damaged)});
  if (facts_ != nullptr) compare_with_catalog(volume, medium);
}

void CheckRun::compare_with_catalog(const std::string& volume, device::Device& medium) {
  const auto row = facts_->volume(volume);
  if (!row) return note(volume, "the catalog does not know the volume");
  const auto size = medium.size();
  if (size && *size != row->bytes)
    note(volume, fmt::format("the catalog says the volume has {} bytes, it has {}", row->bytes, *size));
}

void CheckRun::note(const std::string& volume, std::string text) {
  Finding difference;
  difference.volume = volume;
  difference.text = std::move(text);
  finding(difference);
}

FileCheck& CheckRun::files_of(VolumeSession session) {
  auto& found = files_[session];
  if (!found)
    found = std::make_unique<FileCheck>(
        keys_, [this, session](std::uint32_t index, const std::string& name, const std::string& why) {
          damaged_file({session, index, index, name, why});
        });
  return *found;
}

void CheckRun::finding(const Finding& finding) {
  heard_(volumes::to_line(finding), finding.severity);
  if (finding.severity != Severity::note) result_.findings.push_back(finding);
}

void CheckRun::damaged_file(DamagedFile file) {
  heard_(describe(file), Severity::error);
  result_.files.push_back(std::move(file));
}

void CheckRun::record(VolumeSession session, std::int32_t file_index, std::int32_t stream, Bytes payload) {
  files_of(session).record(static_cast<std::uint32_t>(file_index), static_cast<format::StreamId>(stream),
                           payload);
}

void CheckRun::lost(const volumes::LostFiles& lost) {
  auto& files = files_of(lost.session);
  DamagedFile damaged{lost.session, lost.first, lost.last, {}, "records are lost"};
  // The file that was being read is known by its name; the rest is not.
  if (files.file_index() == lost.first) {
    files.lose();
    damaged_file({lost.session, lost.first, lost.first, files.name(), damaged.why});
    if (lost.last == lost.first) return;
    ++damaged.first;
  }
  name_lost(damaged);
}

void CheckRun::name_lost(DamagedFile& lost) {
  const auto job = facts_ != nullptr ? facts_->job(lost.session) : std::nullopt;
  const auto names = job ? facts_->names(*job, lost.first, lost.last, most_names + 1)
                         : std::vector<std::pair<std::uint32_t, std::string>>();
  if (names.empty() || names.size() > most_names) return damaged_file(lost);
  for (const auto& [index, name] : names) damaged_file({lost.session, index, index, name, lost.why});
}

void CheckRun::session(const volumes::SessionFacts& facts) {
  if (const auto found = files_.find(facts.session); found != files_.end()) {
    found->second->finish();
    result_.totals += found->second->totals();
    files_.erase(found);
  }
  result_.sessions.push_back(facts);
}

CheckResult CheckRun::finish() {
  checker_.finish();
  return std::move(result_);
}

}  // namespace holdfast::apps
