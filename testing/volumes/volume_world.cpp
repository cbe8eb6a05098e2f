// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/volumes/volume_world.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "format/packed_stat.h"
#include "volumes/checker/check_volume.h"

namespace holdfast::testing_support {
namespace {

constexpr std::uint32_t session_time = 1700000000;

class Collector final : public volumes::RecordVisitor {
 public:
  void record(const format::Record& record, const volumes::Block&) override {
    records.push_back({record.file_index, record.stream, std::string(as_text(record.payload))});
  }
  std::vector<TestRecord> records;
};

}  // namespace

void VolumeWorld::restart() {
  faults = {};
  device.reset();
  if (!other_media) {
    device = std::make_unique<volumes::StorageDevice>(settings, std::make_unique<FaultyDrive>(shelf, faults));
    return;
  }
  device = std::make_unique<volumes::StorageDevice>(
      settings, std::make_unique<FaultyDrive>(other_media->drive(), faults));
  changer.reset();
  if (auto robot = other_media->robot()) {
    changer = std::make_unique<volumes::Autochanger>("Library", std::move(robot));
    changer->add(*device);
    device->set_changer(*changer);
    catalog.use_slots();
  }
}

volumes::AppendJob VolumeWorld::job(std::uint32_t session) {
  volumes::AppendJob job;
  job.mounting = {.job = fmt::format("job.{}", session),
                  .session = {session, session_time},
                  .pool = "Full",
                  .media_type = "File"};
  job.label.job_id = JobId(session);
  job.label.job = job.mounting.job;
  job.label.pool = "Full";
  return job;
}

VolumeSession VolumeWorld::append(const std::vector<TestRecord>& records) {
  const auto what = job(++sessions);
  const auto before = catalog.job_media().size();
  const auto keep_media = [&] {
    const auto all = catalog.job_media();
    for (auto i = before; i < all.size(); ++i) media.emplace_back(what.mounting.session, all[i]);
  };
  try {
    MemoryAttributes attributes;
    volumes::BlockWriter writer(*device, what.mounting, catalog, log, stamp, clock, {});
    writer.open({});
    volumes::AppendSession session(writer, what, attributes, clock, {});
    for (const auto& record : records)
      session.record(record.file_index, record.stream, as_bytes(record.payload));
    session.close(JobStatus::terminated, 0);
    writer.release();
  } catch (...) {
    keep_media();
    throw;
  }
  keep_media();
  check(what.mounting.session);
  return what.mounting.session;
}

void VolumeWorld::check(VolumeSession session) {
  std::map<MediaId, std::vector<volumes::ExpectedRange>> ranges;
  for (const auto& [owner, stored] : media)
    if (owner == session) ranges[stored.media].push_back({session, stored.range});
  volumes::FindingList found;
  volumes::VolumeChecker checker(found);
  for (const auto& [number, expected] : ranges) {
    const auto name = fmt::format("V-{:04}", number.value);
    const auto volume =
        other_media ? other_media->look_at(number) : shelf.open(name, device::Drive::Access::read);
    volumes::check_volume(*volume, name, checker, expected);
  }
  checker.finish();
  for (const auto& finding : found.all) {
    // Damage and jobs that a test put there before are not this job's.
    if (finding.session == session && finding.severity != volumes::Severity::note)
      ADD_FAILURE() << volumes::to_line(finding);
  }
}

std::string VolumeWorld::bootstrap_of(VolumeSession session, std::int32_t first, std::int32_t last) const {
  std::vector<StoredJobMedia> own;
  for (const auto& [owner, stored] : media)
    if (owner == session) own.push_back(stored);
  return bootstrap_text(session, own, first, last);
}

std::string bootstrap_text(VolumeSession session, const std::vector<StoredJobMedia>& media,
                           std::int32_t first, std::int32_t last) {
  std::string text;
  for (const auto& [volume, range] : media) {
    const auto from = std::max(range.first_index, static_cast<std::uint32_t>(first));
    const auto to = std::min(range.last_index, static_cast<std::uint32_t>(last));
    if (from > to) continue;
    text += fmt::format(
        "Volume=\"V-{:04}\"\nMediaType=\"File\"\nVolSessionId={}\nVolSessionTime={}\nVolAddr={}-{}\n"
        "FileIndex={}-{}\n",
        volume.value, session.id, session.time, range.start, range.end, from, to);
  }
  return text;
}

std::vector<TestRecord> VolumeWorld::read(VolumeSession session, std::int32_t first, std::int32_t last) {
  Collector collector;
  auto bootstrap = format::parse_bootstrap(bootstrap_of(session, first, last)).value();
  if (bootstrap.sections.empty()) return {};
  volumes::ReadSession reading(*device, std::move(bootstrap), "restore", catalog, log, clock, {}, on_damage);
  reading.open();
  reading.read_all(collector);
  reading.release();
  return std::move(collector.records);
}

std::string attributes_of(std::int32_t index, const std::string& name, std::size_t size) {
  using namespace std::string_literals;
  const auto stat = format::pack({.mode = 0100644,
                                  .links = 1,
                                  .size = static_cast<std::int64_t>(size),
                                  .modification_time = 1'700'000'000,
                                  .data_stream = format::StreamId::file_data});
  return fmt::format("{} 3 {}", index, name) + "\0"s + stat + "\0\0\0"s + "0\0"s;
}

std::vector<TestRecord> some_files(unsigned count, unsigned seed, std::size_t max_data) {
  std::mt19937 random(seed);
  std::vector<TestRecord> records;
  for (std::int32_t index = 1; index <= static_cast<std::int32_t>(count); ++index) {
    std::string data(random() % (max_data + 1), '\0');
    for (auto& c : data) c = static_cast<char>(random());
    records.push_back({index, 1, attributes_of(index, fmt::format("/f{}-{}", seed, index), data.size())});
    if (!data.empty()) records.push_back({index, 2, data});
    records.push_back({index, 3, std::string(16, static_cast<char>(index))});
  }
  return records;
}

}  // namespace holdfast::testing_support
