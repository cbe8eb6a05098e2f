// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/append_run.h"

#include <fmt/core.h>

#include "base/error.h"
#include "base/text.h"
#include "wire/handshake.h"

namespace holdfast::storage {
namespace {

// How often the counters that the status command shows are brought up to date.
constexpr std::uint64_t progress_step = 1024 * 1024;

volumes::AppendJob append_job(const StorageJob& job, const volumes::ReservationRequest& request) {
  const auto& command = job.command();
  volumes::AppendJob result;
  result.mounting = {.job = command.job,
                     .client = command.client,
                     .session = job.session(),
                     .pool = request.pool,
                     .pool_type = request.pool_type,
                     .media_type = request.media_type,
                     .read_volumes = request.read_volumes};
  auto& label = result.label;
  label.job_id = command.job_id;
  label.pool = request.pool;
  label.pool_type = request.pool_type;
  label.job_name = command.job_name;
  label.client = command.client;
  label.job = command.job;
  label.file_set = command.file_set;
  label.type = static_cast<char>(command.type);
  label.level = static_cast<char>(command.level);
  label.file_set_md5 = command.file_set_digest;
  return result;
}

/// What the new session takes from the start of the one that is copied (interop 04, section 13).
void adopt(format::SessionLabel& label, const format::SessionLabel& original, JobType type) {
  label.type = original.type;
  label.level = original.level;
  if (type != JobType::copy && type != JobType::migrate) return;
  label.written = original.written;
  label.job_name = original.job_name;
  label.client = original.client;
  label.job = original.job;
  label.file_set = original.file_set;
  label.file_set_md5 = original.file_set_md5;
}

std::string in_capitals(std::string_view text) {
  std::string capitals(text);
  for (auto& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return capitals;
}

}  // namespace

std::string version_text(const StorageContext& context) {
  return fmt::format("Version: {} ({}) {}", wire::announced_version, wire::announced_date, context.system);
}

AppendRun::AppendRun(const StorageContext& context, StorageJob& job, DirectorLine& director,
                     volumes::ReservationRequest request)
    : context_(context),
      job_(job),
      director_(director),
      request_(std::move(request)),
      began_(context.clock.instant()) {
  director_.set_pool(request_.pool, request_.media_type);
}

void AppendRun::keep_away_from(const volumes::StorageDevice& read, std::vector<std::string> volumes) {
  read_ = &read;
  request_.own_device = &read;
  request_.read_volumes = std::move(volumes);
}

bool AppendRun::reserve() {
  reservation_ =
      context_.devices.reserve(request_, director_, director_.while_reserving(), job_.stop_token());
  return reservation_.has_value();
}

void AppendRun::acquire() {
  const bool is_just_in_time = !reservation_;
  if (is_just_in_time) {
    director_.message(MessageType::info, "JustInTime Reservation: Finding drive to reserve.\n");
    director_.status(JobStatus::waiting_for_storage);
    check_device();
    director_.message(MessageType::info,
                      fmt::format("Using Device {} to write.\n", reservation_->device().print_name()));
  }
  mount();
  director_.status(JobStatus::running);
  begin(std::nullopt);
}

void AppendRun::check_device() {
  if (reserve()) return;
  if (read_ == nullptr) throw Error(ErrorKind::not_found, "Could not reserve any device for this job.");
  throw Error(
      ErrorKind::not_found,
      "Could not reserve any device for this job. It reads from {} and needs another one of Media Type "
      "\"{}\" to write to.",
      read_->print_name(), request_.media_type);
}

void AppendRun::mount() {
  if (!reservation_) check_device();
  const auto job = append_job(job_, request_);
  auto& device = reservation_->device();
  device_ = &device;
  job_.update([&](StorageJob::Progress& progress) {
    progress.device = device.print_name();
    progress.device_name = device.settings().name;
    progress.pool = request_.pool;
    progress.is_writing = true;
  });
  writer_ = std::make_unique<volumes::BlockWriter>(device, job.mounting, director_, director_, context_.stamp,
                                                   context_.clock, job_.stop_token());
  writer_->open(reservation_->volume());
  reservation_->release();
  job_.update([&](StorageJob::Progress& progress) { progress.volume = device.state().volume; });
}

/// The records of a copy stay those of the job they come from; a virtual full is a job of its own.
void AppendRun::begin(const std::optional<format::SessionLabel>& original) {
  auto job = append_job(job_, request_);
  if (original) adopt(job.label, *original, job_.command().type);
  courier_ = std::make_unique<AttributeCourier>(
      director_, attribute_spool_path(), context_.jobs.attribute_spooling(),
      job_.command().no_attributes ? AttributeCourier::Catalog::unused : AttributeCourier::Catalog::used);
  session_ = std::make_unique<volumes::AppendSession>(way_to_volume(), job, *courier_, context_.clock,
                                                      job_.stop_token());
  start_xflating();
}

volumes::BlockSink& AppendRun::way_to_volume() {
  if (job_.command().spool_data) {
    start_spooling();
    return *spool_;
  }
  // The catalog would count files whose attributes it does not have yet.
  const bool is_wanted = context_.configuration()->storage().checkpoint_interval.count() > 0;
  if (!is_wanted || courier_->is_spooling()) return *writer_;
  start_checkpoints();
  return *checkpoints_;
}

void AppendRun::start_checkpoints() {
  checkpoints_ = std::make_unique<volumes::Checkpoints>(
      *writer_, context_.configuration()->storage().checkpoint_interval, director_, context_.clock, [this] {
        const auto progress = job_.progress();
        director_.tell_progress(progress.files, progress.bytes);
      });
}

void AppendRun::start_xflating() {
  const auto& rules = device_->settings().on_write;
  const auto type = job_.command().type;
  const bool is_replication =
      is_replication_ || read_ != nullptr || type == JobType::copy || type == JobType::migrate;
  if (!rules.is_active()) return;
  if (is_replication && !context_.configuration()->storage().autoxflate_on_replication) return;
  const auto& name = device_->settings().name;
  if (rules.deflate)
    director_.message(MessageType::info,
                      fmt::format("autoxflate-sd: Compressor on device {} is {}\n", name,
                                  in_capitals(codec::to_string(rules.deflate->algorithm))));
  xflate_ = std::make_unique<stream::Xflate>(rules, [this](const std::string& why) {
    director_.message(MessageType::warning,
                      fmt::format("Data that device {} should decompress is written as it is: {}\n",
                                  device_->print_name(), why));
  });
}

void AppendRun::start_spooling() {
  const auto& command = job_.command();
  const auto& settings = device_->settings();
  const auto& storage = context_.configuration()->storage();
  const auto& directory =
      settings.spool_directory.empty() ? storage.working_directory : settings.spool_directory;
  volumes::SpoolOrder order{
      .store = std::make_unique<volumes::SpoolFile>(volumes::spool_path(
          directory, context_.stamp.program, command.job_id.value, command.job, settings.name)),
      .job_limit = command.spool_size != 0 ? command.spool_size : settings.max_job_spool_size,
      .counters = &context_.jobs.data_spooling(),
      .show = [this](volumes::SpoolStage stage) {
        job_.update([&](StorageJob::Progress& progress) { progress.spooling = stage; });
      }};
  spool_ = std::make_unique<volumes::DataSpool>(*writer_, *device_, std::move(order), director_,
                                                context_.clock, job_.stop_token());
}

std::string AppendRun::attribute_spool_path() const {
  const auto& command = job_.command();
  if (!command.spool_attributes && !command.spool_data) return {};
  const auto& storage = context_.configuration()->storage();
  return fmt::format("{}/{}.attr.{}.spool", storage.working_directory, context_.stamp.program, command.job);
}

void AppendRun::record(std::int32_t file_index, std::int32_t stream, Bytes payload) {
  if (!session_) acquire();
  if (xflate_) {
    xflate_->record(stream, payload,
                    [&](std::int32_t to, Bytes translated) { session_->record(file_index, to, translated); });
  } else {
    session_->record(file_index, stream, payload);
  }
  tally_.add(file_index, stream, payload);
  const auto quota = job_.command().quota;
  if (quota != 0 && session_->totals().bytes > quota) {
    throw Error(ErrorKind::refused, "Quota Exceeded. Job Terminated.");
  }
  const auto now = session_->totals();
  if (now.bytes - totals_.bytes < progress_step && now.files - totals_.files < 100) return;
  totals_ = now;
  job_.update([&](StorageJob::Progress& progress) {
    progress.files = totals_.files;
    progress.bytes = totals_.bytes;
  });
}

void AppendRun::finish(JobStatus status) {
  if (!session_) {
    if (writer_) writer_->release();
    if (is_stopped(status) || read_ != nullptr) return;
    director_.message(
        MessageType::info,
        "Because no backup data was received, no device was reserved. As such no Session Labels were "
        "written for this job.\n");
    return;
  }
  close_session(status);
  job_.update([&](StorageJob::Progress& progress) {
    progress.files = totals_.files;
    progress.bytes = totals_.bytes;
  });
  courier_->finish();
  if (read_ != nullptr) {
    // The order of the peer, who leaves the placeholders of such jobs; so every reader of JobMedia skips them.
    report_speed();
    writer_->release();
  } else {
    writer_->release();
    director_.delete_null_job_media();
    report_speed();
  }
  const bool is_discarded = spool_ != nullptr && is_stopped(status);
  if (courier_->is_spooling() && !is_discarded) despool_attributes();
}

void AppendRun::close_session(JobStatus status) {
  try {
    totals_ = session_->close(status, job_.progress().errors);
    // Of a job that failed nobody restores; the volume is spared what is still in the spool.
    if (spool_ && !is_stopped(status)) spool_->commit();
  } catch (...) {
    // What is on the volume all the same is told to the catalog; why the rest is not, is the error that counts.
    totals_ = session_->totals();
    try {
      writer_->release();
    } catch (const Error&) {
    }
    throw;
  }
}

void AppendRun::report_speed() {
  const auto spent = std::chrono::floor<std::chrono::seconds>(context_.clock.instant() - began_).count();
  const auto elapsed = static_cast<std::uint64_t>(std::max<std::int64_t>(spent, 1));
  director_.message(
      MessageType::info,
      fmt::format("Elapsed time={:02}:{:02}:{:02}, Transfer rate={} Bytes/second\n", elapsed / 3600,
                  elapsed / 60 % 60, elapsed % 60, trim(with_unit(totals_.bytes / elapsed))));
}

void AppendRun::despool_attributes() {
  director_.status(JobStatus::attribute_despooling);
  director_.message(MessageType::info,
                    fmt::format("Sending spooled attrs to the Director. Despooling {} bytes ...\n",
                                with_thousands(courier_->spooled_bytes())));
  courier_->despool();
}

}  // namespace holdfast::storage
