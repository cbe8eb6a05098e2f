// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "os/piped_process.h"
#include "plugins/command.h"
#include "plugins/job.h"

namespace holdfast::plugins {

/// Saves what a program writes as one object. The programs run as the user of the daemon, without a shell.
class BpipeSource final : public ObjectSource {
 public:
  /// Throws Error for a command that says nothing to run.
  BpipeSource(const std::string& command, const Surroundings& surroundings);

  std::optional<Offer> next() override;
  Outcome<std::size_t> read(MutableBytes into) override;
  Outcome<Extras> finish() override;

 private:
  const Surroundings surroundings_;
  BpipeCommand command_;
  bool is_done_ = false;
  std::unique_ptr<os::PipedProcess> reader_;
};

/// Gives what was saved to a program.
class BpipeTarget final : public ObjectTarget {
 public:
  BpipeTarget(const std::string& command, const Surroundings& surroundings);

  Created create(const RestoredObject& object) override;
  Outcome<void> write(std::uint64_t position, Bytes data) override;
  Outcome<void> finish(const Extras& extras) override;

 private:
  const Surroundings surroundings_;
  BpipeCommand command_;
  std::unique_ptr<os::PipedProcess> writer_;
};

}  // namespace holdfast::plugins
