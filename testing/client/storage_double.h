// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/ids.h"
#include "transport/channel.h"

namespace holdfast::testing_support {

/// A record as a Storage Daemon keeps it.
struct StoredRecord {
  std::int32_t file_index = 0;
  std::int32_t stream = 0;
  std::string data;
};

/// The data dialogue of a Storage Daemon in memory: keeps what a backup sends, and gives it back to restores.
/// Each connection is served by a thread of its own until its end.
class StorageDouble {
 public:
  enum class Mood {
    willing,
    refuses_data,       ///< answers append data by an error after the first packet
    hangs_up_on_data,   ///< closes the connection instead
    says_nothing_more,  ///< takes data, and never confirms it
  };

  explicit StorageDouble(Mood mood = Mood::willing) : mood_(mood) {}
  ~StorageDouble();

  /// A new connection; the end for the File Daemon.
  std::unique_ptr<transport::Channel> connect();
  /// Waits until all connections are over.
  void wait();

  /// Of the last backup; read them after wait().
  std::vector<StoredRecord> records;
  bool confirmed = false;   ///< the backup went to its end
  bool terminated = false;  ///< a TERMINATE came

 private:
  struct Connection {
    std::unique_ptr<transport::Channel> channel;
    std::jthread thread;
  };

  void serve(transport::Channel& channel);
  void answer(transport::Channel& channel, std::string_view command);
  void take_data(transport::Channel& channel);
  void give_data(transport::Channel& channel);

  Mood mood_;
  std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace holdfast::testing_support
