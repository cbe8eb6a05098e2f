// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "archive/report.h"
#include "base/ids.h"
#include "base/job_codes.h"
#include "wire/director_to_client.h"

namespace holdfast::client {

/// What the % codes of scripts and file lists stand for (interop 06, section 9.1).
struct JobCodes {
  JobId id;
  std::string job;  ///< the unique job name
  std::string client;
  std::string director;
  JobLevel level = JobLevel::none;
  JobType type = JobType::internal;
  JobStatus status = JobStatus::running;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::optional<std::int64_t> since;  ///< Unix seconds
};

/// Unknown codes stay as they are.
std::string expand_codes(std::string_view text, const JobCodes& codes);

/// The scripts a Director gave for one job (interop 08, section 11). Each phase runs at most once.
class Scripts {
 public:
  enum class Outcome { ok, failed };

  /// `allowed_folders` are the Allowed Script Dir directives; none allow all.
  explicit Scripts(std::vector<std::string> allowed_folders) : allowed_(std::move(allowed_folders)) {}

  void add(wire::RunScriptCommand script) { scripts_.push_back(std::move(script)); }

  /// Runs those that are due, telling `report` what they print. Failed: one whose failure ends the job did fail.
  /// One that takes longer than `limit` is ended and has failed; zero: it may take any time. Throws Error{cancelled}
  /// after a stop request.
  Outcome run(wire::ScriptTime when, const JobCodes& codes, archive::Report& report, std::stop_token stop,
              std::chrono::milliseconds limit = {});

 private:
  bool run_one(const wire::RunScriptCommand& script, std::string_view label, const JobCodes& codes,
               archive::Report& report, std::stop_token stop, std::chrono::milliseconds limit) const;
  bool is_allowed(const std::string& command) const;

  std::vector<std::string> allowed_;
  std::vector<wire::RunScriptCommand> scripts_;
  std::uint32_t done_ = 0;  // bits of wire::ScriptTime
};

}  // namespace holdfast::client
