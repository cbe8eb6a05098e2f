// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "apps/holdfast/quickstart_home.h"

namespace holdfast::apps {

/// The three daemons of a quickstart folder, started from the folder in which this program lies. They go on when
/// we end; their process ids stand in files of the folder.
class QuickstartDaemons {
 public:
  explicit QuickstartDaemons(const QuickstartHome& home);

  /// Roles of those that run, as people call them.
  std::vector<std::string_view> running() const;
  bool all_run() const { return running().size() == quickstart_daemons.size(); }

  /// Starts those that do not run and waits until each takes connections. Throws Error with the end of its log
  /// where one does not.
  void start() const;

  /// Ends those that run; returns their roles.
  std::vector<std::string_view> stop() const;

 private:
  int process_of(const QuickstartDaemon& daemon) const;  // 0 where it does not run
  void start_one(const QuickstartDaemon& daemon) const;
  void wait_until_ready(const QuickstartDaemon& daemon) const;

  const QuickstartHome& home_;
  std::filesystem::path programs_;
};

}  // namespace holdfast::apps
