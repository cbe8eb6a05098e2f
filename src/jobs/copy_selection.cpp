// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/copy_selection.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/patterns.h"
#include "catalog/copy_catalog.h"
#include "catalog/retention_catalog.h"
#include "jobs/copy_report.h"
#include "jobs/texts.h"

namespace holdfast::jobs {
namespace {

using catalog::JobFilter;
using catalog::JobRow;
using catalog::VolumeFilter;
using catalog::VolumeRow;
using config::SelectionType;

const std::vector<std::string> written_volumes{"Full", "Used", "Error"};

class Selecting {
 public:
  Selecting(catalog::Catalog& catalog, const CopyQuestion& question)
      : catalog_(catalog), question_(question), action_(copy_words(question.type).action) {}

  CopySelection select() {
    for (const Way& way : ways)
      if (way.selection == question_.selection) {
        (this->*way.take)(way);
        break;
      }
    if (found_.jobs.empty() && found_.failure.empty()) tell(fmt::format("No JobIds found to {}.\n", action_));
    return std::move(found_);
  }

 private:
  struct Way {
    SelectionType selection;
    std::string_view name;  ///< in messages
    void (Selecting::*take)(const Way&);
  };
  static const std::vector<Way> ways;

  void by_job(const Way& way) {
    std::map<std::string, std::vector<JobRow>> named;
    for (JobRow& row : list({})) named[row.name].push_back(std::move(row));
    by_pattern(way, named);
  }

  void by_client(const Way& way) {
    std::map<std::string, std::vector<JobRow>> named;
    std::map<ClientId, std::string> names;
    for (JobRow& row : list(backups())) {
      auto [name, is_new] = names.try_emplace(row.client);
      if (is_new)
        if (const auto client = catalog_.clients().find(row.client)) name->second = client->name;
      if (!name->second.empty()) named[name->second].push_back(std::move(row));
    }
    by_pattern(way, named);
  }

  void by_volume(const Way& way) {
    std::map<std::string, std::vector<JobRow>> named;
    for (const VolumeRow& volume : volumes()) named[volume.name] = backups_on(volume);
    by_pattern(way, named);
  }

  void by_smallest_volume(const Way& way) {
    auto all = volumes();
    take_first(way, all, [](const VolumeRow& a, const VolumeRow& b) { return a.bytes < b.bytes; });
  }
  void by_oldest_volume(const Way& way) {
    auto all = volumes();
    take_first(way, all,
               [](const VolumeRow& a, const VolumeRow& b) { return a.last_written < b.last_written; });
  }

  void by_occupancy(const Way&) {
    auto statuses = written_volumes;
    statuses.emplace_back("Append");
    std::uint64_t bytes = 0;
    if (!volumes(statuses).empty())
      for (const JobRow& row : list(backups())) bytes += row.bytes;
    if (bytes == 0 || bytes < question_.high_bytes) return tell_none_in_pool();
    std::vector<JobRow> rows;
    for (const VolumeRow& volume : volumes())
      for (JobRow& row : backups_on(volume)) rows.push_back(std::move(row));
    by_start(rows);
    std::set<JobId> seen;
    for (const JobRow& row : rows) {
      if (!found_.jobs.empty() && bytes <= question_.low_bytes) break;
      if (!seen.insert(row.id).second) continue;
      found_.jobs.push_back(row.id);
      bytes -= std::min(bytes, row.bytes);
    }
    if (found_.jobs.empty()) tell_none_in_pool();
  }

  void by_time(const Way&) {
    std::vector<JobRow> rows;
    if (!volumes().empty()) rows = list(backups());
    std::erase_if(rows, [&](const JobRow& row) {
      return row.really_ended > question_.now - question_.migration_time ||
             catalog_.volumes().pieces(row.id).empty();
    });
    take_in_pool(std::move(rows));
  }

  void by_not_copied(const Way&) {
    if (question_.type != JobType::copy) {
      found_.failure = "The selection type PoolUncopiedJobs is for copy jobs only.\n";
      return;
    }
    JobFilter filter = backups();
    filter.types = {JobType::backup, JobType::archive};
    auto rows = list(filter);
    const auto copied = catalog_.copies().copied_jobs();
    std::erase_if(rows, [&](const JobRow& row) { return row.bytes == 0 || copied.contains(row.id); });
    take_in_pool(std::move(rows));
  }

  void by_query(const Way&) {
    if (question_.pattern.empty()) {
      found_.failure =
          fmt::format("No SelectionPattern: the query that gives the JobIds to {} is missing.\n", action_);
      return;
    }
    std::set<JobId> seen;
    catalog_.queries().query(question_.pattern, {}, [&](const catalog::ResultRow& row) {
      const JobId job(static_cast<std::uint32_t>(row.columns() > 0 ? row.number(0) : 0));
      if (job && seen.insert(job).second) found_.jobs.push_back(job);
      return true;
    });
    if (found_.jobs.empty()) tell_none_in_pool();
  }

  void by_pattern(const Way& way, const std::map<std::string, std::vector<JobRow>>& named) {
    if (question_.pattern.empty()) {
      found_.failure =
          fmt::format("No SelectionPattern: an expression for names of {}s is missing.\n", way.name);
      return;
    }
    const auto pattern = Regex::compile(question_.pattern, LetterCase::exact);
    if (!pattern) {
      found_.failure =
          fmt::format("Could not compile regex pattern \"{}\" ERR={}\n", question_.pattern, pattern.error());
      return;
    }
    if (named.empty()) return tell(fmt::format("No {}s found to {}.\n", way.name, action_));
    bool any = false;
    for (const auto& [name, rows] : named) {
      if (!pattern->matches(name)) continue;
      any = true;
      take(rows);
    }
    if (!any) tell(fmt::format("Regex pattern matched no Jobs to {}.\n", action_));
  }

  template <typename Less>
  void take_first(const Way& way, std::vector<VolumeRow>& all, Less less) {
    if (all.empty()) return tell(fmt::format("No {}s found to {}.\n", way.name, action_));
    take(backups_on(*std::min_element(all.begin(), all.end(), less)));
  }

  void take(std::vector<JobRow> rows) {
    by_start(rows);
    for (const JobRow& row : rows)
      if (std::find(found_.jobs.begin(), found_.jobs.end(), row.id) == found_.jobs.end())
        found_.jobs.push_back(row.id);
  }
  void take_in_pool(std::vector<JobRow> rows) {
    if (rows.empty()) return tell_none_in_pool();
    take(std::move(rows));
  }

  static void by_start(std::vector<JobRow>& rows) {
    std::sort(rows.begin(), rows.end(), [](const JobRow& a, const JobRow& b) {
      return std::pair(a.started, a.id) < std::pair(b.started, b.id);
    });
  }

  static JobFilter backups() {
    JobFilter filter;
    filter.types = {JobType::backup, JobType::copy_of_job};
    filter.statuses = {JobStatus::terminated, JobStatus::warnings};
    return filter;
  }
  std::vector<JobRow> list(JobFilter filter) {
    filter.pool = question_.pool;
    return catalog_.jobs().list(filter);
  }
  std::vector<VolumeRow> volumes(const std::vector<std::string>& statuses = written_volumes) {
    VolumeFilter filter;
    filter.pool = question_.pool;
    filter.statuses = statuses;
    filter.enabled = std::int16_t{1};
    return catalog_.volumes().list(filter);
  }
  std::vector<JobRow> backups_on(const VolumeRow& volume) {
    std::vector<JobRow> rows;
    for (const JobId job : catalog_.retention().jobs_on(volume.id)) {
      auto row = catalog_.jobs().find(job);
      const bool is_backup =
          row && (row->type == JobType::backup || row->type == JobType::copy_of_job) && is_good(row->status);
      if (is_backup) rows.push_back(std::move(*row));
    }
    return rows;
  }

  void tell(std::string text) { found_.log.push_back(std::move(text)); }
  void tell_none_in_pool() {
    tell(fmt::format("Query of Pool \"{}\" returned no Jobs to {}.\n", question_.pool_name, action_));
  }

  catalog::Catalog& catalog_;
  const CopyQuestion& question_;
  const std::string_view action_;
  CopySelection found_;
};

const std::vector<Selecting::Way> Selecting::ways{
    {SelectionType::job, "Job", &Selecting::by_job},
    {SelectionType::client, "Client", &Selecting::by_client},
    {SelectionType::volume, "Volume", &Selecting::by_volume},
    {SelectionType::smallest_volume, "Smallest Volume", &Selecting::by_smallest_volume},
    {SelectionType::oldest_volume, "Oldest Volume", &Selecting::by_oldest_volume},
    {SelectionType::pool_occupancy, "Pool", &Selecting::by_occupancy},
    {SelectionType::pool_time, "Pool", &Selecting::by_time},
    {SelectionType::pool_uncopied_jobs, "Pool", &Selecting::by_not_copied},
    {SelectionType::sql_query, "Query", &Selecting::by_query},
};

}  // namespace

CopyQuestion copy_question(const config::Job& job, const config::Pool& pool, PoolId id, catalog::Moment now) {
  CopyQuestion question;
  question.type = job.type;
  question.selection = job.selection_type;
  question.pattern = job.selection_pattern;
  question.pool = id;
  question.pool_name = pool.name;
  question.now = now;
  question.migration_time = pool.migration_time;
  question.high_bytes = pool.migration_high_bytes;
  question.low_bytes = pool.migration_low_bytes;
  return question;
}

CopySelection select_jobs_to_copy(catalog::Catalog& catalog, const CopyQuestion& question) {
  return Selecting(catalog, question).select();
}

std::string chosen_text(JobType type, const std::vector<JobId>& jobs) {
  std::string ids;
  for (const JobId job : jobs) ids += (ids.empty() ? "" : ",") + std::to_string(job.value);
  return fmt::format("The following {} JobId{} chosen to be {}: {}\n", jobs.size(),
                     jobs.size() == 1 ? " was" : "s were", copy_words(type).done, ids);
}

}  // namespace holdfast::jobs
