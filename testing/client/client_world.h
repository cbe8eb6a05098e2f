// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <deque>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "client/director_session.h"
#include "config/file_daemon_resources.h"
#include "testing/base/manual_clock.h"
#include "testing/tree/memory_tree.h"
#include "transport/channel.h"

namespace holdfast::testing_support {

/// Gives out the connections it was given, in order, and keeps what was asked for.
class StorageInMemory final : public client::StorageConnector {
 public:
  std::deque<std::unique_ptr<transport::Channel>> channels;
  std::vector<Goal> goals;

  std::unique_ptr<transport::Channel> connect(const Goal& goal, std::stop_token stop) override;
};

/// A File Daemon named lab-fd with one Director, lab-dir, without sockets: what sessions need around them.
struct ClientWorld {
  ClientWorld();

  /// Serves the conversation on the calling thread.
  void serve(std::unique_ptr<transport::Channel> director, std::stop_token stop = {});

  config::FileDaemonConfiguration configuration;
  client::JobRegistry jobs;
  StorageInMemory storage;
  tree::MemoryTree files;
  tree::MemoryTree restored;
  ManualClock clock;
  client::Tunable tunable;
  tree::FileSource* source = &files;  ///< what is saved
  bool has_warnings = false;
};

}  // namespace holdfast::testing_support
