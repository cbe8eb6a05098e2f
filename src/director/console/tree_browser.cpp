// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/tree_browser.h"

#include <algorithm>

#include "base/text.h"
#include "director/console/glob.h"
#include "director/console/session.h"
#include "director/console/times.h"
#include "format/packed_stat.h"
#include "os/account_names.h"

namespace holdfast::director::console {
namespace {

enum class Next { go_on, failed, silent, done, give_up };

/// What the commands of the mode work with.
struct Browser {
  Command& command;
  RestoreTree& tree;
  CommandLine line;
  std::string directory;  ///< "" is the root

  void say(std::string_view text) { command.out.direct(text); }
  void warn(std::string_view text) { say_as(wire::Signal::warning_message, text); }
  void say_as(wire::Signal text_class, std::string_view text) {
    if (is_for_programs()) command.out.signal(text_class);
    say(text);
  }
  bool is_for_programs() const { return command.out.api() != Api::text; }
  std::string shown_directory() const { return directory.empty() ? "/" : directory; }
  std::vector<RestoreTree::Entry> matching(const Word& word) { return tree.matching(directory, word.text()); }
  /// The entries of the directory, restricted by the first argument.
  std::vector<RestoreTree::Entry> listed() {
    auto entries = tree.entries(directory);
    if (line.arguments().empty()) return entries;
    const std::string pattern = line.arguments()[0].text();
    std::erase_if(entries, [&](const RestoreTree::Entry& entry) {
      std::string_view name = entry.name;
      if (entry.is_directory) name.remove_suffix(1);
      return !glob_matches(pattern, name);
    });
    return entries;
  }
};

std::string tag_text(char tag) { return tag == ' ' ? "" : std::string(1, tag); }

std::string counted(std::uint64_t count, std::string_view one, std::string_view many, std::string_view done) {
  if (count == 0) return fmt::format("No {} newly {}.\n", many, done);
  if (count == 1) return fmt::format("1 {} newly {}.\n", one, done);
  return fmt::format("{} {} newly {}.\n", with_thousands(count), many, done);
}

/// What marking counts, and how it is done.
struct Markable {
  std::string_view one;
  std::string_view many;
  std::uint64_t (RestoreTree::*mark)(const std::vector<RestoreTree::Entry>&, bool);
};
constexpr Markable files{"file", "files", &RestoreTree::mark};
constexpr Markable directories{"directory", "directories", &RestoreTree::mark_directories};

Next mark_with(Browser& browser, const Markable& kind, bool marked) {
  const std::string_view done = marked ? "marked" : "unmarked";
  if (browser.line.arguments().empty()) {
    browser.say(fmt::format("No {} {}.\n", kind.many, done));
    return Next::go_on;
  }
  std::vector<RestoreTree::Entry> entries;
  for (const Word& word : browser.line.arguments())
    for (auto& entry : browser.matching(word)) entries.push_back(std::move(entry));
  browser.say(counted((browser.tree.*kind.mark)(entries, marked), kind.one, kind.many, done));
  return Next::go_on;
}

Next mark(Browser& browser) { return mark_with(browser, files, true); }
Next unmark(Browser& browser) { return mark_with(browser, files, false); }
Next mark_directory(Browser& browser) { return mark_with(browser, directories, true); }
Next unmark_directory(Browser& browser) { return mark_with(browser, directories, false); }

Next bare_directory(Browser& browser) {
  browser.say(browser.shown_directory());
  return Next::go_on;
}

Next show_directory(Browser& browser) {
  if (browser.is_for_programs()) return bare_directory(browser);
  browser.say(fmt::format("cwd is: {}\n", browser.shown_directory()));
  return Next::go_on;
}

Next change_directory(Browser& browser) {
  if (browser.line.arguments().size() != 1) {
    browser.say_as(wire::Signal::error_message, "Too few or too many arguments. Try using double quotes.\n");
    return Next::go_on;
  }
  const std::string path = browser.line.arguments()[0].text();
  auto found = browser.tree.directory(browser.directory, path);
  const bool names_drive = path.size() >= 2 && path[1] == ':';
  if (!found && names_drive) found = browser.tree.directory("", path);
  if (found)
    browser.directory = *found;
  else
    browser.warn("Invalid path given.\n");
  return show_directory(browser);
}

Next list(Browser& browser) {
  for (const auto& entry : browser.listed())
    browser.say(fmt::format("{}{}\n", tag_text(browser.tree.tag(entry)), entry.name));
  return Next::go_on;
}

Next list_names(Browser& browser) {
  for (const auto& entry : browser.listed()) browser.say(entry.name + "\n");
  return Next::go_on;
}

Next list_directories(Browser& browser) {
  for (const auto& entry : browser.listed())
    if (entry.is_directory) browser.say(entry.name + "\n");
  return Next::go_on;
}

Next list_marked_names(Browser& browser) {
  for (const auto& entry : browser.listed())
    if (browser.tree.tag(entry) != ' ') browser.say(entry.name + "\n");
  return Next::go_on;
}

void list_marked_below(Browser& browser, std::string_view directory, std::size_t depth) {
  constexpr std::size_t deepest = 200;
  for (const auto& entry : browser.tree.entries(directory)) {
    const char tag = browser.tree.tag(entry);
    if (tag == ' ') continue;
    browser.say(fmt::format("{:{}}{}{}\n", "", depth * 2, tag, entry.name));
    if (entry.is_directory && depth < deepest) list_marked_below(browser, entry.path, depth + 1);
  }
}

Next list_marked(Browser& browser) {
  list_marked_below(browser, browser.directory, 0);
  return Next::go_on;
}

std::string mode_text(std::uint32_t mode) {
  static constexpr std::pair<std::uint32_t, char> kinds[] = {{0140000, 's'}, {0120000, 'l'}, {0100000, '-'},
                                                             {0060000, 'b'}, {0040000, 'd'}, {0020000, 'c'},
                                                             {0010000, 'p'}};
  std::string text = "?rwxrwxrwx";
  for (const auto& [bits, letter] : kinds)
    if ((mode & 0170000) == bits) text[0] = letter;
  for (std::size_t i = 0; i < 9; ++i)
    if ((mode & (0400U >> i)) == 0) text[i + 1] = '-';
  const auto special = [&](std::uint32_t bit, std::size_t at, char both, char alone) {
    if (mode & bit) text[at] = text[at] == 'x' ? both : alone;
  };
  special(04000, 3, 's', 'S');
  special(02000, 6, 's', 'S');
  special(01000, 9, 't', 'T');
  return text;
}

/// The names of a file's owners as this host knows them; the number where it does not.
std::string owner_name(std::uint32_t uid) { return os::user_name(uid).value_or(std::to_string(uid)); }
std::string group_name(std::uint32_t gid) { return os::group_name(gid).value_or(std::to_string(gid)); }

std::string long_line(const RestoreTree::Entry& entry, const format::PackedStat& stat, char tag) {
  const std::int64_t newer = std::max(stat.change_time, stat.modification_time);
  return fmt::format("{}  {:2} {} ({:.8}) {} ({:.8})  {:>12.12}  {} {} {}\n", mode_text(stat.mode),
                     stat.links, stat.uid, owner_name(stat.uid), stat.gid, group_name(stat.gid),
                     std::to_string(stat.size), standard_time(newer), tag, entry.path);
}

std::string dot_line(const RestoreTree::Entry& entry, const format::PackedStat& stat, char tag) {
  return fmt::format("{},{},{}({}),{}({}),{},{},{},{}\n", mode_text(stat.mode), stat.links, stat.uid,
                     owner_name(stat.uid), stat.gid, group_name(stat.gid), stat.size,
                     standard_time(stat.modification_time), tag, entry.path);
}

Next list_long_with(Browser& browser,
                    std::string (*line_of)(const RestoreTree::Entry&, const format::PackedStat&, char)) {
  const auto entries = browser.listed();
  if (entries.empty()) browser.say(fmt::format("Node {} has no children.\n", browser.shown_directory()));
  for (const auto& entry : entries) {
    format::PackedStat unknown;
    unknown.mode = entry.is_directory ? 0040000 : 0;
    browser.say(line_of(entry, format::unpack_stat(entry.stat).value_or(unknown), browser.tree.tag(entry)));
  }
  return Next::go_on;
}

Next list_long(Browser& browser) { return list_long_with(browser, long_line); }
Next list_long_for_programs(Browser& browser) { return list_long_with(browser, dot_line); }

/// Lines about files, said in the order in which the files were saved; where they are very many, in pieces.
class LinesAsSaved {
 public:
  explicit LinesAsSaved(Browser& browser) : browser_(browser) {}

  void add(const catalog::FileRow& row, std::string line) {
    constexpr std::size_t most_kept = 100'000;
    lines_.push_back({row.job, row.file_index, std::move(line)});
    if (lines_.size() == most_kept) say();
  }
  void say() {
    std::sort(lines_.begin(), lines_.end());
    for (const auto& [job, index, line] : lines_) browser_.say(line);
    lines_.clear();
  }

 private:
  Browser& browser_;
  std::vector<std::tuple<JobId, std::uint32_t, std::string>> lines_;
};

Next find(Browser& browser) {
  if (browser.line.arguments().empty()) {
    browser.say("No file specification given.\n");
    return Next::go_on;
  }
  LinesAsSaved lines(browser);
  browser.tree.each([&](const catalog::FileRow& row) {
    const std::string path = std::string(row.path) + std::string(row.name);
    std::string_view name = path;
    if (name.ends_with('/')) name.remove_suffix(1);
    name = name.substr(name.rfind('/') + 1);
    for (const Word& word : browser.line.arguments()) {
      if (!glob_matches(word.text(), name)) continue;
      lines.add(row, fmt::format("{}{}\n", tag_text(browser.tree.tag(path)), path));
      break;
    }
    return true;
  });
  lines.say();
  return Next::go_on;
}

Next count(Browser& browser) {
  std::uint64_t all = 0;
  std::uint64_t marked = 0;
  browser.tree.each([&](const catalog::FileRow& row) {
    ++all;
    if (browser.tree.is_marked(std::string(row.path) + std::string(row.name))) ++marked;
    return true;
  });
  browser.say(fmt::format("{} total files/dirs. {} marked to be restored.\n", with_thousands(all),
                          with_thousands(marked)));
  return Next::go_on;
}

Next estimate(Browser& browser) {
  constexpr std::uint32_t regular = 0100000;
  std::uint64_t all = 0;
  std::uint64_t marked = 0;
  std::uint64_t bytes = 0;
  browser.tree.each([&](const catalog::FileRow& row) {
    ++all;
    const char tag = browser.tree.tag(std::string(row.path) + std::string(row.name));
    if (tag == ' ') return true;
    ++marked;
    const auto stat = format::unpack_stat(row.stat);
    if (stat && (stat->mode & 0170000) == regular && stat->size > 0)
      bytes += static_cast<std::uint64_t>(stat->size);
    return true;
  });
  browser.say(fmt::format("{} total files; {} marked to be restored; {} bytes.\n", all, marked,
                          with_thousands(bytes)));
  return Next::go_on;
}

Next help(Browser& browser);
Next help_names(Browser& browser);
Next finish(Browser&) { return Next::done; }
Next give_up(Browser&) { return Next::give_up; }

struct TreeCommand {
  std::string_view name;
  std::string_view description;
  bool audited;
  Next (*handle)(Browser&);
};

// The order decides what an abbreviation means.
constexpr TreeCommand tree_commands[] = {
    {"abort", "abort and do not do restore", true, give_up},
    {"add", "add dir/file to be restored recursively, wildcards allowed", true, mark},
    {"cd", "change current directory", true, change_directory},
    {"count", "count marked files in and below the cd", false, count},
    {"delete", "delete dir/file to be restored recursively in dir", true, unmark},
    {"dir", "long list current directory, wildcards allowed", false, list_long},
    {".dir", "", false, list_long_for_programs},
    {"done", "leave file selection mode", true, finish},
    {"estimate", "estimate restore size", false, estimate},
    {"exit", "same as done command", true, finish},
    {"find", "find files, wildcards allowed", false, find},
    {"help", "print help", false, help},
    {"ls", "list current directory, wildcards allowed", false, list},
    {".ls", "", false, list_names},
    {".lsdir", "", false, list_directories},
    {"lsmark", "list the marked files in and below the cd", false, list_marked},
    {".lsmark", "", false, list_marked_names},
    {"mark", "mark dir/file to be restored recursively, wildcards allowed", true, mark},
    {"markdir", "mark directory name to be restored (no files)", true, mark_directory},
    {"pwd", "print current working directory", false, show_directory},
    {".pwd", "", false, bare_directory},
    {"unmark", "unmark dir/file to be restored recursively in dir", true, unmark},
    {"unmarkdir", "unmark directory name only no recursion", true, unmark_directory},
    {"quit", "quit and do not do restore", true, give_up},
    {".help", "", false, help_names},
    {"?", "print help", false, help},
};

Next help(Browser& browser) {
  browser.say("  Command    Description\n  =======    ===========\n");
  for (const TreeCommand& entry : tree_commands)
    if (!entry.name.starts_with('.'))
      browser.say(fmt::format("  {:<10} {}\n", entry.name, entry.description));
  browser.say("\n");
  return Next::go_on;
}

Next help_names(Browser& browser) {
  for (const TreeCommand& entry : tree_commands)
    if (!entry.name.starts_with('.')) browser.say(fmt::format("{}\n", entry.name));
  return Next::go_on;
}

const TreeCommand* find_command(std::string_view word) {
  const auto at =
      std::find_if(std::begin(tree_commands), std::end(tree_commands), [&](const TreeCommand& entry) {
        return entry.name.size() >= word.size() &&
               equal_ignoring_case(entry.name.substr(0, word.size()), word);
      });
  return at == std::end(tree_commands) ? nullptr : &*at;
}

void audit(Browser& browser, const TreeCommand& entry) {
  if (entry.audited && browser.command.config().director().auditing)
    browser.command.session.audit(fmt::format(" cmdline {}\n", printable(browser.line.text())));
}

Next run(Browser& browser) {
  const std::string_view word = browser.line.command();
  const TreeCommand* entry = find_command(word);
  if (entry) {
    audit(browser, *entry);
    return entry->handle(browser);
  }
  if (word.starts_with('.')) return Next::silent;
  browser.warn(fmt::format("Invalid command \"{}\". Enter \"done\" to exit.\n", printable(word)));
  return Next::failed;
}

constexpr std::string_view banner =
    "\nYou are now entering file selection mode where you add (mark) and\n"
    "remove (unmark) files to be restored. No files are initially added, unless\n"
    "you used the \"all\" keyword on the command line.\n"
    "Enter \"done\" to leave this mode.\n\n";

}  // namespace

Browsed browse(Command& command, RestoreTree& tree) {
  Browser browser{command, tree, CommandLine(), ""};
  browser.say(banner);
  command.out.signal(wire::Signal::start_restore_tree);
  browser.say("cwd is: /\n");
  Next next = Next::go_on;
  while (next != Next::done && next != Next::give_up) {
    const auto text = command.ask.tree_command("$ ");
    if (!text) return Browsed::given_up;
    if (*text == ".") break;
    browser.line = CommandLine(*text);
    if (browser.line.empty()) continue;
    command.out.begin();
    next = run(browser);
    if (next != Next::silent)
      command.out.status_signal(next == Next::failed ? Output::Status::failed : Output::Status::ok);
  }
  command.out.signal(wire::Signal::end_restore_tree);
  return next == Next::give_up ? Browsed::given_up : Browsed::done;
}

}  // namespace holdfast::director::console
