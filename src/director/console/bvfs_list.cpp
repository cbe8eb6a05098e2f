// SPDX-License-Identifier: AGPL-3.0-or-later
// .bvfs_lsdirs, .bvfs_lsfiles, .bvfs_versions: directories, files and their versions, page by page.
#include <fmt/core.h>

#include "base/patterns.h"
#include "director/console/bvfs.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"

namespace holdfast::director::console {
namespace bvfs {
namespace {

/// What a directory without a record of its own has.
constexpr std::string_view no_stat = "A A A A A A A A A A A A A A";

struct Entry {
  std::string name;
  std::string path;  ///< whole
  PathId path_id{};
  FileId file{};
  JobId job{};
  std::string stat{no_stat};
};

struct Place {
  std::vector<JobId> jobs;
  std::string path;
  PathId id{};
};

enum class Kind { directory, file };

class Listing {
 public:
  Listing(Command& command, Kind kind)
      : out_(command.out), kind_(kind), array_(out_.array(kind == Kind::file ? "files" : "directories")) {}

  void give(const Entry& entry, std::string_view shown_path) {
    out_.text(fmt::format("{}\t{}\t{}\t{}\t{}\n", entry.path_id.value, entry.file.value, entry.job.value,
                          entry.stat, entry.name));
    if (!out_.is_json()) return;
    const auto row = out_.row();
    out_.value("type", kind_ == Kind::file ? "F" : "D");
    out_.value("pathid", Json::number(static_cast<std::int64_t>(entry.path_id.value)));
    out_.value("fileid", Json::number(static_cast<std::int64_t>(entry.file.value)));
    out_.value("jobid", Json::number(static_cast<std::int64_t>(entry.job.value)));
    out_.value("lstat", entry.stat);
    out_.value("name", entry.name);
    if (kind_ == Kind::directory) out_.value("fullpath", std::string(shown_path));
    attributes_.give(out_, entry.stat, Attributes::LinkFileIndex::given);
  }

 private:
  Output& out_;
  Kind kind_;
  Output::Scope array_;
  Attributes attributes_;
};

/// "/srv/a/" -> "/srv/", "/" and "c:/" -> "".
std::string parent_of(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? std::string_view() : path.substr(0, slash + 1));
}

/// "/srv/a/" -> "a/", "/" -> "/".
std::string last_of(std::string_view path) {
  return std::string(path.size() > 1 ? path.substr(parent_of(path).size()) : path);
}

/// The directory of `path=` or `pathid=`; empty where there is no such.
std::optional<Place> find_place(Command& command, catalog::Catalog& catalog, std::vector<JobId> jobs) {
  Place place{std::move(jobs), command.line.value("path").value_or(""), {}};
  if (command.line.value("path")) {
    const auto id = catalog.bvfs().path_id(place.path);
    if (!id && !place.path.empty()) return std::nullopt;
    place.id = id.value_or(PathId());
    return place;
  }
  const auto ids = parse_list<std::uint32_t>(command.line.value("pathid").value_or(""));
  if (!ids || ids->size() != 1) return std::nullopt;
  place.id = PathId(ids->front());
  const auto path = catalog.bvfs().path(place.id);
  if (!path) return std::nullopt;
  place.path = *path;
  return place;
}

bool has_arguments(const Command& command) {
  return command.line.value("jobid") && (command.line.value("path") || command.line.value("pathid"));
}

/// ".", ".." and the directories in it whose whole path fits `pattern`.
std::vector<Entry> entries_of(Command& command, catalog::Catalog& catalog, const Place& place,
                              const Regex* pattern) {
  std::vector<Entry> entries{{.name = ".", .path = place.path}};
  if (!place.path.empty()) entries.push_back({.name = "..", .path = parent_of(place.path)});
  for (std::string& path : catalog.files().directories(place.jobs, place.path))
    if (!pattern || pattern->matches(path)) entries.push_back({.name = last_of(path), .path = path});
  const Page page = page_of(command);
  const auto size = static_cast<std::int64_t>(entries.size());
  const std::int64_t first = std::min(page.offset, size);
  entries.erase(entries.begin(), entries.begin() + first);
  entries.resize(static_cast<std::size_t>(std::min(page.limit, size - first)));
  return entries;
}

void add_records(catalog::Catalog& catalog, const Place& place, std::vector<Entry>& entries) {
  std::map<std::string, std::vector<Entry*>> by_path;
  std::vector<std::string> paths;
  for (Entry& entry : entries) {
    by_path[entry.path].push_back(&entry);
    if (!entry.path.empty()) paths.push_back(entry.path);
  }
  catalog.files().list_directories_alone(place.jobs, paths, [&](const catalog::FileRow& row) {
    for (Entry* entry : by_path[std::string(row.path)]) {
      entry->path_id = row.path_id;
      entry->file = row.id;
      entry->job = row.job;
      entry->stat = row.stat;
    }
    return true;
  });
  for (Entry& entry : entries)
    if (entry.path_id == PathId()) entry.path_id = catalog.bvfs().path_id(entry.path).value_or(PathId());
}

void give_version(Output& out, const catalog::FileVersion& version, Attributes& attributes) {
  const auto in_changer = static_cast<std::int64_t>(version.in_changer);
  out.text(fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\n", version.path.value, version.file.value,
                       version.job.value, version.stat, version.digest, version.volume, in_changer));
  if (!out.is_json()) return;
  const auto object = out.row();
  out.value("type", "V");
  out.value("pathid", Json::number(static_cast<std::int64_t>(version.path.value)));
  out.value("fileid", Json::number(static_cast<std::int64_t>(version.file.value)));
  out.value("jobid", Json::number(static_cast<std::int64_t>(version.job.value)));
  out.value("lstat", version.stat);
  out.value("md5", version.digest);
  out.value("volumename", version.volume);
  out.value("volumeinchanger", Json::number(in_changer));
  attributes.give(out, version.stat, Attributes::LinkFileIndex::left_out);
}

}  // namespace
}  // namespace bvfs

namespace handle {

Outcome bvfs_directories(Command& command) {
  if (!bvfs::has_arguments(command)) {
    command.out.error(bvfs::missing_arguments);
    return Outcome::ok;
  }
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::own);
  if (!catalog) return Outcome::failed;
  auto jobs = bvfs::permitted_jobs(command, *catalog, *command.line.value("jobid"));
  if (jobs.empty()) return Outcome::failed;
  const auto place = bvfs::find_place(command, *catalog, std::move(jobs));
  if (!place) return Outcome::failed;
  std::optional<Regex> pattern;
  if (const auto expression = command.line.value("pattern")) {
    auto compiled = Regex::compile(*expression, LetterCase::exact);
    if (!compiled) {
      command.out.error(fmt::format("The pattern is no regular expression: {}\n", compiled.error()));
      return Outcome::failed;
    }
    pattern.emplace(std::move(*compiled));
  }
  auto entries = bvfs::entries_of(command, *catalog, *place, pattern ? &*pattern : nullptr);
  bvfs::add_records(*catalog, *place, entries);
  bvfs::Listing listing(command, bvfs::Kind::directory);
  for (const bvfs::Entry& entry : entries)
    listing.give(entry, entry.name == "." || entry.name == ".." ? entry.name : entry.path);
  return Outcome::ok;
}

Outcome bvfs_files(Command& command) {
  if (!bvfs::has_arguments(command)) {
    command.out.error(bvfs::missing_arguments);
    return Outcome::failed;
  }
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::own);
  if (!catalog) return Outcome::failed;
  auto jobs = bvfs::permitted_jobs(command, *catalog, *command.line.value("jobid"));
  if (jobs.empty()) return Outcome::failed;
  const auto place = bvfs::find_place(command, *catalog, std::move(jobs));
  bvfs::Listing listing(command, bvfs::Kind::file);
  // With a pattern 25.1 lists nothing.
  if (!place || command.line.has("pattern")) return Outcome::ok;
  bvfs::Page page = bvfs::page_of(command);
  if (page.limit == 0) return Outcome::ok;
  catalog->files().list_directory(place->jobs, place->path, [&](const catalog::FileRow& row) {
    if (row.name.empty()) return true;
    if (page.offset > 0) {
      --page.offset;
      return true;
    }
    listing.give({.name = std::string(row.name),
                  .path = {},
                  .path_id = row.path_id,
                  .file = row.id,
                  .job = row.job,
                  .stat = std::string(row.stat)},
                 "");
    return --page.limit > 0 && !command.stop.stop_requested();
  });
  return Outcome::ok;
}

Outcome bvfs_versions(Command& command) {
  if (!bvfs::has_arguments(command)) {
    command.out.error(bvfs::missing_arguments);
    return Outcome::failed;
  }
  const auto client = command.line.value("client");
  const auto name = command.line.value_of_any({"fname", "name", "filename"});
  if (!client || !name) {
    command.out.error("Can't find client or fname argument\n");
    return Outcome::failed;
  }
  if (!command.allows(Acl::client, *client)) {
    command.out.error(bvfs::unauthorized);
    return Outcome::failed;
  }
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::own);
  if (!catalog) return Outcome::failed;
  const auto array = command.out.array("versions");
  const auto place = bvfs::find_place(command, *catalog, {});
  const auto row = catalog->clients().find(*client);
  if (!place || !row) return Outcome::ok;
  using Copies = catalog::VersionQuestion::Copies;
  const bvfs::Page page = bvfs::page_of(command);
  const auto versions =
      catalog->bvfs().versions({.client = row->id,
                                .path = place->id,
                                .name = *name,
                                .copies = command.line.has("copies") ? Copies::given : Copies::left_out,
                                .limit = page.limit,
                                .offset = page.offset});
  bvfs::Attributes attributes;
  for (const catalog::FileVersion& version : versions) bvfs::give_version(command.out, version, attributes);
  return Outcome::ok;
}

}  // namespace handle
}  // namespace holdfast::director::console
