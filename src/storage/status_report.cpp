// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/status_report.h"

#include <algorithm>

#include "base/job_words.h"
#include "base/local_time.h"
#include "base/product.h"
#include "base/text.h"
#include "wire/handshake.h"
#include "wire/job_messages.h"

namespace holdfast::storage {
namespace {

using volumes::Blocked;

std::string blocked_line(const volumes::DeviceState& state, const std::string& media_type) {
  switch (state.blocked) {
    case Blocked::no: return {};
    case Blocked::by_user: return "    Device is BLOCKED. User unmounted.\n";
    case Blocked::by_user_while_waiting:
      return "    Device is BLOCKED. User unmounted during wait for media/mount.\n";
    case Blocked::waiting_for_mount:
      return fmt::format(
          "    Device is BLOCKED waiting for mount of volume \"{}\",\n       Pool:        {}\n"
          "       Media type:  {}\n",
          state.wanted_volume, state.wanted_pool, media_type);
    case Blocked::waiting_for_volume:
      return fmt::format(
          "    Device is BLOCKED waiting to create a volume for:\n       Pool:        {}\n"
          "       Media type:  {}\n",
          state.wanted_pool, media_type);
    case Blocked::labelling: return "    Device is blocked labeling a Volume.\n";
  }
  return {};
}

std::string spooling_line(volumes::SpoolStage stage) {
  using Stage = volumes::SpoolStage;
  return fmt::format("    spooling={:d} despooling={:d} despool_wait={:d}\n", stage == Stage::spooling,
                     stage == Stage::despooling, stage == Stage::waiting_to_despool);
}

std::string job_status_line(JobId id, JobStatus status, std::uint32_t errors) {
  return encode(wire::JobStatusLine{.job_id = id, .status = status, .errors = errors});
}

}  // namespace

StatusReport::StatusReport(const StorageContext& context, const std::vector<std::string>& devices)
    : context_(context), wanted_(devices) {}

bool StatusReport::is_wanted(const volumes::StorageDevice& device) const {
  if (wanted_.empty()) return true;
  return std::any_of(wanted_.begin(), wanted_.end(), [&](const std::string& name) {
    if (equal_ignoring_case(name, device.settings().name)) return true;
    for (const auto& group : context_.devices.groups()) {
      if (!equal_ignoring_case(name, group.name)) continue;
      return std::find(group.members.begin(), group.members.end(), &device) != group.members.end();
    }
    return false;
  });
}

std::vector<std::string> StatusReport::whole() const {
  Lines lines;
  add_header(lines);
  lines.emplace_back("\nJob inventory:\n\n");
  add_running(lines);
  lines.emplace_back("====\n");
  lines.emplace_back("\nJobs waiting to reserve a drive:\n");
  add_waiting(lines);
  lines.emplace_back("====\n");
  lines.emplace_back("\nTerminated Jobs:\n");
  if (!context_.jobs.ended().empty()) {
    lines.emplace_back(" JobId  Level    Files      Bytes   Status   Finished        Name \n");
    lines.emplace_back("===================================================================\n");
    add_ended(lines, Columns::blanks);
  }
  lines.emplace_back("====\n");
  lines.emplace_back("\nDevice status:\n");
  add_devices(lines);
  lines.emplace_back("====\n\n");
  lines.emplace_back("Used Volume status:\n");
  add_volumes(lines);
  lines.emplace_back("====\n\n");
  add_spooling(lines);
  lines.emplace_back("====\n\n");
  return lines;
}

std::optional<std::vector<std::string>> StatusReport::part(std::string_view word) const {
  struct Part {
    std::string_view word;
    void (StatusReport::*add)(Lines&) const;
  };
  static constexpr Part parts[] = {
      {"header", &StatusReport::add_header},           {"running", &StatusReport::add_running},
      {"waitreservation", &StatusReport::add_waiting}, {"devices", &StatusReport::add_devices},
      {"volumes", &StatusReport::add_volumes},         {"spooling", &StatusReport::add_spooling}};
  Lines lines;
  for (const auto& part : parts) {
    if (!equal_ignoring_case(part.word, word)) continue;
    (this->*part.add)(lines);
    return lines;
  }
  if (!equal_ignoring_case(word, "terminated")) return std::nullopt;
  add_ended(lines, Columns::tabs);
  return lines;
}

std::vector<std::string> StatusReport::current() const {
  Lines lines;
  context_.jobs.for_each([&](const StorageJob& job) {
    const auto progress = job.progress();
    lines.push_back(job_status_line(job.command().job_id, progress.status, progress.errors));
  });
  return lines;
}

std::vector<std::string> StatusReport::last() const {
  const auto ended = context_.jobs.ended();
  if (ended.empty()) return {};
  return {job_status_line(ended.back().id, ended.back().status, ended.back().errors)};
}

void StatusReport::add_header(Lines& lines) const {
  lines.push_back(fmt::format("{} Version: {} ({}) {} \n", context_.stamp.program, wire::announced_version,
                              wire::announced_date, context_.system));
  lines.push_back(fmt::format("Daemon started {}. Jobs: run={}, running={}, {} binary\n",
                              short_time(context_.started), context_.jobs.jobs_run(),
                              context_.jobs.jobs_running(), product));
  lines.emplace_back(" Sizes: boffset_t=8 size_t=8 int32_t=4 int64_t=8 bwlimit=0kB/s\n");
  const auto& erase = context_.configuration()->storage().secure_erase_command;
  if (!erase.empty()) lines.push_back(fmt::format(" secure erase command='{}'\n", erase));
  if (context_.configuration_has_warnings) {
    lines.emplace_back(
        "\nThere are WARNINGS for this storagedaemon's configuration!\nSee output of 'bareos-sd -t' for "
        "details.\n");
  }
}

void StatusReport::add_running(Lines& lines) const {
  const auto now = context_.clock.now();
  bool has_any = false;
  context_.jobs.for_each([&](const StorageJob& job) {
    has_any = true;
    const auto progress = job.progress();
    const auto& command = job.command();
    if (!progress.has_client) {
      lines.push_back(
          fmt::format("{} Job {} waiting for Client connection.\n", type_text(command.type), command.job));
    }
    if (progress.device.empty()) return;
    lines.push_back(fmt::format("JobId={} Level={} Type={} Name={} Status={}\n", command.job_id.value,
                                level_text(command.level), type_text(command.type), command.job_name,
                                report_text(progress.status)));
    lines.push_back(fmt::format("{}: Volume=\"{}\"\n    pool=\"{}\" device={}\n",
                                progress.is_writing ? "Writing" : "Reading", progress.volume, progress.pool,
                                progress.device));
    if (progress.is_writing) lines.push_back(spooling_line(progress.spooling));
    const auto seconds = static_cast<std::uint64_t>(
        std::max<std::int64_t>(unix_seconds(now) - unix_seconds(job.started()), 1));
    lines.push_back(fmt::format("    Files={} Bytes={} AveBytes/sec={} LastBytes/sec={}\n",
                                with_thousands(progress.files), with_thousands(progress.bytes),
                                with_thousands(progress.bytes / seconds),
                                with_thousands(progress.bytes / seconds)));
    lines.emplace_back("    FDReadSeqNo=0 in_msg=0 out_msg=0 fd=0\n\n");
  });
  if (!has_any) lines.emplace_back("No Jobs running.\n");
}

void StatusReport::add_waiting(Lines& lines) const {
  for (const auto& reason : context_.devices.waiting_reasons()) {
    lines.emplace_back("   ");
    lines.push_back(reason);
  }
}

void StatusReport::add_ended(Lines& lines, Columns columns) const {
  for (const auto& job : context_.jobs.ended()) {
    const auto level = std::string(level_text(job.level)).substr(0, 4);
    const auto files = with_thousands(job.files);
    const auto bytes = with_unit(job.bytes);
    const auto finished = short_time(job.ended);
    const auto status = terminated_text(job.status);
    if (columns == Columns::tabs) {
      lines.push_back(fmt::format("{:6}\t{:<6}\t{:>8}\t{:>10}\t{:<7}\t{:<8}\t{}\n", job.id.value, level,
                                  files, bytes, status, finished, job.name));
    } else {
      lines.push_back(fmt::format("{:6}  {:<6} {:>8} {:>10}  {:<7}  {:<8} {}\n", job.id.value, level, files,
                                  bytes, status, finished, job.name));
    }
  }
}

void StatusReport::add_devices(Lines& lines) const {
  for (const auto& group : context_.devices.groups()) {
    const bool any = std::any_of(group.members.begin(), group.members.end(),
                                 [&](const auto* member) { return is_wanted(*member); });
    if (!any) continue;
    lines.push_back(fmt::format("Autochanger \"{}\" with devices:\n", group.name));
    for (const auto* member : group.members) lines.push_back(fmt::format("   {}\n", member->print_name()));
  }
  for (const auto& device : context_.devices.devices()) {
    if (is_wanted(*device)) add_device(lines, *device);
  }
}

void StatusReport::add_device(Lines& lines, volumes::StorageDevice& device) const {
  const auto state = device.state();
  if (state.volume.empty()) {
    lines.push_back(fmt::format("\nDevice {} is not open.\n", device.print_name()));
  } else {
    lines.push_back(
        fmt::format("\nDevice {} is mounted with:\n    Volume:      {}\n    Pool:        {}\n"
                    "    Media type:  {}\n",
                    device.print_name(), state.volume, state.pool, device.settings().media_type));
  }
  if (auto blocked = blocked_line(state, device.settings().media_type); !blocked.empty())
    lines.push_back(blocked);
  if (!state.volume.empty()) {
    const std::string_view read = state.is_appending ? "" : " Read";
    lines.push_back(fmt::format("    Total Bytes{}={} Blocks{}={} Bytes/block={}\n", read,
                                with_thousands(state.bytes), read, with_thousands(state.blocks),
                                with_thousands(state.blocks == 0 ? 0 : state.bytes / state.blocks)));
    lines.push_back(fmt::format("    Positioned at File={} Block={}\n", with_thousands(state.position >> 32),
                                with_thousands(state.position & 0xFFFFFFFF)));
  }
  if (auto* status = device.encryption_status(); status != nullptr) {
    for (auto& paragraph : status->paragraphs(device)) lines.push_back(std::move(paragraph));
  }
  lines.emplace_back("==\n");
}

void StatusReport::add_volumes(Lines& lines) const {
  for (const auto& device : context_.devices.devices()) {
    const auto state = device->state();
    const auto& volume = state.volume.empty() ? state.reserved_volume : state.volume;
    if (volume.empty()) continue;
    lines.push_back(fmt::format("{} on device {}\n", volume, device->print_name()));
    lines.push_back(fmt::format("    Reader={} writers={} reserves={} volinuse={}\n",
                                state.readers > 0 ? 1 : 0, state.writers, state.reserved,
                                state.is_busy() ? 1 : 0));
  }
}

void StatusReport::add_spooling(Lines& lines) const {
  const auto add = [&](const volumes::SpoolCounters::Counts& counts, std::string_view form) {
    if (counts.active + counts.total == 0) return;
    lines.push_back(fmt::format(fmt::runtime(form), counts.active, with_thousands(counts.bytes), counts.total,
                                with_thousands(counts.most)));
  };
  add(context_.jobs.data_spooling().counts(),
      "Data spooling: {} active jobs, {} bytes; {} total jobs, {} max bytes/job.\n");
  add(context_.jobs.attribute_spooling().counts(),
      "Attr spooling: {} active jobs, {} bytes; {} total jobs, {} max bytes.\n");
}

}  // namespace holdfast::storage
