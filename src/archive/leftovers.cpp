// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/leftovers.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "base/error.h"
#include "base/text.h"
#include "selection/shadowing.h"
#include "selection/walk.h"

namespace holdfast::archive {

namespace {

using selection::Found;
using selection::KnownFiles;
using tree::Kind;

constexpr std::uint64_t most_failures_told = 25;
constexpr std::size_t most_strangers_told = 3;

/// Names are few at a time: a directory is closed when the walk leaves it.
class Looking : public selection::Visitor {
 public:
  void examined() override {}
  void leave(std::unique_ptr<tree::Directory>) override {}
};

/// A file system as it was reached: device and mount.
using Mount = std::pair<std::uint64_t, std::uint64_t>;

/// Marks what it meets, and notes by which mounts it met something of the backup.
class Recognising final : public Looking {
 public:
  explicit Recognising(KnownFiles& restored) : restored_(restored) {}

  void found(Found file, tree::Directory* contents) override {
    const bool is_directory = file.stat.kind() == Kind::directory;
    const auto mount = file.parent->mount();
    const auto below = contents != nullptr ? contents->mount() : mount;
    const auto parent = is_directory ? file.parent->stat() : tree::Outcome<tree::FileStat>(file.stat);
    const bool is_same_device = parent && parent->device == file.stat.device;
    const bool is_bound = is_same_device && below && mount && *below != *mount;
    if (is_bound) bound_.emplace(Mount{file.stat.device, *below}, file.path);
    if (!restored_.find(file.path, KnownFiles::Mark::seen)) return;
    // A mount point is in the backup of the file system that it lies on; what is mounted there need not be.
    if (mount && is_same_device && !is_bound) mounts_.insert({file.stat.device, *mount});
  }
  void trouble(Trouble, MessageType, std::string) override {}

  /// Those that show a file system a second time are none of them: what they show may be in the backup by other names.
  std::set<Mount> mounts() const {
    auto mounts = mounts_;
    for (const auto& [mount, path] : bound_) mounts.erase(mount);
    return mounts;
  }
  const std::map<Mount, std::string>& bound() const { return bound_; }

 private:
  KnownFiles& restored_;
  std::set<Mount> mounts_;
  std::map<Mount, std::string> bound_;  ///< and where they are mounted
};

class Deleting final : public Looking {
 public:
  Deleting(KnownFiles& restored, std::set<Mount> mounts, const Erase& erase, Report& report)
      : restored_(restored), mounts_(std::move(mounts)), erase_(erase), report_(report) {}

  /// A directory comes after everything in it, so it is empty by now unless something in it stays.
  void found(Found file, tree::Directory* contents) override {
    const bool is_directory = file.stat.kind() == Kind::directory;
    if (is_directory && contents == nullptr) return;  // was not entered: nobody knows what is in it
    if (restored_.find(file.path, KnownFiles::Mark::none) || !is_on_known_mount(file)) return;
    if (erase_ && is_to_be_erased(file.stat))
      if (const auto reason = erase_(file.path)) return failed(file.path, *reason);
    const auto removed = file.parent->remove(std::string(file.name()));
    if (!removed && removed.error() != std::errc::no_such_file_or_directory) {
      if (!is_directory || removed.error() != std::errc::directory_not_empty)
        failed(file.path, removed.error().message());
      return;
    }
    ++(is_directory ? totals_.directories : totals_.files);
    if (report_.wants(MessageType::restored))
      report_.message(MessageType::restored, fmt::format("Deleted: {}", printable(file.path)));
  }
  void trouble(Trouble kind, MessageType, std::string text) override {
    if (kind == Trouble::not_saved) report_.message(MessageType::warning, "Not looked at:" + text);
  }

  const DeletedLeftovers& totals() const { return totals_; }

 private:
  bool is_on_known_mount(const Found& file) const {
    const auto mount = file.parent->mount();
    return mount && mounts_.contains({file.stat.device, *mount});
  }
  void failed(const std::string& path, const std::string& reason) {
    if (++totals_.failed <= most_failures_told)
      report_.message(MessageType::warning, fmt::format("Could not delete {}, which is not in the backup: {}",
                                                        printable(path), reason));
  }

  KnownFiles& restored_;
  const std::set<Mount> mounts_;
  const Erase& erase_;
  Report& report_;
  DeletedLeftovers totals_;
};

/// What was entered in the FileSet later, or comes from a list that grew, was never saved: all of it would go.
void leave_out_new_entries(selection::FileSet& files, KnownFiles& restored, Report& report) {
  for (auto& include : files.includes)
    std::erase_if(include.files, [&](const std::string& entry) {
      const auto path = selection::without_trailing_slashes(entry);
      if (path == "/" || restored.find(path, KnownFiles::Mark::none)) return false;
      report.message(
          MessageType::info,
          fmt::format("The backup has no \"{}\" of the FileSet; nothing is deleted there", printable(path)));
      return true;
    });
}

bool exists(tree::FileSource& source, std::string_view path) {
  const auto slash = path.rfind('/');
  const auto parent = source.open_directory(std::string(path.substr(0, std::max<std::size_t>(slash, 1))));
  return parent && (*parent)->stat(std::string(path.substr(slash + 1))).has_value();
}

/// Paths of the backup that are there, but that the walk does not come to: a file system that does not tell "a" from "A"
/// calls what was restored by another name, and StripPath restored it somewhere else. What vanished in the meantime
/// is no reason to doubt.
std::vector<std::string> strangers(tree::FileSource& source, KnownFiles& restored) {
  std::vector<std::string> found;
  restored.list_unseen([&](std::string_view name, const selection::KnownFile&) {
    if (found.size() < most_strangers_told && name.starts_with('/') && name != "/" && exists(source, name))
      found.push_back(printable(name));
  });
  return found;
}

void walk(tree::FileSource& source, const selection::Selection& selection, Looking& visitor,
          const std::stop_token& stop) {
  selection::EverythingIsNew everything;
  selection::Walk(source, selection, everything, visitor).run(stop);
  if (stop.stop_requested())
    throw Error(ErrorKind::cancelled, "Deleting what is not in the backup was cancelled");
}

}  // namespace

DeletedLeftovers delete_leftovers(tree::FileSource& source, selection::FileSet files, KnownFiles& restored,
                                  const Erase& erase, Report& report, std::stop_token stop) {
  leave_out_new_entries(files, restored, report);
  const selection::Selection selection(std::move(files));
  Recognising recognising(restored);
  walk(source, selection, recognising, stop);
  if (const auto unknown = strangers(source, restored); !unknown.empty()) {
    report.message(
        MessageType::warning,
        fmt::format("Nothing was deleted: the FileSet does not lead to files of the backup that were "
                    "restored, such as {}",
                    fmt::join(unknown, ", ")));
    return {};
  }
  for (const auto& [mount, path] : recognising.bound())
    report.message(MessageType::info,
                   fmt::format("Nothing is deleted below {}: what is mounted there is part of "
                               "a file system that has other names as well",
                               printable(path)));
  Deleting deleting(restored, recognising.mounts(), erase, report);
  walk(source, selection, deleting, stop);
  const auto& totals = deleting.totals();
  report.message(totals.failed > 0 ? MessageType::warning : MessageType::info,
                 fmt::format("Not in the backup: {} files and {} directories were deleted, {} could not be",
                             totals.files, totals.directories, totals.failed));
  return totals;
}

}  // namespace holdfast::archive
