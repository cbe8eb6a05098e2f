// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/label_format.h"

#include <cstdlib>
#include <ctime>

#include "base/job_words.h"
#include "base/text.h"
#include "jobs/label_operators.h"
#include "jobs/texts.h"

namespace holdfast::jobs {
namespace {

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_label_character(char c) {
  return is_name_character(c) || c == ':' || c == '.' || c == '-' || c == '/';
}

std::string built_in_value(std::size_t which, const LabelVariables& variables) {
  const std::time_t seconds = variables.now.time_since_epoch().count();
  std::tm local{};
  localtime_r(&seconds, &local);
  switch (which) {
    case 0: return std::to_string(local.tm_year + 1900);
    case 1: return std::to_string(local.tm_mon + 1);
    case 2: return std::to_string(local.tm_mday);
    case 3: return std::to_string(local.tm_hour);
    case 4: return std::to_string(local.tm_min);
    case 5: return std::to_string(local.tm_sec);
    case 6: return std::to_string(local.tm_wday);
    case 7: return variables.job;
    case 8: return variables.director;
    case 9: return std::string(level_text(variables.level, " "));
    case 10: return std::string(type_text(variables.type));
    case 11: return std::to_string(variables.job_id.value);
    case 12: return variables.client;
    case 13: return std::to_string(variables.pool_volumes);
    case 14: return variables.pool;
    case 15: return variables.storage;
    case 16: return variables.catalog;
    case 17: return variables.media_type;
    default: return variables.unique_job;
  }
}
// Looked up in this order; the name given may be the beginning of one of these.
constexpr std::string_view built_in_names[] = {
    "Year", "Month", "Day",    "Hour",    "Minute", "Second",  "WeekDay", "Job",       "Dir",    "Level",
    "Type", "JobId", "Client", "NumVols", "Pool",   "Storage", "Catalog", "MediaType", "JobName"};

/// Expands one format. `index` is the turn of the enclosing loop, for [#].
class Expander {
 public:
  Expander(std::string_view format, const LabelVariables& variables, std::size_t index = 0)
      : left_(format), variables_(variables), index_(index) {}

  std::string expand() {
    std::string result;
    while (!left_.empty()) {
      const char c = left_.front();
      if (c == '\\' && left_.size() > 1) {
        result += left_[1];
        left_.remove_prefix(2);
      } else if (c == '[') {
        result += loop();
      } else if (c == '$') {
        result += variable();
      } else {
        result += c;
        left_.remove_prefix(1);
      }
    }
    return result;
  }

  /// A variable that was indexed by the loop had no such element.
  bool ran_out() const { return ran_out_; }
  bool used_index() const { return used_index_; }

 private:
  static constexpr std::size_t max_turns = 127;

  std::string loop() {
    std::size_t depth = 0;
    std::size_t end = 0;
    for (; end < left_.size(); ++end) {
      if (left_[end] == '[') ++depth;
      if (left_[end] == ']' && --depth == 0) break;
    }
    if (end == left_.size()) return take_all();
    const std::string_view body = left_.substr(1, end - 1);
    left_.remove_prefix(end + 1);
    std::string result;
    for (std::size_t turn = 0; turn < max_turns; ++turn) {
      Expander inner(body, variables_, turn);
      const std::string text = inner.expand();
      if (inner.ran_out()) break;
      result += text;
      if (!inner.used_index()) break;
    }
    return result;
  }

  std::string take_all() {
    std::string all(left_);
    left_ = {};
    return all;
  }

  std::string variable() {
    const std::string_view whole = left_;
    left_.remove_prefix(1);
    const bool has_braces = !left_.empty() && left_.front() == '{';
    if (has_braces) left_.remove_prefix(1);
    std::size_t length = 0;
    while (length < left_.size() && is_name_character(left_[length])) ++length;
    const std::string_view name = left_.substr(0, length);
    left_.remove_prefix(length);
    if (name.empty()) return literally(whole);
    std::string inside;
    if (has_braces) {
      const auto end = left_.find('}');
      if (end == std::string_view::npos) return literally(whole);
      inside = left_.substr(0, end);
      left_.remove_prefix(end + 1);
    }
    const auto value = value_of(name, inside);
    const auto result = apply_label_operators(value, operators_of(inside));
    if (result) return *result;
    return std::string(whole.substr(0, whole.size() - left_.size()));
  }

  std::string literally(std::string_view whole) {
    left_ = whole.substr(1);
    return "$";
  }

  /// What follows the index or '+' in braces.
  static std::string_view operators_of(std::string_view inside) {
    const auto colon = inside.find(':');
    return colon == std::string_view::npos ? std::string_view() : inside.substr(colon + 1);
  }

  std::optional<std::string> value_of(std::string_view name, std::string_view inside) {
    for (std::size_t i = 0; i < std::size(built_in_names); ++i)
      if (built_in_names[i].starts_with(name)) return built_in_value(i, variables_);
    const std::string_view before_operators = inside.substr(0, inside.find(':'));
    if (variables_.counter)
      if (auto value = variables_.counter(name, before_operators.starts_with('+'))) return value;
    return element_of(name, before_operators);
  }

  /// An element of an environment variable, whose elements '|' separates.
  std::optional<std::string> element_of(std::string_view name, std::string_view index) {
    const char* found = std::getenv(std::string(name).c_str());
    if (found == nullptr) return std::nullopt;
    std::size_t wanted = 0;
    if (index == "[#]") {
      wanted = index_;
      used_index_ = true;
    } else if (index.size() > 2 && index.front() == '[') {
      wanted = parse_number<std::size_t>(index.substr(1, index.size() - 2)).value_or(0);
    }
    const auto elements = split(found, '|');
    if (wanted < elements.size()) return std::string(elements[wanted]);
    ran_out_ = ran_out_ || used_index_;
    return std::nullopt;
  }

  std::string_view left_;
  const LabelVariables& variables_;
  std::size_t index_;
  bool ran_out_ = false;
  bool used_index_ = false;
};

}  // namespace

bool is_simple_label_format(std::string_view format) {
  return !format.empty() && format.front() != '/' && format.size() < 128 &&
         std::all_of(format.begin(), format.end(), is_label_character);
}

bool is_legal_volume_name(std::string_view name) { return is_simple_label_format(name); }

std::string expand_label_format(std::string_view format, const LabelVariables& variables) {
  return Expander(format, variables).expand();
}

}  // namespace holdfast::jobs
