// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "config/run_script.h"
#include "config/value_type.h"

namespace holdfast::config {

/// The short directives, RunBeforeJob and so on. What they set is printed by RunScript.
class ShortScriptType final : public TypedValue<std::vector<RunScript>> {
 public:
  constexpr explicit ShortScriptType(RunScript::Form form) : TypedValue("RUNSCRIPT_SHORT"), form_(form) {}
  Repeat repeat() const override { return Repeat::accumulates; }

 private:
  void read_typed(ValueReader& from, std::vector<RunScript>& scripts) const override;
  void describe_typed(Settings&, const Directive&, const std::vector<RunScript>&) const override {}

  RunScript::Form form_;
};

/// RunScript { }.
class RunScriptType final : public TypedValue<std::vector<RunScript>> {
 public:
  using TypedValue::TypedValue;
  bool is_always_shown() const override { return true; }
  Repeat repeat() const override { return Repeat::accumulates; }

 private:
  void read_typed(ValueReader& from, std::vector<RunScript>& scripts) const override;
  void describe_typed(Settings& to, const Directive& directive,
                      const std::vector<RunScript>& scripts) const override;
};

namespace types {
extern const ShortScriptType run_before_job, run_after_job, run_after_failed_job, client_run_before_job,
    client_run_after_job;
extern const RunScriptType run_script;
}  // namespace types

}  // namespace holdfast::config
