// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <filesystem>
#include <fstream>
#include <iostream>

#include "apps/common/command_line.h"
#include "apps/holdfast-tools/tools.h"
#include "archive/estimate.h"
#include "base/error.h"
#include "selection/selection.h"
#include "selection/walk.h"
#include "tree/posix_source.h"

namespace holdfast::apps {
namespace {

struct Wanted {
  std::string include_file, exclude_file;
  bool attributes = false, quiet = false;
  bool from_input = false;
  bool crosses_file_systems = false;
  int debug_level = 0;
  bool debug_timestamps = false;
  std::vector<std::string> paths;
};

class Lister final : public selection::Visitor {
 public:
  explicit Lister(const Wanted& wanted) : wanted_(wanted) {}

  void found(selection::Found file, tree::Directory* contents) override {
    ++seen_;
    if (wanted_.quiet) return;
    std::string target;
    if (file.stat.kind() == tree::Kind::symlink)
      target = file.parent->read_link(std::string(file.name())).value_or("");
    fmt::print("{}\n", archive::list_line(file.stat, file.stat.change.seconds, file.path, target));
    if (wanted_.attributes) print_attributes(file, contents);
  }
  void examined() override {}
  void leave(std::unique_ptr<tree::Directory>) override {}
  void trouble(Trouble, MessageType, std::string text) override { fmt::print(stderr, "{}\n", text); }

  std::uint64_t seen() const { return seen_; }

 private:
  static void print_attributes(const selection::Found& file, tree::Directory* contents) {
    const auto all =
        contents != nullptr ? contents->attributes() : file.parent->attributes(std::string(file.name()));
    if (!all) {
      fmt::print(stderr, "Cannot read the attributes of {}: {}\n", file.path, all.error().message());
      return;
    }
    for (const auto& attribute : *all)
      fmt::print("           {} ({} bytes)\n", attribute.name, attribute.value.size());
  }

  const Wanted& wanted_;
  std::uint64_t seen_ = 0;
};

/// One a line, empty lines left out.
void read_lines(std::istream& from, std::vector<std::string>& lines) {
  for (std::string line; std::getline(from, line);)
    if (!line.empty()) lines.push_back(line);
}

void read_lines(const std::string& path, const char* what, std::vector<std::string>& lines) {
  if (path.empty()) return;
  std::ifstream file(path);
  if (!file)
    throw Error(ErrorKind::not_found, "Could not open {} file: {}, ERR={}", what, path,
                std::error_code(errno, std::generic_category()).message());
  read_lines(file, lines);
}

/// A FileSet names things from the root, without slash at the end.
std::string as_file_set_entry(const std::string& path) {
  std::string full = std::filesystem::absolute(path).lexically_normal().string();
  while (full.size() > 1 && full.ends_with('/')) full.pop_back();
  return full;
}

selection::FileSet file_set(const Wanted& wanted) {
  selection::Include include;
  include.options.emplace_back().cross_file_systems = wanted.crosses_file_systems;
  std::vector<std::string> paths;
  for (const auto& path : wanted.paths) {
    if (path == "-")
      read_lines(std::cin, paths);
    else
      paths.push_back(path);
  }
  read_lines(wanted.include_file, "include", paths);
  for (const auto& path : paths) include.files.push_back(as_file_set_entry(path));
  selection::FileSet files;
  files.includes.push_back(std::move(include));
  read_lines(wanted.exclude_file, "exclude", files.excludes.emplace_back().files);
  return files;
}

void declare(CommandLine& line, Wanted& wanted) {
  line.flag("-a,--attributes", "Name ACLs and extended attributes too.", wanted.attributes);
  line.option("-e,--exclude",
              "A file with wildcards of what is left out, one a line, as in Exclude of a FileSet.",
              wanted.exclude_file);
  line.option("-i,--include", "A file with further paths, one a line.", wanted.include_file);
  line.flag("-q,--quiet", "Only count.", wanted.quiet);
  line.flag("--onefs-off", "Enter other file systems too, as with One FS = no.", wanted.crosses_file_systems);
  line.option("-d,--debug-level", "Accepted for scripts.", wanted.debug_level);
  line.flag("--dt,--debug-timestamps", "Accepted for scripts.", wanted.debug_timestamps);
  line.positional("path", "Files and directories; - reads them from standard input, one a line.",
                  wanted.paths, 0, 1'000'000);
}

}  // namespace

int run_list_files(int argc, const char* const* argv) {
  CommandLine line("btestls",
                   "Lists the files that a backup of some paths would save\n\nThe walk is the one of the "
                   "File Daemon, so that "
                   "what it leaves out, and why, is what a job would say.");
  Wanted wanted;
  declare(line, wanted);
  if (const auto code = line.parse(argc, argv)) return *code;
  if (wanted.paths.empty() && wanted.include_file.empty()) {
    fmt::print(stderr, "ERROR: no path\n\n{}", line.help());
    return exit_command_line;
  }
  tree::PosixSource source;
  selection::EverythingIsNew everything;
  const selection::Selection selection(file_set(wanted));
  Lister lister(wanted);
  selection::Walk(source, selection, everything, lister).run({});
  fmt::print("Files seen = {}\n", lister.seen());
  return exit_success;
}

}  // namespace holdfast::apps
