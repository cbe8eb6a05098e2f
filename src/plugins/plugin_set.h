// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "plugins/job.h"
#include "plugins/python_plugin.h"

namespace holdfast::plugins {

/// Whether a plugin must not run because there is no Plugin Directory. bpipe needs none where Plugin Names lists it; without
/// either, nobody meant plugins to run here, and a volume might name one with a command that its forger chose.
bool lacks_directory(const Settings& settings, std::string_view command);

/// "bpipe: programs that …": the plugins that may run, for a status.
std::vector<std::string> described(const Settings& settings);

/// The plugins of one job. One thread at a time, but for take_messages().
class PluginSet {
 public:
  /// All waiting for plugins ends with a stop, and with interrupt().
  PluginSet(Settings settings, const std::stop_token& stop);
  ~PluginSet();

  /// The job has failed: nobody waits for plugins any more. Any thread.
  void interrupt() { ending_.request_stop(); }

  /// For plugins that are found from now on.
  JobFacts& job() { return job_; }
  void add_options(std::string options) { options_.push_back(std::move(options)); }
  void add_object(StoredObject object) { objects_.push_back(std::move(object)); }

  /// Answers what plugins ask from now on; null: nobody does.
  void answer_with(JobFiles* files) { files_ = files; }

  /// Lets the plugin of a P line begin, before anything is saved, where it is one that may change the FileSet. Throws
  /// Error where it refuses.
  void begin(const std::string& command);
  std::vector<FileSetChange> take_changes() { return messages_.take_changes(); }

  /// The plugin of a P line; it lives as long as the set. Throws Error where there is none, or where it refuses.
  ObjectSource& source(const std::string& command);
  /// The plugin of an Options block, in the same way.
  PythonPlugin& handler(const std::string& command);
  /// The plugin of a plugin name record; null where there is none of that name here. Throws Error where it refuses.
  ObjectTarget* target(const std::string& command);

  /// Whether any plugin knows that a file is there which nobody met.
  bool knows_of(std::string_view name);

  /// The job is over: tells those who want to know. What goes wrong is thrown at last.
  void end();

  std::vector<Message> take_messages() { return messages_.take(); }
  std::vector<Sighting> take_sightings() { return messages_.take_sightings(); }

 private:
  enum class Kind { bpipe, python, unknown };
  Kind kind_of(const std::string& command) const;
  Surroundings surroundings();
  PythonPlugin& python(const std::string& command);

  Settings settings_;
  std::stop_source ending_;
  std::stop_callback<std::function<void()>> forward_;
  JobFacts job_;
  std::vector<std::string> options_;
  std::vector<StoredObject> objects_;
  MessageList messages_;
  JobFiles* files_ = nullptr;
  std::map<std::string, std::unique_ptr<ObjectTarget>> targets_;
  std::vector<std::unique_ptr<ObjectSource>> sources_;
  std::map<std::string, std::unique_ptr<PythonPlugin>> python_;
};

}  // namespace holdfast::plugins
