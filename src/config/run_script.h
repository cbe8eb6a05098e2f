// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "config/keywords.h"

namespace holdfast::config {

struct Client;

/// One command around a job (interop 06, section 6).
struct RunScript {
  enum class Kind : char { console = '@', command = '|' };
  /// Which directive it was written with; all but `block` fix the other members.
  enum class Form : std::uint8_t {
    block,
    run_before_job,
    run_after_job,
    run_after_failed_job,
    client_run_before_job,
    client_run_after_job,
  };

  Kind kind = Kind::command;
  Form form = Form::block;
  RunsWhen when = RunsWhen::never;
  std::string command;        ///< with substitution codes (interop 06, section 9.1)
  std::string target = "%c";  ///< empty: the Director; "%c": the job's client; else the name of a client
  const Client* client =
      nullptr;  ///< where `target` names one: the script runs only if it is the job's client
  bool on_success = true;
  bool on_failure = false;
  bool fail_job_on_error = true;
  bool is_inherited = false;  ///< comes from the JobDefs

  bool operator==(const RunScript&) const = default;

  bool runs_on_client() const { return kind == Kind::command && !target.empty(); }
};

}  // namespace holdfast::config
