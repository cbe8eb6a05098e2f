// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/director/recorded_director.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "testing/base/golden.h"
#include "testing/catalog/golden_rows.h"

namespace holdfast::testing_support {
namespace {

using director::console::TerminatedJob;

/// What the recorded `show` commands print.
constexpr std::string_view shown_resources = R"(
Director { Name = lab-dir
  Messages = Daemon
  WorkingDirectory = /srv/demo/working
  MaximumConcurrentJobs = 20
  Password = "[md5]3c852d05a94cd961cc2e2135ecf3788c"
  TlsEnable = no }
Client { Name = lab-fd
  Address = 127.0.0.1
  Password = "[md5]af2904ba21987b283d3f14cb9cfb5579"
  MaximumConcurrentJobs = 20
  TlsEnable = no }
Client { Name = lab-passive
  Address = 127.0.0.1
  Password = "[md5]af2904ba21987b283d3f14cb9cfb5579"
  Passive = yes
  MaximumConcurrentJobs = 20
  TlsEnable = no }
JobDefs { Name = D
  Type = Backup
  Level = Full
  Messages = Standard
  Storage = File
  Pool = Full
  VirtualFullBackupPool = Virtual
  Client = lab-fd
  FileSet = Tree
  WriteBootstrap = "/srv/demo/working/%c.bsr" }
Catalog { Name = MyCatalog
  DbAddress = 127.0.0.1
  DbPassword = bareos
  DbUser = bareos
  DbName = lab_demo }
Schedule { Name = Weekly
  Run = Full 1st sat at 21:00
  Run = Differential 2nd-5th sat at 21:00
  Run = Incremental mon-fri at 21:00 }
Messages { Name = Standard
  console = all, !skipped, !saved, !audit
  append = /srv/demo/log/bareos.log = all, !skipped, !saved, !audit
  catalog = all, !skipped, !saved, !audit }
Messages { Name = Daemon
  console = all, !skipped, !saved, !audit }
Profile { Name = operator
  JobAcl = *all*
  ClientAcl = *all*
  StorageAcl = *all*
  ScheduleAcl = *all*
  PoolAcl = *all*
  CommandAcl = !.bvfs_clear_cache, !.exit, !.sql, !configure, !create, !delete, !purge, !prune, !sqlquery
  CommandAcl = !umount, !unmount, *all*
  FileSetAcl = *all*
  CatalogAcl = *all*
  WhereAcl = *all*
  PluginOptionsAcl = *all* }
Console { Name = admin
  Password = "[md5]70e76a15da00e6301ade718cc9416f79"
  Profile = operator
  TlsEnable = no }
)";

std::string pools_and_storages() {
  std::string text;
  for (const auto* pool : {"CopyPool", "Full", "Small", "Virtual", "Scratch", "Dedup", "Z"}) {
    const std::string name = pool;
    text += "Pool { Name = " + name + "\n";
    if (name == "Full") text += "  LabelFormat = \"Full-\"\n  NextPool = CopyPool\n";
    if (name == "CopyPool") text += "  LabelFormat = \"Copy-\"\n  Storage = Inflate\n";
    text += name == "Scratch" ? "  PoolType = Scratch }\n" : "  PoolType = Backup }\n";
  }
  for (const auto* storage : {"File", "Dedup", "Inflate"}) {
    text += std::string("Storage { Name = ") + storage +
            "\n  Address = 127.0.0.1\n  Password = \"[md5]17b0e77943e0f8025737818a726756ed\"\n  Device = " +
            (std::string(storage) == "File" ? "FileStorage" : storage) + "\n  MediaType = " + storage +
            "\n  MaximumConcurrentJobs = 20\n  TlsEnable = no }\n";
  }
  return text;
}

std::string file_sets_and_jobs() {
  std::string text;
  for (const auto* file_set :
       {"Tree", "Mini", "MiniGzip", "Bench", "Md5", "Gzip", "Lz4", "Lzo", "Lzfast", "Patterns"})
    text +=
        std::string("FileSet { Name = ") + file_set +
        "\n Include { Options { Signature = MD5\n HardLinks = no\n AclSupport = yes\n XattrSupport = yes }\n"
        " File = /srv/demo/mini } }\n";
  for (const auto* job :
       {"tree", "mini", "minigzip", "minispool", "miniaccurate", "minipassive", "miniscripts"})
    text += std::string("Job { Name = ") + job + "\n FileSet = Mini\n JobDefs = D }\n";
  text +=
      "Job { Name = minicopy\n Type = Copy\n SelectionType = PoolUncopiedJobs\n JobDefs = D }\n"
      "Job { Name = minimigrate\n Type = Migrate\n SelectionType = Job\n SelectionPattern = x\n JobDefs = D "
      "}\n"
      "Job { Name = slow\n FileSet = Mini\n JobDefs = D }\n";
  for (const auto* verify : {"verifycat", "verifydisk", "verifyinit"})
    text +=
        std::string("Job { Name = ") + verify +
        "\n Type = Verify\n Level = VolumeToCatalog\n JobToVerify = mini\n FileSet = Mini\n JobDefs = D }\n";
  text += "Job { Name = admin\n Type = Admin\n JobDefs = D }\n";
  for (const auto* job :
       {"bench", "md5", "gzip", "lz4", "lzo", "lzfast", "patterns", "accurate", "small", "dedup", "deflate"})
    text += std::string("Job { Name = ") + job + "\n JobDefs = D }\n";
  return text;
}

/// Of the lab, and what the recordings tell the names of.
std::string configuration(Recorded which) {
  std::string text = std::string(shown_resources) + pools_and_storages() + file_sets_and_jobs();
  if (which == Recorded::dialogues)
    text +=
        "Console { Name = limited\n Password = x\n JobAcl = mini, RestoreFiles\n ClientAcl = lab-fd\n "
        "StorageAcl = File\n"
        " PoolAcl = Full\n FileSetAcl = Mini\n ScheduleAcl = *all*\n CatalogAcl = *all*\n CommandAcl = "
        "*all*\n"
        " WhereAcl = *all*\n PluginOptionsAcl = *all* }\n";
  if (which == Recorded::dialogues)
    text += "Job { Name = minisched\n Schedule = Weekly\n FileSet = Mini\n JobDefs = D }\n";
  text += "Job { Name = verify\n Type = Verify\n Level = VolumeToCatalog\n JobDefs = D }\n";
  text +=
      "Job { Name = RestoreFiles\n Type = Restore\n Client = lab-fd\n FileSet = Tree\n Storage = File\n Pool "
      "= Full\n"
      " Messages = Standard\n Where = /srv/demo/restore }\n";
  if (which == Recorded::commands) return text;
  text = replace_all(text, "MediaType = Inflate", "MediaType = FileZ");
  text = replace_all(text, "  Address = 127.0.0.1\n  Password = \"[md5]af29",
                     "  Address = 127.0.0.1\n  Port = 19802\n  Password = \"[md5]af29");
  text = replace_all(text, "  Address = 127.0.0.1\n  Password = \"[md5]17b0",
                     "  Address = 127.0.0.1\n  Port = 19803\n  Password = \"[md5]17b0");
  return replace_all(text, "/srv/demo", "/srv/verify-c");
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// What happened after the recordings of api0, api1 and api2 was made undone.
constexpr const char* undo[] = {
    "DELETE FROM Job WHERE JobId > 37",      "DELETE FROM JobMedia WHERE JobId > 37",
    "DELETE FROM File WHERE JobId > 37",     "DELETE FROM Media WHERE MediaId > 3",
    "UPDATE Media SET VolStatus = 'Append'", "DELETE FROM FileSet WHERE FileSetId > 2",
};

}  // namespace

TerminatedJob terminated_job(catalog::Catalog& catalog, const catalog::JobRow& job) {
  catalog::JobRow row = job;
  // A copy or migration counted what its result holds, which the catalog does not keep.
  const auto result = catalog.jobs().find(JobId(row.id.value + 1));
  const bool worker = row.type == JobType::copy || row.type == JobType::migrate;
  if (worker && result && result->type != JobType::migrate)
    std::tie(row.files, row.bytes) = std::pair(result->files, result->bytes);
  if (row.type == JobType::copy_of_job) row.type = JobType::backup;  // as it was when it ended
  return {row.id,     row.job,   row.type,  row.level,
          row.status, row.files, row.bytes, row.really_ended.time_since_epoch().count()};
}

std::optional<std::string> recorded_text(const std::string& name) {
  const auto path = golden("console/" + name);
  return path ? std::optional(read(*path)) : std::nullopt;
}

std::string masked(std::string text, std::span<const Mask> masks) {
  for (const auto& [expression, replacement] : masks)
    text = std::regex_replace(text, expression, replacement);
  return text;
}

std::string sorted_words(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) {
    while (!word.empty() && (word.back() == ',' || word.back() == '.')) word.pop_back();
    if (!word.empty()) words.push_back(word);
  }
  std::sort(words.begin(), words.end());
  std::string sorted;
  for (const auto& word : words) sorted += word + "\n";
  return sorted;
}

void execute_sql(catalog::Catalog& catalog, const std::string& sql,
                 std::span<const catalog::SqlValue> values) {
  catalog.queries().query(sql, values, [](const catalog::ResultRow&) { return true; });
}

std::unique_ptr<ServicesDouble> recorded_director(ServicesDouble::Database database, Recorded which) {
  const auto folder = golden("catalog");
  if (!folder) return nullptr;
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  auto services = std::make_unique<ServicesDouble>(configuration(which), database);
  const auto catalog = services->catalog.open();
  catalog::fill_with_golden_rows(*catalog, *folder);
  for (const char* sql : undo) execute_sql(*catalog, sql);
  if (which == Recorded::dialogues)
    execute_sql(*catalog, "UPDATE Path SET Path = REPLACE(Path, '/srv/demo', '/srv/verify-c')");
  for (std::uint32_t id = 28; id <= 37; ++id) {
    if (const auto row = catalog->jobs().find(JobId(id)))
      services->terminated.push_back(terminated_job(*catalog, *row));
  }
  services->clock.set(from_unix_seconds(1'795'384'400));  // 2026-11-22 21:53:20
  services->start_time = from_unix_seconds(1'795'384'262);
  services->run_count = 37;
  return services;
}

}  // namespace holdfast::testing_support
