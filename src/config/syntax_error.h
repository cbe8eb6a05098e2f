// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <utility>

#include "base/error.h"
#include "config/resource.h"

namespace holdfast::config {

/// Ends the directive, or the whole reading, in which it is thrown; the parser turns it into a Finding.
class SyntaxError : public Error {
 public:
  /// Whether reading can go on with the next directive.
  enum class Reach { directive, everything };

  SyntaxError(const std::string& text, Place place, std::string word = {}, Reach reach = Reach::directive)
      : Error(ErrorKind::invalid, text), place_(std::move(place)), word_(std::move(word)), reach_(reach) {}

  const Place& place() const { return place_; }
  const std::string& word() const { return word_; }
  Reach reach() const { return reach_; }

 private:
  Place place_;
  std::string word_;
  Reach reach_;
};

}  // namespace holdfast::config
