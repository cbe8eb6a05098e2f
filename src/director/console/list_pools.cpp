// SPDX-License-Identifier: AGPL-3.0-or-later
#include <array>
#include <map>

#include "base/text.h"
#include "director/console/listing.h"
#include "director/console/times.h"

namespace holdfast::director::console::lists {
namespace {

constexpr std::string_view counted_volumes = "(SELECT COUNT(*) FROM Media WHERE Media.PoolId = Pool.PoolId)";

constexpr std::array<ListedColumn, 19> long_columns{{
    {"poolid", "Pool.PoolId", number},
    {"name", "Pool.Name"},
    {"numvols", counted_volumes, number},
    {"maxvols", "Pool.MaxVols", number},
    {"useonce", "Pool.UseOnce", number},
    {"usecatalog", "Pool.UseCatalog", number},
    {"acceptanyvolume", "Pool.AcceptAnyVolume", number},
    {"volretention", "Pool.VolRetention", number},
    {"voluseduration", "Pool.VolUseDuration", number},
    {"maxvoljobs", "Pool.MaxVolJobs", number},
    {"maxvolbytes", "Pool.MaxVolBytes", number},
    {"autoprune", "Pool.AutoPrune", number},
    {"recycle", "Pool.Recycle", number},
    {"pooltype", "Pool.PoolType"},
    {"labelformat", "Pool.LabelFormat"},
    {"enabled", "Pool.Enabled", number},
    {"scratchpoolid", "Pool.ScratchPoolId", number},
    {"recyclepoolid", "Pool.RecyclePoolId", number},
    {"labeltype", "Pool.LabelType", number},
}};
constexpr std::array<ListedColumn, 6> short_columns{
    {long_columns[0], long_columns[1], long_columns[2], long_columns[3], long_columns[13], long_columns[14]}};

constexpr std::array<AclColumn, 1> acl{{{"name", Acl::pool}}};

/// A volume that `prune volume` would empty now.
struct PrunableVolume {
  std::string name, status, last_written;
  std::int64_t bytes = 0;
  std::vector<std::string> jobs;
};

struct PrunableJob {
  std::string id, name, bytes, started;
};

/// What `prune volume` would remove from a pool now: the expired jobs of Full and Used volumes.
struct PruneReport {
  std::vector<PrunableVolume> volumes;
  std::vector<PrunableJob> jobs;
  std::map<std::string, std::int64_t> statuses;
  std::int64_t bytes = 0;
};

PruneReport prune_report(Command& command, catalog::Catalog& catalog, std::string_view pool_id) {
  static constexpr std::array<ListedColumn, 9> columns{{{"mediaid", "Media.MediaId", number},
                                                        {"volumename", "Media.VolumeName"},
                                                        {"volstatus", "Media.VolStatus"},
                                                        {"lastwritten", "Media.LastWritten"},
                                                        {"volbytes", "Media.VolBytes", number},
                                                        {"jobid", "Job.JobId", number},
                                                        {"name", "Job.Name"},
                                                        {"jobbytes", "Job.JobBytes", number},
                                                        {"starttime", "Job.StartTime"}}};
  Query query(
      columns,
      "Media JOIN JobMedia ON JobMedia.MediaId = Media.MediaId JOIN Job ON Job.JobId = JobMedia.JobId");
  query.where("Media.PoolId = ?", parse_number<std::int64_t>(pool_id).value_or(0));
  query.where("Media.VolStatus IN ('Full', 'Used')");
  query.where("Job.JobTDate + Media.VolRetention < ?", unix_seconds(command.services.now()));
  query.then("GROUP BY Media.MediaId, Job.JobId ORDER BY Media.LastWritten, Media.MediaId, Job.JobId");

  PruneReport report;
  std::map<std::string, bool> seen_jobs;
  for (const Row& row : query.run(catalog).rows) {
    const auto text = [&](std::size_t i) { return row[i].value_or(""); };
    if (report.volumes.empty() || report.volumes.back().name != text(1)) {
      const std::int64_t bytes = parse_number<std::int64_t>(text(4)).value_or(0);
      report.volumes.push_back({text(1), text(2), text(3), bytes, {}});
      report.bytes += bytes;
      ++report.statuses[text(2)];
    }
    report.volumes.back().jobs.push_back(text(5));
    if (seen_jobs.emplace(text(5), true).second) report.jobs.push_back({text(5), text(6), text(7), text(8)});
  }
  return report;
}

Json number_of(std::string_view text) { return Json(parse_number<std::int64_t>(text).value_or(0)); }

void give_details(Output& out, const PruneReport& report) {
  out.value("reason", report.volumes.empty() ? "" : "retention expired");
  {
    const auto statuses = out.array("status_breakdown");
    for (const auto& [status, count] : report.statuses) {
      const auto row = out.row();
      out.value("status", status);
      out.value("volumes", count);
    }
  }
  {
    const auto volumes = out.array("volumes");
    for (const PrunableVolume& volume : report.volumes) {
      const auto row = out.row();
      out.value("name", volume.name);
      out.value("status", volume.status);
      out.value("lastwritten", volume.last_written);
      out.value("reason", "retention expired");
      out.value("prunablejobs", Json::number(static_cast<std::int64_t>(volume.jobs.size())));
      out.value("prunablebytes", volume.bytes);
      Json::Array ids;
      for (const auto& id : volume.jobs) ids.push_back(number_of(id));
      out.value("jobids", std::move(ids));
    }
  }
  const auto jobs = out.array("jobs");
  for (const PrunableJob& job : report.jobs) {
    const auto row = out.row();
    out.value("jobid", number_of(job.id));
    out.value("name", job.name);
    out.value("bytes", number_of(job.bytes));
    out.value("starttime", job.started);
  }
}

std::string details_text(const PruneReport& report) {
  std::string text = fmt::format(
      "\nPrune details:\n  Reason: {}\n  Prunable volumes: {}\n  Prunable jobs: {}\n  Prunable bytes: {}\n",
      report.volumes.empty() ? "" : "retention expired", report.volumes.size(), report.jobs.size(),
      with_unit(static_cast<std::uint64_t>(report.bytes)));
  const auto section = [&](std::string_view title, const auto& entries, auto&& line) {
    text += fmt::format("  {}:\n", title);
    for (const auto& entry : entries) text += line(entry);
    if (entries.empty()) text += "    none\n";
  };
  section("Affected statuses", report.statuses,
          [](const auto& entry) { return fmt::format("    - {} ({})\n", entry.first, entry.second); });
  section("Prunable volumes", report.volumes, [](const PrunableVolume& volume) {
    return fmt::format("    - {} | status={} | lastwritten={} | jobs={} | bytes={}\n", volume.name,
                       volume.status, volume.last_written, volume.jobs.size(), volume.bytes);
  });
  section("Prunable jobs", report.jobs, [](const PrunableJob& job) {
    return fmt::format("    - {} | {} | {} | {}\n", job.id, job.name, job.bytes, job.started);
  });
  return text;
}

/// The whole record of a pool with what could be pruned from it.
void give_pool(Command& command, catalog::Catalog& catalog, const Table& table, const Row& pool,
               bool with_details) {
  const PruneReport report = prune_report(command, catalog, pool[0].value_or(""));
  const auto row = command.out.row();
  std::string text;
  const auto give = [&](std::string_view key, const std::string& value) {
    text += fmt::format("{}: {}\n", key, value);
    command.out.value(key, value);
  };
  for (std::size_t i = 0; i < pool.size(); ++i) give(table.columns[i].name, pool[i].value_or(""));
  give("prunablevolumes", std::to_string(report.volumes.size()));
  give("prunablejobs", std::to_string(report.jobs.size()));
  give("prunablebytes", std::to_string(report.bytes));
  command.out.text(text);
  if (with_details && command.out.is_json()) give_details(command.out, report);
}

Query pool_query(Command& command, Detail detail) {
  Query query(detail == Detail::list ? std::span<const ListedColumn>(short_columns) : long_columns, "Pool");
  if (const auto name = command.line.value("pool")) query.where("Pool.Name = ?", *name);
  query.then("ORDER BY Pool.PoolId");
  return query;
}

}  // namespace

Outcome pools(Command& command, catalog::Catalog& catalog, Detail detail, const ListFilter& filter) {
  const bool one = command.line.value("pool").has_value();
  const bool as_record = detail == Detail::long_list || (one && command.out.is_json());
  const Table table = pool_query(command, as_record ? Detail::long_list : Detail::list).run(catalog);
  if (!as_record) {
    give_table(command, "pools", table, detail, filter, acl);
    if (one && !table.rows.empty())
      command.out.decoration(details_text(prune_report(command, catalog, table.rows[0][0].value_or(""))));
    return Outcome::ok;
  }
  const auto array = command.out.array("pools");
  ListedRange& range = command.out.range();
  range.active = range.active || !command.access.is_unrestricted(Acl::pool) || filter.limit;
  range.limit = filter.limit;
  for (const Row& row : table.rows) {
    if (command.access.allows(Acl::pool, row[1].value_or("")))
      give_pool(command, catalog, table, row, one && detail == Detail::list);
    else
      ++range.filtered;
  }
  return Outcome::ok;
}

Outcome pool_by_id(Command& command, catalog::Catalog& catalog, Detail detail, const ListFilter& filter) {
  Query query(detail == Detail::list ? std::span<const ListedColumn>(short_columns) : long_columns, "Pool");
  query.where("Pool.PoolId = ?", parse_number<std::int64_t>(*command.line.value("poolid")).value_or(0));
  give_table(command, "pools", query.run(catalog), detail, filter, acl);
  return Outcome::ok;
}

}  // namespace holdfast::director::console::lists
