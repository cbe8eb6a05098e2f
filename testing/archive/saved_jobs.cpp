// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/archive/saved_jobs.h"

#include <algorithm>
#include <set>

#include "format/attributes.h"

namespace holdfast::archive {

void SavedJobs::add(JobLevel level, RecordList records) { jobs_.push_back({level, std::move(records)}); }

std::vector<std::size_t> SavedJobs::chain(std::size_t last, JobLevel for_level) const {
  std::size_t full = last;
  while (jobs_[full].level != JobLevel::full) --full;
  std::vector<std::size_t> jobs{full};
  if (for_level == JobLevel::differential) return jobs;
  std::size_t base = full;
  for (std::size_t i = full + 1; i <= last; ++i)
    if (jobs_[i].level == JobLevel::differential) base = i;
  if (base != full) jobs.push_back(base);
  for (std::size_t i = base + 1; i <= last; ++i) jobs.push_back(i);
  return jobs;
}

SavedJobs::Catalog SavedJobs::current(const std::vector<std::size_t>& jobs) const {
  Catalog catalog;
  for (const auto job : jobs) {
    std::string name;
    for (const auto& record : jobs_[job].records.records()) {
      if (format::is_digest(record.stream)) catalog[name].digest = as_text(record.payload);
      if (!format::is_attributes(record.stream)) continue;
      const auto file = format::parse_attributes(record.payload);
      name = file->name;
      if (file->type == format::FileType::deleted) {
        catalog.erase(name);
      } else {
        catalog[name] = {job, record.file_index, std::string(file->packed_stat), {}};
      }
    }
  }
  return catalog;
}

void SavedJobs::list_for(JobLevel level, selection::KnownFiles& to) const {
  for (const auto& [name, version] : current(chain(jobs_.size() - 1, level))) {
    selection::KnownFile file;
    file.stat = *format::unpack_stat(version.packed_stat);
    file.digest = version.digest;
    to.add(name, file);
  }
  to.complete();
}

RestoreTotals SavedJobs::restore(std::size_t last, tree::FileTarget& target, const RestoreOptions& options,
                                 Report& report) const {
  const auto jobs = chain(last, JobLevel::incremental);
  std::set<std::pair<std::size_t, std::int32_t>> wanted;
  for (const auto& [name, version] : current(jobs)) wanted.emplace(version.job, version.file_index);
  Restore restore(target, options, report);
  for (const auto job : jobs)
    for (const auto& record : jobs_[job].records.records())
      if (wanted.count({job, record.file_index}) > 0)
        restore.record({{static_cast<std::uint32_t>(job + 1), 1}, record.file_index, number(record.stream)},
                       record.payload);
  return restore.finish();
}

std::vector<std::string> SavedJobs::names() const {
  std::vector<std::string> names;
  for (const auto& [name, version] : current(chain(jobs_.size() - 1, JobLevel::incremental)))
    names.push_back(name);
  return names;
}

}  // namespace holdfast::archive
