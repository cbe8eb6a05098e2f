// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <cstdio>
#include <iostream>
#include <optional>

#include "apps/common/command_line.h"
#include "apps/holdfast-tools/checked_catalog.h"
#include "apps/holdfast-tools/tools.h"
#include "base/error.h"
#include "base/text.h"
#include "catalog/check.h"
#include "catalog/sql_session.h"

namespace holdfast::apps {
namespace {

struct Wanted {
  CatalogArguments catalog;
  bool prints_catalog = false, is_batch = false, repairs = false;
  int verbosity = 0;
};

/// What was typed; nothing at the end of the input.
std::optional<std::string> ask(const std::string& question) {
  fmt::print("{}", question);
  std::fflush(stdout);
  std::string answer;
  if (!std::getline(std::cin, answer)) return std::nullopt;
  return std::string(trim(answer));
}

bool says_yes(const std::string& question) {
  const auto answer = ask(question);
  return answer && (*answer == "yes" || *answer == "y");
}

/// Runs checks, in a menu or one after the other, and remembers whether all went well.
class CatalogChecks {
 public:
  CatalogChecks(std::unique_ptr<catalog::SqlConnection> connection, const catalog::NamedResources* named,
                const Wanted& wanted)
      : session_(std::move(connection)),
        checks_(catalog::make_checks(session_, named)),
        is_batch_(wanted.is_batch),
        repairs_(wanted.repairs),
        is_verbose_(wanted.verbosity > 0) {}

  int run_all() {
    for (auto& entry : checks_) run(entry);
    return is_good_ ? exit_success : exit_failure;
  }

  /// Until 0 is chosen or the input ends.
  int run_menu() {
    fmt::print("Hello, this is the Bareos database check/correct program.\n");
    while (true) {
      print_menu();
      const auto answer = ask("Select function number: ");
      if (!answer || *answer == "0") return is_good_ ? exit_success : exit_failure;
      serve(*answer);
    }
  }

 private:
  static constexpr std::size_t first_check = 3;

  void print_menu() const {
    const auto word = [](bool is_on) { return is_on ? "on" : "off"; };
    fmt::print("Modify database is {}. Verbose is {}.\n", word(repairs_), word(is_verbose_));
    fmt::print("Please select the function you want to perform.\n");
    std::size_t number = 0;
    const auto entry = [&](const std::string& text) { fmt::print("    {:2}) {}\n", number++, text); };
    entry("Quit");
    entry("Toggle modify database flag");
    entry("Toggle verbose flag");
    for (const auto& check : checks_) entry(fmt::format("Check for {} records", check.in_menus));
    entry("Run ALL checks");
  }

  void serve(const std::string& answer) {
    const auto number = parse_number<std::size_t>(answer);
    if (number == 1U) {
      repairs_ = !repairs_;
    } else if (number == 2U) {
      is_verbose_ = !is_verbose_;
    } else if (number && *number >= first_check && *number < first_check + checks_.size()) {
      run(checks_[*number - first_check]);
    } else if (number == first_check + checks_.size()) {
      run_all();
    } else {
      fmt::print("\"{}\" is none of the functions.\n", printable(answer));
    }
  }

  void run(catalog::CheckEntry& entry) {
    fmt::print("Checking for {} records.\n", entry.kind);
    if (!entry.check) {
      fmt::print(
          "Passed over: only with the configuration of the Director (-c) can be told which are used.\n");
      return;
    }
    const auto found = entry.check->count();
    fmt::print("Found {} {} records.\n", found, entry.kind);
    if (found == 0) return;
    if (is_verbose_ && (is_batch_ || says_yes("Print them? (yes/no): ")))
      entry.check->list([](std::string_view row) { fmt::print("{}\n", printable(row)); });
    if (repairs_) repair(entry, found);
  }

  void repair(catalog::CheckEntry& entry, std::uint64_t found) {
    const bool removes = entry.repair == catalog::CheckEntry::Repair::removes;
    fmt::print("{} {} {} records.\n", removes ? "Deleting" : "Reparing", found, entry.kind);
    std::fflush(stdout);
    try {
      entry.check->repair();
    } catch (const Error& error) {
      // The other checks are of use all the same.
      if (error.kind() != ErrorKind::refused) throw;
      fmt::print(stderr, "{}\n", error.message());
      is_good_ = false;
    }
  }

  catalog::SqlSession session_;
  std::vector<catalog::CheckEntry> checks_;
  bool is_batch_, repairs_, is_verbose_;
  bool is_good_ = true;
};

void declare(CommandLine& line, Wanted& wanted) {
  line.existing_path("-c,--config",
                     "Configuration of the Director; without it and without words the default one.",
                     wanted.catalog.configuration);
  line.flag("-B,--print-catalog", "Print what scripts need to reach the catalog, and end.",
            wanted.prints_catalog);
  line.flag("-b,--batch", "Run all checks without asking.", wanted.is_batch);
  line.option("-C,--catalog", "The Catalog resource; the first, when absent.", wanted.catalog.name);
  line.option("-D,--driver",
              "sqlite: the database is a file in the working directory, where no configuration is read. Else "
              "ignored.",
              wanted.catalog.driver);
  line.flag("-f,--fix", "Repair what is found.", wanted.repairs);
  line.counter("-v,--verbose", "Print the records that are found.", wanted.verbosity);
  line.positional(
      "working_directory",
      "Instead of a configuration: working_directory [database_name [user [password [host [port]]]]], with "
      "the database bareos and the user bareos when absent.",
      wanted.catalog.words, 0, 6);
  line.exit_status(exit_failure, "The catalog cannot be used, or something could not be repaired.");
}

}  // namespace

int run_check_catalog(int argc, const char* const* argv) {
  CommandLine line(
      "bareos-dbcheck",
      "Checks the catalog for records that are wrong or not needed, and repairs it\n\nWithout -f nothing is "
      "changed. Nothing that is in use is ever removed. Directories, FileSets, clients and storages are "
      "repaired only while no job is running.");
  Wanted wanted;
  declare(line, wanted);
  if (const auto code = line.parse(argc, argv)) return *code;
  if (!wanted.catalog.words.empty() && !wanted.catalog.configuration.empty()) {
    fmt::print(stderr, "ERROR: either -c or a working directory\n\n{}", line.help());
    return exit_command_line;
  }
  const auto chosen = find_catalog(wanted.catalog);
  if (!chosen) return exit_configuration;
  if (wanted.prints_catalog) {
    fmt::print("{}", chosen->description());
    return exit_success;
  }
  CatalogChecks checks(chosen->connect(), chosen->named ? &*chosen->named : nullptr, wanted);
  return wanted.is_batch ? checks.run_all() : checks.run_menu();
}

}  // namespace holdfast::apps
