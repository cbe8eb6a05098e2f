// SPDX-License-Identifier: AGPL-3.0-or-later
// Random changes and accurate backups of every level: what a restore of each job brings back is the tree as it was then.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <random>

#include "archive/backup.h"
#include "selection/bounded_known_files.h"
#include "testing/archive/saved_jobs.h"
#include "testing/selection/made_fileset.h"
#include "testing/tree/memory_tree.h"
#include "testing/tree/snapshot.h"
#include "testing/tree/temporary_directory.h"

namespace holdfast::archive {
namespace {

using tree::MemoryTree;
using Snapshot = std::map<std::string, std::string>;

/// A tree below /d that changes at random, with the times that Linux would set. Every change takes some seconds.
class ChangingTree {
 public:
  explicit ChangingTree(std::mt19937& random) : random_(random) {
    (void)tree.make_directory("/d", 0755);
    for (int i = 0; i < 25; ++i) change();
  }

  void change() {
    tree.now.seconds += 10;
    using Change = void (ChangingTree::*)();
    static constexpr Change changes[] = {
        &ChangingTree::create,       &ChangingTree::create,         &ChangingTree::make_directory,
        &ChangingTree::append,       &ChangingTree::remove,         &ChangingTree::rename,
        &ChangingTree::change_mode,  &ChangingTree::touch,          &ChangingTree::replace_directory,
        &ChangingTree::make_symlink, &ChangingTree::link,           &ChangingTree::remove,
        &ChangingTree::rename,       &ChangingTree::bring_old_file,
    };
    (this->*changes[random_() % std::size(changes)])();
  }

  MemoryTree tree;

 private:
  using Node = MemoryTree::Node;

  struct Place {
    Node* directory;
    std::string path;
  };

  void collect(Node& directory, const std::string& path, std::vector<Place>& to) {
    to.push_back({&directory, path});
    for (const auto& [name, child] : directory.children)
      if (child->stat.kind() == tree::Kind::directory) collect(*child, path + "/" + name, to);
  }
  Place any_directory() {
    std::vector<Place> all;
    collect(*tree.find("/d"), "/d", all);
    return all[random_() % all.size()];
  }
  std::string new_name() { return fmt::format("n{}", random_() % 12); }
  /// A name in some directory; empty where that has none.
  std::string any_name(const Place& in) {
    if (in.directory->children.empty()) return {};
    return std::next(in.directory->children.begin(),
                     static_cast<std::ptrdiff_t>(random_() % in.directory->children.size()))
        ->first;
  }
  void touched(Node& node) { node.stat.modification = node.stat.change = tree.now; }

  /// Takes away a name and everything below it.
  void take_away(Node& directory, const std::string& name) {
    auto& node = *directory.children.at(name);
    while (!node.children.empty()) take_away(node, node.children.begin()->first);
    --node.stat.links;
    node.stat.change = tree.now;
    directory.children.erase(name);
    touched(directory);
  }

  void create() {
    const auto place = any_directory();
    const auto name = new_name();
    const auto known = place.directory->children.find(name);
    if (known != place.directory->children.end() && known->second->stat.kind() != tree::Kind::regular)
      take_away(*place.directory, name);
    const bool is_new = place.directory->children.count(name) == 0;
    tree.put(place.path + "/" + name, fmt::format("content {}", random_()));
    touched(*place.directory->children.at(name));
    if (is_new) touched(*place.directory);
  }
  void bring_old_file() {
    create();
    const auto place = any_directory();
    if (const auto name = any_name(place); !name.empty())
      place.directory->children.at(name)->stat.modification.seconds -= 1'000'000;
    // Moved here by somebody who kept the times; only the directory tells.
    tree.put("/d/old", "old");
    auto& node = *tree.find("/d/old");
    node.stat.modification =
        node.stat.change = {1'000'000'000 + static_cast<std::int64_t>(random_() % 1000), 0};
    touched(*tree.find("/d"));
  }
  void make_directory() {
    const auto place = any_directory();
    const auto name = new_name();
    if (place.directory->children.count(name) > 0) take_away(*place.directory, name);
    (void)tree.make_directory(place.path + "/" + name, 0755);
    touched(*place.directory->children.at(name));
    touched(*place.directory);
  }
  void append() {
    const auto place = any_directory();
    const auto name = any_name(place);
    if (name.empty()) return;
    auto& node = *place.directory->children.at(name);
    if (node.stat.kind() != tree::Kind::regular) return;
    holdfast::append(node.content, as_bytes("more"));
    node.stat.size = static_cast<std::int64_t>(node.content.size());
    touched(node);
  }
  void remove() {
    const auto place = any_directory();
    if (const auto name = any_name(place); !name.empty()) take_away(*place.directory, name);
  }
  void rename() {
    const auto from = any_directory();
    const auto name = any_name(from);
    if (name.empty()) return;
    const auto node = from.directory->children.at(name);
    // Names of one file stay in one directory: what becomes of them otherwise is told in the manual.
    if (node->stat.links > 1 && node->stat.kind() == tree::Kind::regular) return;
    from.directory->children.erase(name);
    touched(*from.directory);
    const auto to = any_directory();
    const auto other = new_name();
    if (to.directory->children.count(other) > 0) take_away(*to.directory, other);
    to.directory->children[other] = node;
    node->stat.change = tree.now;
    touched(*to.directory);
  }
  void change_mode() {
    const auto place = any_directory();
    const auto name = any_name(place);
    if (name.empty() || place.directory->children.at(name)->stat.kind() == tree::Kind::symlink) return;
    auto& node = *place.directory->children.at(name);
    node.stat.mode ^= 0011;
    node.stat.change = tree.now;
  }
  void touch() {
    const auto place = any_directory();
    const auto name = any_name(place);
    if (name.empty()) return;
    auto& node = *place.directory->children.at(name);
    node.stat.modification = {1'200'000'000, 0};
    node.stat.change = tree.now;
  }
  void replace_directory() {
    const auto place = any_directory();
    if (place.path == "/d") return;
    const auto slash = place.path.rfind('/');
    auto& parent = *tree.find(place.path.substr(0, slash));
    take_away(parent, place.path.substr(slash + 1));
    tree.put(place.path, "a file now");
    touched(*tree.find(place.path));
    touched(parent);
  }
  void make_symlink() {
    const auto place = any_directory();
    const auto name = new_name();
    if (place.directory->children.count(name) > 0) take_away(*place.directory, name);
    (void)tree.make_symlink(fmt::format("target-{}", random_() % 5), place.path + "/" + name);
    touched(*place.directory);
  }
  void link() {
    const auto place = any_directory();
    const auto name = any_name(place);
    const auto other = new_name();
    if (name.empty() || place.directory->children.count(other) > 0) return;
    if (place.directory->children.at(name)->stat.kind() != tree::Kind::regular) return;
    (void)tree.make_hard_link(place.path + "/" + name, place.path + "/" + other);
    place.directory->children.at(name)->stat.change = tree.now;
    touched(*place.directory);
  }

  std::mt19937& random_;
};

class AccurateHistory {
 public:
  AccurateHistory(std::mt19937& random, const char* letters)
      : random_(random), letters_(letters), tree_(random) {}

  void back_up() {
    const auto level = levels_.empty() ? JobLevel::full : any_level();
    const std::uint64_t most_in_memory = random_() % 2 == 0 ? 0 : 1000;
    selection::BoundedKnownFiles known({directory_.path(), 1'000'000'000, most_in_memory});
    BackupOptions options;
    options.files = selection::made_fileset(letters_, {"/d"});
    if (level != JobLevel::full) {
      jobs_.list_for(level, known);
      options.known = &known;
    }
    RecordList records;
    ReportList report;
    const auto totals = Backup(tree_.tree, options, records, report).run({});
    ASSERT_EQ(totals.errors, 0U) << report.text();
    jobs_.add(level, std::move(records));
    levels_.push_back(level);
    wanted_.push_back(tree::snapshot(tree_.tree, "/d"));
  }
  void change() {
    for (auto count = random_() % 12; count > 0; --count) tree_.change();
    tree_.tree.now.seconds += 10;
  }
  void check(std::size_t job) {
    MemoryTree restored;
    RestoreOptions options;
    options.where = "/restored";
    ReportList report;
    const auto totals = jobs_.restore(job, restored, options, report);
    EXPECT_EQ(totals.errors, 0U) << report.text();
    EXPECT_EQ(tree::snapshot(restored, "/restored/d"), wanted_[job])
        << "job " << job << " of level " << static_cast<char>(levels_[job]);
  }
  std::size_t jobs() const { return levels_.size(); }

 private:
  JobLevel any_level() {
    constexpr JobLevel levels[] = {JobLevel::incremental, JobLevel::incremental,  JobLevel::incremental,
                                   JobLevel::incremental, JobLevel::differential, JobLevel::full};
    return levels[random_() % std::size(levels)];
  }

  std::mt19937& random_;
  const char* letters_;
  ChangingTree tree_;
  SavedJobs jobs_;
  std::vector<JobLevel> levels_;
  std::vector<Snapshot> wanted_;
  tree::TemporaryDirectory directory_;
};

TEST(AccurateModel, EachPointIsRestoredAsTheTreeWasThen) {
  const auto first = std::random_device()();
  for (std::uint32_t round = 0; round < 24 && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE(fmt::format("seed {}", first + round));
    std::mt19937 random(first + round);
    constexpr const char* letters[] = {"M", "Cmcs:", "S4Cpugsmc5:", ""};
    AccurateHistory history(random, letters[round % std::size(letters)]);
    for (int job = 0; job < 12; ++job) {
      history.back_up();
      history.check(history.jobs() - 1);
      history.change();
    }
    for (std::size_t job = 0; job < history.jobs(); ++job) history.check(job);
  }
}

}  // namespace
}  // namespace holdfast::archive
