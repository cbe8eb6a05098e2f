// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>

#include "base/job_codes.h"

namespace holdfast::archive {

/// Where the engines tell the operator what happened to a file. The text has no line end. Called only by the
/// thread that runs the engine, in the order of the files.
class Report {
 public:
  virtual ~Report() = default;
  virtual void message(MessageType type, const std::string& text) = 0;
  /// False where a message of this type goes nowhere, so that making its text can be saved. Any thread.
  virtual bool wants(MessageType /*type*/) const { return true; }
};

}  // namespace holdfast::archive
