// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/catalog_service.h"

#include "base/error.h"
#include "base/text.h"
#include "jobs/write_place.h"

namespace holdfast::director {
namespace {

constexpr std::size_t shown_of_bad_message = 100;

jobs::WritePlace write_place(const ActiveJob& job, catalog::Catalog& catalog, const Clock& clock,
                             VolumeDesk& desk) {
  const JobPlan& plan = job.plan;
  auto place =
      jobs::write_place({.configuration = *plan.configuration,
                         .resource = *plan.resource,
                         .client = plan.client,
                         .pool = plan.pool.resource,
                         .storage = plan.storage.resource,
                         .catalog_resource = plan.catalog.resource,
                         .id = job.id,
                         .unique_name = job.name,
                         .type = job.type,
                         .level = job.level,
                         .pool_row = job.row.pool},
                        catalog, desk.counters, std::chrono::floor<std::chrono::seconds>(clock.now()));
  place.retention_clock = &desk.retention_clock;
  return place;
}

Moment moment_of(std::uint64_t unix_seconds) {
  return Moment(std::chrono::seconds(static_cast<std::int64_t>(unix_seconds)));
}

jobs::VolumeReport report_of(const wire::UpdateMedia& update) {
  jobs::VolumeReport report;
  report.volume = update.volume;
  report.jobs = update.jobs;
  report.files = update.files;
  report.blocks = update.blocks;
  report.bytes = update.bytes;
  report.mounts = update.mounts;
  report.errors = update.errors;
  report.writes = update.writes;
  report.ended = moment_of(update.end_time);
  report.first_written = moment_of(update.first_written);
  report.status = update.status;
  report.slot = update.slot;
  report.is_relabelled = update.relabel;
  report.in_changer = update.in_changer;
  report.read_time = update.read_time;
  report.write_time = update.write_time;
  return report;
}

}  // namespace

CatalogService::CatalogService(ActiveJob& job, catalog::Catalog& catalog, const Clock& clock,
                               VolumeDesk& desk)
    : job_(job),
      catalog_(catalog),
      desk_(desk),
      attributes_(catalog.files(), *job.log),
      volumes_(catalog, clock, write_place(job, catalog, clock, desk),
               [&job](MessageType type, std::string_view text) { job.log->add(type, text); }) {
  attributes_.start(job.writes_for());
}

void CatalogService::job_message(const wire::JobMessage& message) { job_.log->relay(message); }

void CatalogService::status(JobStatus status) {
  job_.state.with([&](ActiveJob::State& state) { state.storage_status = status; });
}

template <typename Message, std::string (CatalogService::*serve)(const Message&)>
std::optional<std::string> CatalogService::served(CatalogService& self, std::string_view request) {
  const auto message = wire::decode<Message>(request);
  if (!message) return std::nullopt;
  return (self.*serve)(*message);
}

const CatalogService::Handler CatalogService::handlers[] = {
    &served<wire::FindMedia, &CatalogService::find_media>,
    &served<wire::GetVolumeInfo, &CatalogService::volume_info>,
    &served<wire::UpdateMedia, &CatalogService::update_media>,
    &served<wire::CreateJobMedia, &CatalogService::create_piece>,
    &served<wire::DeleteNullJobMedia, &CatalogService::delete_placeholders>,
    &served<wire::UpdateJobRecord, &CatalogService::update_job>,
    &served<wire::UpdateFileList, &CatalogService::update_files>,
};

std::string CatalogService::catalog_request(std::string_view request) {
  for (const Handler handler : handlers)
    if (auto reply = handler(*this, request)) return std::move(*reply);
  job_.fail(
      fmt::format("Invalid Catalog Request: {}\n", printable(trim(request.substr(0, shown_of_bad_message)))));
  return wire::encode(wire::InvalidCatalogRequest{std::string(trim(request))});
}

std::string CatalogService::volume_line(const catalog::VolumeRow& row) {
  last_volume_ = row.name;
  const auto narrow = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
  wire::VolumeLine line;
  line.volume = row.name;
  line.jobs = narrow(row.jobs);
  line.files = narrow(row.files);
  line.blocks = narrow(row.blocks);
  line.bytes = row.bytes;
  line.mounts = narrow(row.mounts);
  line.errors = narrow(row.errors);
  line.writes = narrow(row.writes);
  line.max_bytes = row.max_bytes;
  line.capacity_bytes = row.capacity;
  line.status = row.status;
  line.slot = row.slot;
  line.max_jobs = narrow(row.max_jobs);
  line.max_files = narrow(row.max_files);
  line.in_changer = row.in_changer;
  line.read_time = row.read_time;
  line.write_time = row.write_time;
  line.end_file = narrow(row.end_file);
  line.end_block = narrow(row.end_block);
  line.label_type = row.label_type;
  line.media_id = row.id;
  line.encryption_key = row.encryption_key;
  line.min_block_size = row.min_block_size;
  line.max_block_size = row.max_block_size;
  return wire::encode(line);
}

std::string CatalogService::find_media(const wire::FindMedia& request) {
  const std::lock_guard lock(desk_.choosing);
  const auto row = volumes_.find_next(request.index, request.unwanted);
  return row ? volume_line(*row) : std::string(wire::no_media);
}

std::string CatalogService::volume_info(const wire::GetVolumeInfo& request) {
  const std::lock_guard lock(desk_.choosing);
  const auto answer =
      volumes_.check(request.volume, request.write ? jobs::VolumeUse::write : jobs::VolumeUse::read);
  if (const auto* row = std::get_if<catalog::VolumeRow>(&answer)) return volume_line(*row);
  if (const auto* unusable = std::get_if<jobs::VolumeUnusable>(&answer))
    return wire::encode(
        wire::VolumeRefused{request.volume, fmt::format("{}, {}.", unusable->status, unusable->reason)});
  return wire::encode(wire::VolumeNotInCatalog{request.volume});
}

std::string CatalogService::update_media(const wire::UpdateMedia& request) {
  try {
    const auto row = volumes_.update(report_of(request), job_.row.started);
    if (row) return volume_line(*row);
  } catch (const Error& error) {
    job_.fail(fmt::format("Volume \"{}\" cannot be updated in the catalog: {}\n", printable(request.volume),
                          error.message()));
    return std::string(wire::failed_update_media);
  }
  return wire::encode(
      wire::CatalogRequestFailed{fmt::format("{} failed: Volume not found in catalog.", request.volume)});
}

std::string CatalogService::create_piece(const wire::CreateJobMedia& request) {
  catalog::JobMediaRow piece;
  piece.job = job_.writes_for();
  piece.volume = request.media_id;
  piece.first_index = request.first_index;
  piece.last_index = request.last_index;
  piece.start_file = request.start_file;
  piece.end_file = request.end_file;
  piece.start_block = request.start_block;
  piece.end_block = request.end_block;
  try {
    if (!catalog_.volumes().find(piece.volume))
      throw Error(ErrorKind::not_found, "there is no volume with MediaId {}", piece.volume.value);
    catalog_.volumes().add_piece(piece);
    return std::string(wire::ok_create_job_media);
  } catch (const Error& error) {
    job_.fail(fmt::format("Catalog error creating JobMedia record. {}\n", error.message()));
    return std::string(wire::failed_create_job_media);
  }
}

std::string CatalogService::delete_placeholders(const wire::DeleteNullJobMedia&) {
  catalog_.volumes().delete_placeholders(job_.writes_for());
  return std::string(wire::ok_delete_null_job_media);
}

std::string CatalogService::update_job(const wire::UpdateJobRecord& request) {
  catalog_.jobs().checkpoint(job_.writes_for(), request.files, request.bytes);
  return "";
}

std::string CatalogService::update_files(const wire::UpdateFileList&) {
  attributes_.finish();
  return "";
}

void CatalogService::attributes(Bytes message) {
  const auto update = wire::decode_attributes_update(message);
  if (!update) throw Error(ErrorKind::invalid, "broken attributes: {}", update.error().reason);
  attributes_.add(*update);
  job_.state.with([&](ActiveJob::State& state) { state.files = attributes_.records(); });
}

std::string MessageService::catalog_request(std::string_view request) { refuse(request); }

void MessageService::attributes(Bytes message) { refuse(as_text(message)); }

void MessageService::refuse(std::string_view message) {
  throw Error(ErrorKind::invalid, "only a Storage daemon may send {}",
              printable(message.substr(0, shown_of_bad_message)));
}

}  // namespace holdfast::director
