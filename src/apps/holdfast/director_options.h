// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "apps/common/command_line.h"
#include "console/api_session.h"

namespace holdfast::apps {

/// The options that all commands which talk to a Director have.
struct DirectorOptions {
  std::string configuration;  ///< of -c; empty: the default places
  std::string director;       ///< name; empty: the only one
  bool json = false;

  void add_to(CommandLine& command_line);
  /// Throws Error with what to check, NoConfiguration where no console is configured.
  std::unique_ptr<console::ApiSession> log_in() const;
};

}  // namespace holdfast::apps
