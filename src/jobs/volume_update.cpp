// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/volume_choice.h"
#include "jobs/volume_limits.h"

namespace holdfast::jobs {
namespace {

using catalog::Moment;
using catalog::VolumeRow;

/// Counters do not shrink, unless the volume was labelled anew.
void take_counters(VolumeRow& row, const VolumeReport& report, bool is_label, const Tell& tell) {
  const auto keep_growing = [&](std::string_view what, std::uint64_t& known, std::uint64_t reported) {
    if (is_label || reported >= known)
      known = reported;
    else
      tell(MessageType::error, fmt::format("Ignoring Volume {} at {} being set to {} for Volume \"{}\".\n",
                                           what, known, reported, report.volume));
  };
  keep_growing("Files", row.files, report.files);
  keep_growing("Blocks", row.blocks, report.blocks);
  keep_growing("Bytes", row.bytes, report.bytes);
  row.jobs = report.jobs;
  row.mounts = report.mounts;
  row.errors = report.errors;
  row.writes = report.writes;
  row.read_time = report.read_time;
  row.write_time = report.write_time;
}

void take_report(VolumeRow& row, const VolumeReport& report, Moment job_start, StorageId storage,
                 const Tell& tell) {
  if (row.first_written == Moment{})
    row.first_written = report.first_written == Moment{} ? job_start : report.first_written;
  const bool is_label = report.is_relabelled || row.labelled == Moment{};
  if (is_label) row.labelled = job_start;
  if (row.blocks != report.blocks && report.ended != Moment{}) row.last_written = report.ended;
  if (report.writes > row.writes) row.storage = storage;
  take_counters(row, report, is_label, tell);
  row.status = report.status;
  row.slot = report.slot;
  row.in_changer = report.in_changer;
}

}  // namespace

std::optional<VolumeRow> VolumeChoice::update(const VolumeReport& report, Moment job_start) {
  const auto known = catalog_.volumes().find(report.volume);
  if (!known) return std::nullopt;
  // Told afterwards: the log goes into the catalog too, which has to be free for that.
  std::vector<std::pair<MessageType, std::string>> messages;
  const Tell later = [&](MessageType type, std::string_view text) { messages.emplace_back(type, text); };
  auto row = catalog_.retention().change_volume(known->id, [&](VolumeRow& stored) {
    take_report(stored, report, job_start, place_.storage, later);
    expire(stored, now(), later);
  });
  for (const auto& [type, text] : messages) tell_(type, text);
  return row;
}

}  // namespace holdfast::jobs
