// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "config/schedule.h"
#include "config/token.h"

namespace holdfast::config {

/// The time words of a Run directive (interop 06, section 7), taken one by one.
class RunWords {
 public:
  /// Throws SyntaxError for a word that means nothing, or nothing here.
  void add(const Token& word);

  const RunTimes& times() const { return times_; }

 private:
  /// Which sets a word has restricted already: later words add to them.
  struct Given {
    bool hours = false;
    bool month_days = false;
    bool week_days = false;
    bool months = false;
    bool month_weeks = false;
    bool year_weeks = false;
  };

  bool add_plain_word(std::string_view word);
  bool add_name(std::string_view word);
  void add_time(const Token& word);
  void add_number(const Token& word);
  void add_year_week(const Token& word);
  void add_range(const Token& word);
  bool add_name_range(std::string_view from, std::string_view to, const Token& word);
  void add_modulo(const Token& word);

  RunTimes times_;
  Given given_;
  bool has_at_ = false;
};

/// Words that set the same times: "1st Mon-Fri at 02:05".
std::string run_words(const RunTimes& times);

}  // namespace holdfast::config
