// SPDX-License-Identifier: AGPL-3.0-or-later
// .bvfs_restore: keeps chosen files in a table, for `restore file=?<table>`.
#include <bitset>
#include <set>

#include "director/console/bvfs.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"
#include "format/packed_stat.h"

namespace holdfast::director::console {
namespace bvfs {
namespace {

using catalog::ChosenFile;

struct Wanted {
  std::vector<JobId> jobs;  ///< whose files those of directories are
  std::vector<std::uint64_t> files;
  std::vector<std::uint32_t> directories;
  std::vector<std::uint32_t> hard_links;  ///< JobId, FileIndex, and so on

  bool empty() const { return files.empty() && directories.empty() && hard_links.empty(); }
};

/// Which files were given already: a bit for each.
class Given {
 public:
  /// Whether it is the first time.
  bool add(JobId job, std::uint32_t file_index) {
    auto bit = blocks_[{job, file_index / block_size}][file_index % block_size];
    if (bit) return false;
    return bit = true;
  }
  bool has(JobId job, std::uint32_t file_index) const {
    const auto block = blocks_.find({job, file_index / block_size});
    return block != blocks_.end() && block->second[file_index % block_size];
  }

 private:
  static constexpr std::uint32_t block_size = 4096;
  std::map<std::pair<JobId, std::uint32_t>, std::bitset<block_size>> blocks_;
};

template <typename Number>
bool read_list(const Command& command, std::string_view keyword, std::vector<Number>& numbers) {
  const auto text = command.line.value(keyword);
  if (!text || text->empty()) return true;
  auto found = parse_list<Number>(*text);
  if (found) numbers = std::move(*found);
  return found.has_value();
}

/// Empty where a list is none.
std::optional<Wanted> read_wanted(const Command& command, std::vector<JobId> jobs) {
  Wanted wanted{std::move(jobs), {}, {}, {}};
  const bool is_good = read_list(command, "fileid", wanted.files) &&
                       read_list(command, "dirid", wanted.directories) &&
                       read_list(command, "hardlink", wanted.hard_links);
  if (!is_good || wanted.empty() || wanted.hard_links.size() % 2 != 0) return std::nullopt;
  return wanted;
}

class Chooser {
 public:
  Chooser(Command& command, catalog::Catalog& catalog, const Wanted& wanted)
      : command_(command), catalog_(catalog), wanted_(wanted) {}

  void fill(const catalog::BvfsCatalog::Choose& choose) {
    Given given;
    const auto give = [&](const ChosenFile& file) {
      if (may_see(file.job) && given.add(file.job, file.file_index)) choose(file);
    };
    const auto also = [&](JobId job, std::uint32_t file_index) {
      if (file_index == 0 || given.has(job, file_index)) return;
      if (const auto file = catalog_.bvfs().chosen(job, file_index)) give(*file);
    };
    for (const std::uint64_t id : wanted_.files)
      if (const auto file = catalog_.bvfs().chosen(FileId(id))) give(*file);
    for (std::size_t i = 0; i + 1 < wanted_.hard_links.size(); i += 2)
      if (const auto file = catalog_.bvfs().chosen(JobId(wanted_.hard_links[i]), wanted_.hard_links[i + 1]))
        give(*file);
    for (const std::uint32_t id : wanted_.directories) {
      const auto path = catalog_.bvfs().path(PathId(id));
      if (!path) continue;
      catalog_.files().list_below(wanted_.jobs, *path, [&](const catalog::FileRow& row) {
        give({row.job, row.file_index, row.id});
        for (const catalog::FilePart& part : row.parts) also(part.job, part.file_index);
        if (const auto first_name = format::unpack_link_file_index(row.stat)) also(row.job, *first_name);
        return !command_.stop.stop_requested();
      });
    }
  }

 private:
  /// A FileId says nothing of its job: a console that may not see that one must not restore from it.
  bool may_see(JobId job) {
    const auto [at, is_new] = seen_.try_emplace(job);
    if (is_new) at->second = bvfs::may_see(command_, catalog_, job);
    return at->second;
  }

  Command& command_;
  catalog::Catalog& catalog_;
  const Wanted& wanted_;
  std::map<JobId, bool> seen_;
};

}  // namespace
}  // namespace bvfs

namespace handle {

Outcome bvfs_restore(Command& command) {
  const auto list = command.line.value("jobid");
  const auto name = command.line.value("path");
  if (!list || !name) {
    command.out.error(bvfs::missing_arguments);
    return Outcome::failed;
  }
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::own);
  if (!catalog) return Outcome::failed;
  auto jobs = bvfs::permitted_jobs(command, *catalog, *list);
  if (jobs.empty()) return Outcome::failed;
  const auto wanted = bvfs::read_wanted(command, std::move(jobs));
  if (!wanted || !catalog::is_name_of_choice(*name)) {
    command.out.error("Can't create restore list\n");
    return Outcome::ok;
  }
  bvfs::Chooser chooser(command, *catalog, *wanted);
  catalog->bvfs().keep_choice(*name, [&](const auto& choose) { chooser.fill(choose); });
  command.out.text("OK\n");
  return Outcome::ok;
}

}  // namespace handle
}  // namespace holdfast::director::console
