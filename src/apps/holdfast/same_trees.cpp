// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast/same_trees.h"

#include <fmt/core.h>

#include <array>
#include <fstream>

namespace holdfast::apps {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_differences = 10;
constexpr std::size_t buffer_size = 128 * 1024;

class Comparison {
 public:
  Comparison(const fs::path& original, const fs::path& copy) : original_(original), copy_(copy) {}

  TreeComparison run() {
    compare_entry({});
    std::error_code problem;
    fs::recursive_directory_iterator walk(original_, problem);
    for (; !problem && walk != fs::recursive_directory_iterator(); walk.increment(problem)) {
      if (walk->is_directory() && !walk->is_symlink() && !is_readable_folder(walk->path())) {
        walk.disable_recursion_pending();
      }
      compare_entry(walk->path().lexically_relative(original_));
    }
    find_additions();
    return std::move(result_);
  }

 private:
  static bool is_readable_folder(const fs::path& folder) {
    std::error_code problem;
    fs::directory_iterator unused(folder, problem);
    return !problem;
  }

  void differs(const fs::path& name, std::string_view how) {
    if (++result_.different <= most_differences) {
      result_.differences.push_back(fmt::format("{}: {}", (original_ / name).string(), how));
    }
  }

  void compare_entry(const fs::path& name) {
    std::error_code problem;
    const auto here = fs::symlink_status(name.empty() ? original_ : original_ / name, problem);
    const auto there = fs::symlink_status(name.empty() ? copy_ : copy_ / name, problem);
    if (here.type() == fs::file_type::socket) return;  // sockets are never saved
    ++result_.files;
    if (here.type() == fs::file_type::regular && !std::ifstream(original_ / name)) {
      ++result_.unreadable;
    } else if (!fs::exists(there)) {
      differs(name, "missing");
    } else if (here.type() != there.type()) {
      differs(name, "of another kind");
    } else {
      compare_kind(name, here, there);
    }
  }

  void compare_kind(const fs::path& name, const fs::file_status& here, const fs::file_status& there) {
    if (here.type() == fs::file_type::symlink) {
      if (fs::read_symlink(original_ / name) != fs::read_symlink(copy_ / name))
        differs(name, "link target differs");
      return;
    }
    if (here.permissions() != there.permissions()) differs(name, "mode differs");
    if (here.type() == fs::file_type::regular && !same_content(original_ / name, copy_ / name)) {
      differs(name, "content differs");
    }
  }

  bool same_content(const fs::path& one, const fs::path& other) {
    std::ifstream left(one, std::ios::binary);
    std::ifstream right(other, std::ios::binary);
    if (!left || !right) return false;
    while (true) {
      left.read(left_.data(), buffer_size);
      right.read(right_.data(), buffer_size);
      if (left.gcount() != right.gcount()) return false;
      const auto count = static_cast<std::size_t>(left.gcount());
      if (!std::equal(left_.begin(), left_.begin() + left.gcount(), right_.begin())) return false;
      result_.bytes += count;
      if (count < buffer_size) return !left.bad() && !right.bad();
    }
  }

  /// What lies in the copy and not in the original.
  void find_additions() {
    std::error_code problem;
    fs::recursive_directory_iterator walk(copy_, problem);
    for (; !problem && walk != fs::recursive_directory_iterator(); walk.increment(problem)) {
      const auto name = walk->path().lexically_relative(copy_);
      if (!fs::exists(fs::symlink_status(original_ / name, problem)))
        differs(name, "only in the restored tree");
    }
  }

  const fs::path& original_;
  const fs::path& copy_;
  TreeComparison result_;
  std::vector<char> left_ = std::vector<char>(buffer_size);
  std::vector<char> right_ = std::vector<char>(buffer_size);
};

}  // namespace

TreeComparison compare_trees(const fs::path& original, const fs::path& copy) {
  return Comparison(original, copy).run();
}

}  // namespace holdfast::apps
