// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/run_script_type.h"

#include <fmt/core.h>

#include <array>

#include "config/block_keywords.h"
#include "config/director_resources.h"
#include "config/value_types.h"

namespace holdfast::config {

namespace types {
constinit const ShortScriptType run_before_job{RunScript::Form::run_before_job};
constinit const ShortScriptType run_after_job{RunScript::Form::run_after_job};
constinit const ShortScriptType run_after_failed_job{RunScript::Form::run_after_failed_job};
constinit const ShortScriptType client_run_before_job{RunScript::Form::client_run_before_job};
constinit const ShortScriptType client_run_after_job{RunScript::Form::client_run_after_job};
constinit const RunScriptType run_script{"RUNSCRIPT"};
}  // namespace types

namespace {

using Form = RunScript::Form;
using Kind = RunScript::Kind;

constexpr std::string_view the_jobs_client = "%c";

struct ShortForm {
  Form form;
  std::string_view name;
  RunsWhen when;
  std::string_view target;
  bool on_success;
  bool on_failure;
  bool fail_job_on_error;
};

constexpr std::array short_forms{
    ShortForm{Form::run_before_job, "RunBeforeJob", RunsWhen::before, "", true, false, true},
    ShortForm{Form::client_run_before_job, "ClientRunBeforeJob", RunsWhen::before, the_jobs_client, true,
              false, true},
    ShortForm{Form::run_after_job, "RunAfterJob", RunsWhen::after, "", true, false, false},
    ShortForm{Form::client_run_after_job, "ClientRunAfterJob", RunsWhen::after, the_jobs_client, true, false,
              false},
    ShortForm{Form::run_after_failed_job, "RunAfterFailedJob", RunsWhen::after, "", false, true, false}};

const ShortForm& short_form(Form form) {
  for (const auto& known : short_forms) {
    if (known.form == form) return known;
  }
  return short_forms.front();
}

/// A RunScript block while it is read.
struct ScriptBlock {
  RunScript settings;
  Token target;
  std::vector<std::pair<Kind, std::string>> commands;
};

using Keyword = BlockKeyword<ScriptBlock>;

template <Kind kind>
void read_command(ValueReader& from, ScriptBlock& block, const Keyword&) {
  from.equals();
  block.commands.emplace_back(kind, from.string().text);
  from.finish_line();
}

template <bool RunScript::*Member>
void read_switch(ValueReader& from, ScriptBlock& block, const Keyword&) {
  from.equals();
  block.settings.*Member = from.boolean();
  from.finish_line();
}

void read_when(ValueReader& from, ScriptBlock& block, const Keyword&) {
  from.equals();
  const Token token = from.name();
  const auto when = parse_keyword<RunsWhen>(token.text);
  if (!when) fail(token, "Expect Before, After, AfterVSS or Always, got: " + printable(token.text));
  block.settings.when = *when;
  from.finish_line();
}

void read_target(ValueReader& from, ScriptBlock& block, const Keyword&) {
  from.equals();
  block.target = from.string();
  const std::string& word = block.target.text;
  if (equal_ignoring_case(word, "no") || equal_ignoring_case(word, "false")) {
    block.settings.target.clear();
  } else if (equal_ignoring_case(word, "yes") || equal_ignoring_case(word, "true")) {
    block.settings.target = the_jobs_client;
  } else {
    block.settings.target = word;
  }
  from.finish_line();
}

constexpr std::array block_keywords{Keyword{"Command", read_command<Kind::command>},
                                    Keyword{"Console", read_command<Kind::console>},
                                    Keyword{"RunsWhen", read_when},
                                    Keyword{"RunsOnClient", read_target},
                                    Keyword{"Target", read_target},
                                    Keyword{"RunsOnSuccess", read_switch<&RunScript::on_success>},
                                    Keyword{"RunsOnFailure", read_switch<&RunScript::on_failure>},
                                    Keyword{"FailJobOnError", read_switch<&RunScript::fail_job_on_error>},
                                    Keyword{"AbortJobOnError", read_switch<&RunScript::fail_job_on_error>}};

void refer_to_client(ValueReader& from, const Token& target, std::size_t index) {
  Job& job = static_cast<Job&>(from.resource());
  from.refer(
      {"Client", target,
       fmt::format("Could not find config Resource {} referenced on line {}", printable(target.text),
                   from.quoted_line(target)),
       [&job, index](Resource& client) { job.run_scripts[index].client = static_cast<Client*>(&client); }});
}

SettingBlock shown(const RunScript& script) {
  if (script.form != Form::block) {
    return {SettingBlock::Form::bare,
            {{std::string(short_form(script.form).name), QuotedText{script.command}}}};
  }
  SettingBlock block;
  const auto add = [&](std::string_view key, SettingValue value) {
    block.settings.push_back({std::string(key), std::move(value)});
  };
  add(script.kind == Kind::command ? "Command" : "Console", QuotedText{script.command});
  if (script.when != RunsWhen::never) add("RunsWhen", PlainText{std::string(to_string(script.when))});
  const bool names_client = !script.target.empty() && script.target != the_jobs_client;
  if (names_client)
    add("RunsOnClient", QuotedText{script.target});
  else
    add("RunsOnClient", !script.target.empty());
  add("RunsOnSuccess", script.on_success);
  add("RunsOnFailure", script.on_failure);
  add("FailJobOnError", script.fail_job_on_error);
  return block;
}

}  // namespace

void ShortScriptType::read_typed(ValueReader& from, std::vector<RunScript>& scripts) const {
  const ShortForm& form = short_form(form_);
  RunScript script;
  script.form = form.form;
  script.when = form.when;
  script.target = form.target;
  script.on_success = form.on_success;
  script.on_failure = form.on_failure;
  script.fail_job_on_error = form.fail_job_on_error;
  script.command = from.string().text;
  scripts.push_back(std::move(script));
  from.finish_line();
}

void RunScriptType::read_typed(ValueReader& from, std::vector<RunScript>& scripts) const {
  const Token brace = from.next_on_any_line();
  if (!brace.is(Token::Kind::open)) fail(brace, "Expecting open brace. Got " + printable(brace.text));
  ScriptBlock block;
  read_block_keywords<ScriptBlock>(from, block, block_keywords);
  for (const auto& [kind, command] : block.commands) {
    RunScript script = block.settings;
    script.kind = kind;
    script.command = command;
    scripts.push_back(std::move(script));
    const std::string& target = block.settings.target;
    if (!target.empty() && target != the_jobs_client) refer_to_client(from, block.target, scripts.size() - 1);
  }
  from.finish_line();
}

void RunScriptType::describe_typed(Settings& to, const Directive& directive,
                                   const std::vector<RunScript>& scripts) const {
  std::vector<SettingBlock> blocks;
  for (const auto& script : scripts) {
    if (!script.is_inherited) blocks.push_back(shown(script));
  }
  if (!blocks.empty()) add_setting(to, directive, std::move(blocks));
}

}  // namespace holdfast::config
