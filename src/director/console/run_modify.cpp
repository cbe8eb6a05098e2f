// SPDX-License-Identifier: AGPL-3.0-or-later
// The menus behind "mod" (interop 09, section 9.1).

#include "base/renaming.h"
#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/codes.h"
#include "director/console/run.h"
#include "director/console/times.h"

namespace holdfast::director::console {
namespace {

enum class Changed { yes, no, refused };

struct Change {
  Command& command;
  catalog::Catalog& catalog;
  RunPlan& plan;
  RunRequest& request;

  Changed by_word(RunKey key, const std::string& value) {
    RunWords words;
    words[key] = value;
    return apply(command, catalog, plan, words, "user input") ? Changed::yes : Changed::refused;
  }
  /// A line of text; refusing it with "." ends the command.
  Changed by_line(RunKey key, std::string_view prompt) {
    const auto value = command.ask.line(prompt);
    return value ? by_word(key, *value) : Changed::refused;
  }
};

struct LevelChoice {
  std::string_view name;
  char level;
};
constexpr LevelChoice backup_levels[] = {
    {"Full", 'F'}, {"Incremental", 'I'}, {"Differential", 'D'}, {"Since", 'S'}, {"VirtualFull", 'f'}};
constexpr LevelChoice verify_levels[] = {{"Initialize Catalog", 'V'},
                                         {"Verify Catalog", 'C'},
                                         {"Verify Volume to Catalog", 'O'},
                                         {"Verify Disk to Catalog", 'd'},
                                         {"Verify Volume Data (not yet implemented)", 'A'}};

Changed change_level(Change& change) {
  std::span<const LevelChoice> choices;
  if (change.request.job->type == JobType::backup) choices = backup_levels;
  if (change.request.job->type == JobType::verify) choices = verify_levels;
  if (choices.empty()) {
    change.command.out.warning("Level not appropriate for this Job. Cannot be changed.\n");
    return Changed::no;
  }
  Selection selection{"Levels:\n", "", "Select level", {}};
  for (const LevelChoice& choice : choices) selection.entries.emplace_back(choice.name);
  const auto chosen = change.command.ask.select(selection);
  if (!chosen) return Changed::no;
  change.request.level = static_cast<JobLevel>(choices[*chosen].level);
  return Changed::yes;
}

Changed change_storage(Change& change) {
  const config::Storage* storage = select_storage(change.command);
  if (!storage) return Changed::no;
  change.request.storage = storage;
  change.request.storage_source = "user selection";
  return Changed::yes;
}

Changed change_job(Change& change) {
  const config::Job* job = select_job(change.command);
  if (!job) return Changed::no;
  change.request.job = job;
  change.request.level.reset();
  return Changed::yes;
}

Changed change_file_set(Change& change) {
  const config::FileSet* file_set = select_file_set(change.command);
  if (!file_set) return Changed::no;
  change.request.file_set = file_set;
  return Changed::yes;
}

Changed change_client(Change& change) {
  const config::Client* client = select_client(change.command);
  if (!client) return Changed::no;
  const bool restores = change.request.job->type == JobType::restore;
  (restores ? change.request.restore_client : change.request.client) = client;
  return Changed::yes;
}

Changed change_pool(Change& change) {
  const config::Pool* pool = select_pool(change.command);
  if (!pool) return Changed::no;
  change.request.pool = pool;
  change.request.pool_source = "user input";
  return Changed::yes;
}

Changed change_next_pool(Change& change) {
  const config::Pool* pool = select_pool(change.command);
  if (!pool) return Changed::no;
  change.request.next_pool = pool;
  change.plan.next_pool_source = "user input";
  return Changed::yes;
}

Changed change_verify_job(Change& change) {
  const config::Job* job = select_job(change.command);
  if (!job) return Changed::no;
  change.request.verify_job = job;
  return Changed::yes;
}

Changed change_format(Change& change) {
  return change.by_line(RunKey::backup_format, "Please enter Backup Format: ");
}

Changed change_time(Change& change) {
  const auto text =
      change.command.ask.line("Please enter desired start time as YYYY-MM-DD HH:MM:SS (return for now): ");
  if (!text) return Changed::refused;
  return change.by_word(RunKey::when, text->empty() ? "now" : *text);
}

Changed change_priority(Change& change) {
  const auto priority = change.command.ask.number("Enter new Priority: ");
  return priority ? change.by_word(RunKey::priority, std::to_string(*priority)) : Changed::refused;
}

Changed change_bootstrap(Change& change) {
  return change.by_line(RunKey::bootstrap, "Please enter the Bootstrap file name: ");
}

Changed change_where(Change& change) {
  const auto where = change.command.ask.line("Please enter the full path prefix for restore (/ for none): ");
  if (!where) return Changed::refused;
  return change.by_word(RunKey::where, *where == "/" ? "" : *where);
}

Changed change_replace(Change& change) {
  const auto chosen = change.command.ask.select(
      {"Replace:\n", "", "Select replace option", {"Always", "IfNewer", "IfOlder", "Never"}});
  if (!chosen) return Changed::no;
  static constexpr config::Replace choices[] = {config::Replace::always, config::Replace::if_newer,
                                                config::Replace::if_older, config::Replace::never};
  change.request.replace = choices[*chosen];
  return Changed::yes;
}

Changed change_job_id(Change& change) {
  return change.by_line(RunKey::job_id, "Please enter a JobId for restore: ");
}

Changed change_plugin_options(Change& change) {
  return change.by_line(RunKey::plugin_options, "Please enter Plugin Options string: ");
}

/// The dialogue that makes a RegexWhere out of prefixes and a suffix.
class Relocation {
 public:
  explicit Relocation(Change& change) : change_(change) {}

  Changed ask() {
    for (;;) {
      show("");
      const auto chosen =
          change_.command.ask.select({"This will replace your current Where value\n",
                                      "",
                                      "Select parameter to modify",
                                      {"Strip prefix", "Add prefix", "Add file suffix", "Enter a regexp",
                                       "Test filename manipulation", "Use this ?"}});
      if (!chosen) return Changed::no;
      switch (*chosen) {
        case 0: ask_for(strip_, "Please enter the path prefix to strip: "); break;
        case 1: ask_for(add_, "Please enter the path prefix to add (/ for none): "); break;
        case 2: ask_for(suffix_, "Please enter the file suffix to add: "); break;
        case 3: ask_for(regex_, "Please enter a valid regexp (!from!to!): "); break;
        case 4: test(); break;
        default: return change_.by_word(RunKey::regex_where, expression());
      }
    }
  }

 private:
  static std::string_view shown(const std::string& value) {
    return value.empty() ? "*None*" : std::string_view(value);
  }
  std::string expression() const {
    return regex_.empty() ? relocation_expression(strip_, add_, suffix_) : regex_;
  }

  void show(std::string_view result) {
    change_.command.out.text(regex_.empty() ? fmt::format("strip_prefix={} add_prefix={} add_suffix={}{}\n",
                                                          shown(strip_), shown(add_), shown(suffix_), result)
                                            : fmt::format("regexwhere={}{}\n", regex_, result));
  }
  void ask_for(std::string& value, std::string_view prompt) {
    if (const auto answer = change_.command.ask.line(prompt))
      value = *answer == "/" && &value == &add_ ? "" : *answer;
  }
  void test() {
    show(fmt::format(" result={}", expression()));
    change_.command.out.text("Enter a period (.) to stop this test\n");
    while (const auto name = change_.command.ask.line("Please enter filename to test: "))
      change_.command.out.text(fmt::format("{} -> {}\n", *name, relocated(expression(), *name)));
  }

  Change& change_;
  std::string strip_, add_, suffix_, regex_;
};

Changed change_relocation(Change& change) { return Relocation(change).ask(); }

struct Parameter {
  std::string_view name;
  Changed (*change)(Change&);
};

std::vector<Parameter> parameters_of(const RunRequest& request) {
  const bool restores = request.job->type == JobType::restore;
  std::vector<Parameter> parameters{{"Level", change_level},
                                    {"Storage", change_storage},
                                    {"Job", change_job},
                                    {"FileSet", change_file_set},
                                    {restores ? "Restore Client" : "Client", change_client},
                                    {"Backup Format", change_format},
                                    {"When", change_time},
                                    {"Priority", change_priority}};
  const auto add = [&](std::initializer_list<Parameter> more) {
    parameters.insert(parameters.end(), more.begin(), more.end());
  };
  switch (request.job->type) {
    case JobType::backup:
      add({{"Pool", change_pool}});
      if (request.level.value_or(request.job->level) == JobLevel::virtual_full)
        add({{"NextPool", change_next_pool}});
      add({{"Plugin Options", change_plugin_options}});
      break;
    case JobType::copy:
    case JobType::migrate: add({{"Pool", change_pool}, {"NextPool", change_next_pool}}); break;
    case JobType::verify: add({{"Pool", change_pool}, {"Verify Job", change_verify_job}}); break;
    case JobType::restore:
      add({{"Bootstrap", change_bootstrap},
           {"Where", change_where},
           {"File Relocation", change_relocation},
           {"Replace", change_replace},
           {"JobId", change_job_id},
           {"Plugin Options", change_plugin_options}});
      break;
    default: break;
  }
  return parameters;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '!' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

}  // namespace

Modified modify_by_menu(Command& command, catalog::Catalog& catalog, RunPlan& plan) {
  const auto parameters = parameters_of(plan.request);
  Selection selection{"Parameters to modify:\n", "", "Select parameter to modify", {}};
  for (const Parameter& parameter : parameters) selection.entries.emplace_back(parameter.name);
  const auto chosen = command.ask.select(selection);
  if (!chosen) return command.ask.is_gone() ? Modified::refused : Modified::again;
  Change change{command, catalog, plan, plan.request};
  return parameters[*chosen].change(change) == Changed::refused ? Modified::refused : Modified::again;
}

std::string relocation_expression(std::string_view strip_prefix, std::string_view add_prefix,
                                  std::string_view add_suffix) {
  std::string expression;
  const auto add = [&](const std::string& part) { expression += (expression.empty() ? "" : ",") + part; };
  if (!strip_prefix.empty()) add(fmt::format("!{}!!i", escaped(strip_prefix)));
  if (!add_suffix.empty()) add(fmt::format("!([^/])$!$1{}!", escaped(add_suffix)));
  if (!add_prefix.empty()) add(fmt::format("!^!{}!", escaped(add_prefix)));
  return expression;
}

std::string relocated(std::string_view expression, std::string name) {
  try {
    return RegexWhere(expression).apply(name);
  } catch (const Error&) {
    return name;  // An expression that is no expression changes nothing; the client will refuse it.
  }
}

}  // namespace holdfast::director::console
