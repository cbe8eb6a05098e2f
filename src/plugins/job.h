// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/guarded.h"
#include "plugins/plugin.h"

namespace holdfast::plugins {

/// How the daemon's configuration has it.
struct Settings {
  std::string directory{};           ///< Plugin Directory; empty: none
  std::vector<std::string> names{};  ///< Plugin Names; empty: all
  std::chrono::seconds timeout{1800};
  std::string python = "python3";  ///< the interpreter, found in PATH
  std::string modules{};           ///< where our own Python modules lie
  std::string programs{};          ///< where the daemon lies
};

/// What plugins may know of the job they work for.
struct JobFacts {
  std::uint32_t id = 0;
  std::string name{};  ///< the unique job name
  std::string client{};
  std::string working_directory{};
  char type = 'B';
  char level = 'F';
  std::int64_t since = 0;  ///< Unix seconds; 0: everything
  bool is_accurate = false;
  bool is_estimate = false;  ///< objects are counted, not read
  // Of a restore.
  std::string where{};
  std::string regex_where{};
  char replace = 'a';
  bool prefixes_links = false;
};

/// What an earlier backup stored in the catalog for the plugin (stream 28).
struct StoredObject {
  std::uint32_t job = 0;
  std::int32_t type = 0;
  std::int32_t index = 0;
  std::uint32_t file_index = 0;
  std::string plugin{};  ///< the plugin command
  std::string name{};
  Buffer object{};  ///< not compressed
};

/// Collects messages until somebody passes them on. Any thread. What comes beyond a limit is counted instead, so that a
/// plugin that talks without end costs no memory. Sightings and changes must not be lost: beyond their limit Error is
/// thrown.
class MessageList {
 public:
  void add(MessageType type, std::string text);
  std::vector<Message> take();

  void add_sighting(Sighting sighting);
  std::vector<Sighting> take_sightings();

  void add_change(FileSetChange change);
  std::vector<FileSetChange> take_changes();

 private:
  struct State {
    std::vector<Message> messages;
    std::size_t message_bytes = 0;
    std::uint64_t dropped = 0;
    std::vector<Sighting> sightings;
    std::size_t sighting_bytes = 0;
    std::vector<FileSetChange> changes;
    std::size_t change_bytes = 0;
  };
  Guarded<State> state_;
};

/// What a plugin of a job works with.
struct Surroundings {
  const Settings& settings;
  const JobFacts& job;
  const std::vector<std::string>& options;  ///< of the job or the restore, for any plugin
  const std::vector<StoredObject>& objects;
  MessageList& messages;
  JobFiles* const& files;  ///< null: nobody can tell
  std::stop_token stop;
};

}  // namespace holdfast::plugins
