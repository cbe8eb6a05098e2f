// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/read_run.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.h"
#include "storage/xflating_visitor.h"

namespace holdfast::storage {
namespace {

const std::string& media_type_of(const format::BootstrapSection& section) {
  static const std::string any;
  return section.volumes.empty() ? any : section.volumes.front().media_type;
}

}  // namespace

std::vector<format::Bootstrap> parts_by_media_type(const format::Bootstrap& bootstrap) {
  std::vector<format::Bootstrap> parts;
  for (const auto& section : bootstrap.sections) {
    const auto& wanted = media_type_of(section);
    const bool goes_on = !parts.empty() && (wanted.empty() || section.volumes.empty() ||
                                            media_type_of(parts.back().sections.front()) == wanted);
    if (!goes_on) parts.emplace_back();
    parts.back().sections.push_back(section);
  }
  return parts;
}

ReadRun::ReadRun(const StorageContext& context, StorageJob& job, DirectorLine& director,
                 volumes::Reservation reservation, std::string pool,
                 const std::optional<format::Bootstrap>& bootstrap)
    : context_(context),
      job_(job),
      director_(director),
      reservation_(std::move(reservation)),
      pool_(std::move(pool)) {
  if (!reservation_) throw Error(ErrorKind::invalid, "No device was reserved to read from");
  if (bootstrap) parts_ = parts_by_media_type(*bootstrap);
  if (volumes().empty()) throw Error(ErrorKind::invalid, "No Volume names found for restore");
}

std::vector<std::string> ReadRun::volumes() const {
  std::vector<std::string> names;
  for (const auto& part : parts_)
    for (const auto& section : part.sections)
      for (const auto& volume : section.volumes)
        if (std::find(names.begin(), names.end(), volume.name) == names.end()) names.push_back(volume.name);
  return names;
}

void ReadRun::open() { begin_part(0); }

void ReadRun::begin_part(std::size_t number) {
  const auto& part = parts_[number];
  for (const auto& section : part.sections) {
    if (section.volumes.empty()) continue;
    const auto& first = section.volumes.front();
    if (!first.media_type.empty() && first.media_type != device().settings().media_type) change_device(first);
    break;
  }
  using volumes::ReadSession;
  const auto on_damage =
      job_.command().type == JobType::restore ? ReadSession::OnDamage::tell : ReadSession::OnDamage::fail;
  session_.emplace(reservation_.device(), part, job_.command().job, director_, director_, context_.clock,
                   job_.stop_token(), on_damage);
  job_.update([&](StorageJob::Progress& progress) {
    if (progress.is_writing) return;
    progress.device = device().print_name();
    progress.device_name = device().settings().name;
    progress.volume = session_->first_volume();
  });
  session_->open();
}

volumes::ReservationRequest ReadRun::request_for(std::string media_type,
                                                 std::vector<std::string> devices) const {
  return {.job_id = job_.command().job_id,
          .job = job_.command().job,
          .use = volumes::ReservationRequest::Use::read,
          .media_type = std::move(media_type),
          .pool = pool_,
          .devices = std::move(devices),
          .may_share_reading = context_.configuration()->storage().file_device_concurrent_read,
          .own_device = written_};
}

std::optional<volumes::Reservation> ReadRun::reserve(const volumes::ReservationRequest& request) {
  return context_.devices.reserve(request, director_, director_.while_reserving(), job_.stop_token());
}

void ReadRun::let_go() {
  let_go_ = &device();
  reservation_.release();
}

void ReadRun::take_back() {
  const auto& settings = let_go_->settings();
  auto found = reserve(request_for(settings.media_type, {settings.name}));
  if (!found) throw Error(ErrorKind::not_found, "Device {} cannot be read any more", let_go_->print_name());
  reservation_ = std::move(*found);
}

void ReadRun::change_device(const format::BootstrapVolume& wanted) {
  director_.message(MessageType::info,
                    fmt::format("Changing read device. Want Media Type=\"{}\" have=\"{}\"\n  device={}\n",
                                wanted.media_type, device().settings().media_type, device().print_name()));
  reservation_.release();
  std::vector<std::string> devices;
  if (!wanted.device.empty()) devices.push_back(wanted.device);
  for (const auto& other : context_.devices.devices()) devices.push_back(other->settings().name);
  auto found = reserve(request_for(wanted.media_type, std::move(devices)));
  if (!found) {
    const bool is_written = written_ != nullptr && written_->settings().media_type == wanted.media_type;
    throw Error(ErrorKind::not_found, "No device can read Volume \"{}\" of Media Type \"{}\".{}", wanted.name,
                wanted.media_type,
                is_written ? fmt::format(" The only one, {}, is written to by this job; add another one.",
                                         written_->print_name())
                           : "");
  }
  reservation_ = std::move(*found);
}

void ReadRun::read_part(volumes::RecordVisitor& visitor) {
  const auto& rules = device().settings().on_read;
  const auto type = job_.command().type;
  const bool is_replication = type != JobType::restore && type != JobType::verify;
  const bool may_xflate = !is_replication || context_.configuration()->storage().autoxflate_on_replication;
  if (!rules.is_active() || !may_xflate) return session_->read_all(visitor);
  XflatingVisitor xflating(visitor, rules, [this](const std::string& why) {
    director_.message(MessageType::warning,
                      fmt::format("Data that device {} should decompress is sent as it is: {}\n",
                                  device().print_name(), why));
  });
  session_->read_all(xflating);
}

void ReadRun::read_all(volumes::RecordVisitor& visitor) {
  for (std::size_t number = 0; number < parts_.size(); ++number) {
    if (number > 0) {
      session_->release();
      session_.reset();
      begin_part(number);
    }
    read_part(visitor);
  }
  if (session_->is_at_end()) director_.message(MessageType::info, "End of all volumes.\n");
}

void ReadRun::release() {
  if (session_) session_->release();
  session_.reset();
  reservation_.release();
}

}  // namespace holdfast::storage
