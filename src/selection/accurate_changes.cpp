// SPDX-License-Identifier: AGPL-3.0-or-later
#include "selection/accurate_changes.h"

#include <algorithm>
#include <array>

#include "selection/stored_name.h"
#include "selection/walk.h"

namespace holdfast::selection {

namespace {

using format::PackedStat;
using tree::FileStat;

struct Comparison {
  char letter;
  bool (*differs)(const FileStat& now, const PackedStat& then);
};
constexpr std::array comparisons{
    Comparison{'i', [](const FileStat& now, const PackedStat& then) { return now.inode != then.inode; }},
    Comparison{'p', [](const FileStat& now, const PackedStat& then) { return now.mode != then.mode; }},
    Comparison{'n', [](const FileStat& now, const PackedStat& then) { return now.links != then.links; }},
    Comparison{'u', [](const FileStat& now, const PackedStat& then) { return now.uid != then.uid; }},
    Comparison{'g', [](const FileStat& now, const PackedStat& then) { return now.gid != then.gid; }},
    Comparison{'s', [](const FileStat& now, const PackedStat& then) { return now.size != then.size; }},
    Comparison{'d', [](const FileStat& now, const PackedStat& then) { return now.size < then.size; }},
    Comparison{'a', [](const FileStat& now,
                       const PackedStat& then) { return now.access.seconds != then.access_time; }},
    Comparison{'m',
               [](const FileStat& now, const PackedStat& then) {
                 return now.modification.seconds != then.modification_time;
               }},
    Comparison{'c', [](const FileStat& now,
                       const PackedStat& then) { return now.change.seconds != then.change_time; }},
    Comparison{'A', [](const FileStat&, const PackedStat&) { return true; }},
};

bool differs_by(char letter, const FileStat& now, const PackedStat& then) {
  const auto found =
      std::find_if(comparisons.begin(), comparisons.end(),
                   [letter](const Comparison& comparison) { return comparison.letter == letter; });
  return found != comparisons.end() && found->differs(now, then);
}

/// Of a file of another type nothing that was saved is of use. And a name that was stored as a link to another one must
/// not outlive that one, whatever the letters say.
bool needs_saving(const FileStat& now, const PackedStat& then) {
  return os::kind_of_mode(now.mode) != os::kind_of_mode(then.mode) ||
         (then.link_file_index != 0 && now.links != then.links);
}

bool compares_contents(const Found& found) {
  const bool has_content =
      found.stat.kind() == tree::Kind::regular || found.type == format::FileType::raw_device;
  return has_content && found.options->signature &&
         found.options->accurate_letters.find_first_of("15") != std::string::npos;
}

std::string without_slash(std::string path) {
  if (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

}  // namespace

bool differs(const FileOptions& options, const FileStat& now, const KnownFile& then) {
  return needs_saving(now, then.stat) ||
         std::any_of(options.accurate_letters.begin(), options.accurate_letters.end(),
                     [&](char letter) { return differs_by(letter, now, then.stat); });
}

Changes::Verdict AccurateChanges::judge(Found& found) {
  const auto known = known_.find(stored(found), KnownFiles::Mark::seen);
  if (!known || differs(*found.options, found.stat, *known)) return Verdict::save;
  if (!compares_contents(found)) return Verdict::leave_out;
  found.known_digest = known->digest;
  return found.known_digest.empty() ? Verdict::save : Verdict::compare_contents;
}

std::optional<KnownFile> AccurateChanges::known(const Found& file) {
  return known_.find(stored(file), KnownFiles::Mark::none);
}

void AccurateChanges::set_met(const Found& file, Met met) {
  known_.find(stored(file), met == Met::yes ? KnownFiles::Mark::seen : KnownFiles::Mark::unseen);
}

void AccurateChanges::set_all_met(Met met) {
  all_are_met_ = met == Met::yes;
  if (met == Met::no) known_.forget_marks();
}

void AccurateChanges::not_looked_at(const std::string& path, const FileOptions& options) {
  auto name = stored_name(path, options.strip_path);
  if (options.strip_path > 0 && name == path) is_blind_ = true;
  not_looked_at_.insert(without_slash(std::move(name)));
}

bool AccurateChanges::was_mount_point(const Found& directory) {
  const auto known = known_.find(stored(directory), KnownFiles::Mark::none);
  if (!known || known->stat.device == directory.stat.device) return false;
  // Devices get other numbers now and then, all at once: what counts is whether this one differed from the one above.
  const auto path_above = directory.path.substr(0, directory.path.rfind('/'));
  const auto above =
      known_.find(stored_name(path_above, directory.options->strip_path) + '/', KnownFiles::Mark::none);
  return !above || above->stat.device != known->stat.device;
}

std::uint64_t AccurateChanges::list_deleted(const KnownFiles::Visitor& visit) {
  if (all_are_met_) return 0;
  std::uint64_t left_out = 0;
  known_.list_unseen([&](std::string_view name, const KnownFile& file) {
    if (may_be_there(name)) {
      ++left_out;
    } else {
      visit(name, file);
    }
  });
  return left_out;
}

std::string_view AccurateChanges::stored(const Found& found) {
  const bool is_directory = format::is_directory(found.type) && found.path != "/";
  if (!is_directory && found.options->strip_path == 0) return found.path;
  if (found.options->strip_path == 0) {
    name_ = found.path;
  } else {
    name_ = stored_name(found.path, found.options->strip_path);
  }
  if (is_directory) name_ += '/';
  return name_;
}

bool AccurateChanges::may_be_there(std::string_view name) const {
  if (is_blind_) return true;
  if (not_looked_at_.empty()) return false;
  if (not_looked_at_.count("/") > 0) return true;
  while (!name.empty()) {
    if (not_looked_at_.count(name) > 0) return true;
    const auto slash = name.rfind('/');
    if (slash == std::string_view::npos) return false;
    name = name.substr(0, slash);
  }
  return false;
}

std::unique_ptr<Changes> make_changes(KnownFiles* known, std::optional<Time> since) {
  if (known != nullptr) return std::make_unique<AccurateChanges>(*known);
  if (since) return std::make_unique<ChangedSince>(*since);
  return std::make_unique<EverythingIsNew>();
}

}  // namespace holdfast::selection
