// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/job_codes.h"
#include "catalog/rows.h"

namespace holdfast::jobs {

/// What the variables of a LabelFormat stand for (interop 06, section 9.3).
struct LabelVariables {
  catalog::Moment now{};
  std::string job;  ///< of the Job resource
  std::string director;
  JobLevel level = JobLevel::full;
  JobType type = JobType::backup;
  JobId job_id;
  std::string client;
  std::uint32_t pool_volumes = 0;
  std::string pool;
  std::string storage;
  std::string catalog;
  std::string media_type;
  std::string unique_job;
  /// A Counter of that name: its value, stepped where `step`. Empty where there is none.
  std::function<std::optional<std::string>(std::string_view name, bool step)> counter;
};

/// Only letters, digits and ": . - _ /", not beginning with '/': a number is put behind it.
bool is_simple_label_format(std::string_view format);

/// 1 to 127 of the same characters.
bool is_legal_volume_name(std::string_view name);

/// Variables and operators replaced. What cannot be replaced stays as it is, and is no legal name then.
std::string expand_label_format(std::string_view format, const LabelVariables& variables);

}  // namespace holdfast::jobs
