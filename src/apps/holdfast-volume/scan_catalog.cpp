// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast-volume/scan_catalog.h"

#include <fmt/core.h>

#include "base/text.h"

namespace holdfast::apps {
namespace {

using catalog::Moment;

constexpr std::int64_t one_year = 365 * 24 * 60 * 60;

Moment moment(Time time) { return std::chrono::floor<std::chrono::seconds>(time); }

}  // namespace

std::int64_t ScanCatalog::count(std::string_view sql, std::span<const catalog::SqlValue> values) {
  std::int64_t found = 0;
  catalog_->queries().query(sql, values, [&](const catalog::ResultRow& row) {
    found = row.number(0);
    return false;
  });
  return found;
}

ScanCounts ScanCatalog::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void ScanCatalog::count_files(std::uint64_t files, std::uint64_t restore_objects) {
  const std::lock_guard lock(mutex_);
  counts_.files += files;
  counts_.restore_objects += restore_objects;
}

bool ScanCatalog::volume_label(const format::VolumeLabel& label) {
  const std::lock_guard lock(mutex_);
  if (!pool(label) || !volume(label)) return false;
  tell_(0, fmt::format("VOL_LABEL: OK for Volume: {}\n", printable(label.volume)));
  return true;
}

bool ScanCatalog::pool(const format::VolumeLabel& label) {
  const auto found = catalog_->pools().find(label.pool);
  if (found) {
    if (found->type == label.pool_type) return true;
    tell_(0, fmt::format("VOL_LABEL: PoolType mismatch. DB={} Vol={}\n", found->type,
                         printable(label.pool_type)));
    return false;
  }
  ++counts_.pools;
  if (mode_ == ScanMode::only_compares) {
    tell_(0, fmt::format("VOL_LABEL: Pool record not found for Pool: {}\n", printable(label.pool)));
    return true;
  }
  catalog::PoolRow row;
  row.name = label.pool;
  row.type = label.pool_type;
  row.volume_retention = one_year;
  catalog_->pools().put(row);
  tell_(1, fmt::format("Created Pool record for Pool: {}\n", printable(label.pool)));
  return true;
}

bool ScanCatalog::volume(const format::VolumeLabel& label) {
  if (const auto found = catalog_->volumes().find(label.volume)) {
    if (found->media_type == label.media_type) return true;
    tell_(0, fmt::format("VOL_LABEL: MediaType mismatch. DB={} Vol={}\n", found->media_type,
                         printable(label.media_type)));
    return false;
  }
  ++counts_.media;
  if (mode_ == ScanMode::only_compares) {
    tell_(0, fmt::format("VOL_LABEL: Media record not found for Volume: {}\n", printable(label.volume)));
    return true;
  }
  catalog::VolumeRow row;
  row.name = label.volume;
  row.media_type = label.media_type;
  row.status = "Archive";
  row.retention = one_year;
  row.first_written = moment(label.written);
  row.labelled = moment(label.labelled);
  if (const auto pool = catalog_->pools().find(label.pool)) row.pool = pool->id;
  catalog_->storages().put_media_type(label.media_type);
  catalog_->volumes().create(row);
  tell_(1, fmt::format("Created Media record for Volume: {}\n", printable(label.volume)));
  return true;
}

ClientId ScanCatalog::client(const std::string& name) {
  const auto found = catalog_->clients().find(name);
  if (found || mode_ == ScanMode::only_compares) return found ? found->id : ClientId();
  tell_(1, fmt::format("Created Client record for Client: {}\n", printable(name)));
  return catalog_->clients().get_or_create(name).id;
}

ScanCatalog::Job ScanCatalog::session_start(VolumeSession session, const format::SessionLabel& label) {
  const std::lock_guard lock(mutex_);
  auto row = catalog_->jobs().find(label.job);
  if (!row) return new_job(session, label);
  Job job{.id = row->id, .row = *row};
  const catalog::SqlValue values[] = {std::int64_t{row->id.value}};
  job.wants_files = !row->files_purged && catalog_->files().count(row->id) == 0;
  job.wants_pieces = count("SELECT COUNT(*) FROM JobMedia WHERE JobId = ?1 AND FirstIndex > 0", values) == 0;
  known_job(job, session, label);
  return job;
}

void ScanCatalog::known_job(const Job& job, VolumeSession session, const format::SessionLabel& label) {
  tell_(1, fmt::format("SOS_LABEL: Found Job record for JobId: {}\n", job.id.value));
  const auto mismatch = [&](const char* what, std::uint64_t known, std::uint64_t found) {
    if (known != found)
      tell_(0, fmt::format("SOS_LABEL: {} mismatch for JobId={}. DB={} Vol={}\n", what, job.id.value, known,
                           found));
  };
  mismatch("VolSessId", job.row.session.id, session.id);
  mismatch("VolSessTime", job.row.session.time, session.time);
  if (const auto pool = catalog_->pools().find(label.pool))
    mismatch("PoolId", job.row.pool.value, pool->id.value);
}

ScanCatalog::Job ScanCatalog::new_job(VolumeSession session, const format::SessionLabel& label) {
  ++counts_.jobs;
  Job job{.is_new = true, .wants_files = true, .wants_pieces = true};
  if (mode_ == ScanMode::only_compares) {
    tell_(0, fmt::format("SOS_LABEL: Job record not found for JobId: {}\n", label.job_id.value));
    return job;
  }
  auto& row = job.row;
  row.job = label.job;
  row.name = label.job_name;
  row.type = static_cast<JobType>(label.type);
  row.level = static_cast<JobLevel>(label.level);
  row.client = client(label.client);
  row.scheduled = row.started = moment(label.written);
  row.session = session;
  row.id = job.id = catalog_->jobs().create(row);
  if (const auto pool = catalog_->pools().find(label.pool)) row.pool = pool->id;
  // The status stays "created" until all files are there, so that nobody restores half a job.
  catalog_->jobs().start(row);
  tell_(0,
        fmt::format("Created new JobId={} record for original JobId={}\n", row.id.value, label.job_id.value));
  return job;
}

void ScanCatalog::fileset(catalog::JobRow& row, const format::SessionLabel& label) {
  if (label.file_set.empty()) return;
  const catalog::SqlValue values[] = {std::string_view(label.file_set), std::string_view(label.file_set_md5)};
  if (count("SELECT COUNT(*) FROM FileSet WHERE FileSet = ?1 AND MD5 = ?2", values) == 0)
    tell_(1, fmt::format("Created FileSet record \"{}\"\n", printable(label.file_set)));
  catalog::FileSetRow fileset;
  fileset.name = label.file_set;
  fileset.md5 = label.file_set_md5;
  row.fileset = catalog_->filesets()
                    .get_or_create(fileset, catalog::FileSetCatalog::Match::name_and_md5, row.started)
                    .id;
}

void ScanCatalog::session_end(Job& job, const format::SessionLabel& label) {
  const std::lock_guard lock(mutex_);
  if (!job.is_new || mode_ == ScanMode::only_compares) return;
  auto& row = job.row;
  fileset(row, label);
  row.status = static_cast<JobStatus>(label.end->status);
  row.ended = row.really_ended = moment(label.written);
  row.job_tdate = unix_seconds(label.written);
  row.files = label.end->files;
  row.bytes = label.end->bytes;
  row.errors = label.end->errors;
  catalog_->jobs().finish(row);
  tell_(1, fmt::format("Updated Job termination record for JobId={} Level={} TermStat={}\n", row.id.value,
                       label.level, label.end->status));
}

void ScanCatalog::session_without_end(Job& job, std::uint32_t last_index) {
  const std::lock_guard lock(mutex_);
  if (!job.is_new || mode_ == ScanMode::only_compares) return;
  auto& row = job.row;
  row.status = JobStatus::error_terminated;
  row.ended = row.really_ended = row.started;
  row.job_tdate = row.started.time_since_epoch().count();
  row.files = last_index;
  catalog_->jobs().finish(row);
}

void ScanCatalog::piece(const Job& job, const std::string& volume, const volumes::JobMedia& range) {
  const std::lock_guard lock(mutex_);
  if (!job.wants_pieces || mode_ == ScanMode::only_compares) return;
  const auto found = catalog_->volumes().find(volume);
  if (!found) return;
  const auto low = [](std::uint64_t address) { return static_cast<std::uint32_t>(address); };
  const auto high = [](std::uint64_t address) { return static_cast<std::uint32_t>(address >> 32); };
  catalog::JobMediaRow row;
  row.job = job.id;
  row.volume = found->id;
  row.first_index = range.first_index;
  row.last_index = range.last_index;
  row.start_file = high(range.start);
  row.start_block = low(range.start);
  row.end_file = high(range.end);
  row.end_block = low(range.end);
  catalog_->volumes().add_piece(row);
}

void ScanCatalog::update_volume(const VolumeSums& sums) {
  const std::lock_guard lock(mutex_);
  if (mode_ == ScanMode::only_compares) return;
  auto row = catalog_->volumes().find(sums.name);
  if (!row) return;
  row->files = sums.files;
  row->blocks = sums.blocks;
  row->bytes = sums.bytes;
  row->jobs = sums.jobs;
  if (sums.last_written != Time{}) row->last_written = moment(sums.last_written);
  catalog_->volumes().update(*row);
  tell_(1, fmt::format("Updated Media record at end of Volume: {}\n", printable(sums.name)));
}

}  // namespace holdfast::apps
