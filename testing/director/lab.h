// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "director/director.h"
#include "testing/base/manual_clock.h"
#include "testing/catalog/faulty_connection.h"
#include "testing/catalog/temporary_catalog.h"
#include "testing/director/memory_connector.h"
#include "testing/wire/transcript.h"

namespace holdfast::testing_support {

/// What was said on the connection that the recorded Director opened to a daemon, "storage" or "filedaemon", behind
/// the handshake; empty where it opened none.
std::vector<RecordedPacket> recorded_conversation(const Transcript& transcript, std::string_view daemon);

/// The Director of the golden recordings, lab-dir, with a catalog in a temporary folder and daemons that a test
/// plays: jobs mini (Full, FileSet Mini) and RestoreFiles, client lab-fd, storage File, pool Full.
class Lab {
 public:
  using Database = catalog::TemporaryCatalog::Database;

  /// `more` is added to the configuration.
  explicit Lab(const std::string& more = "", Database database = Database::sqlite);

  /// What "run job=NAME" asks for.
  director::console::RunRequest request(const std::string& job) const;
  /// Runs the job to its end and returns its row.
  catalog::JobRow run(const director::console::RunRequest& request);
  catalog::JobRow wait(JobId job);

  std::unique_ptr<catalog::Catalog> open_catalog() const { return files.open(); }
  /// The log of a job, its texts joined.
  std::string log(JobId job) const;
  std::string console_messages() { return joined(director().take_console_messages()); }
  director::Director& director() { return *director_; }
  /// Ends the Director and starts it again on the same catalog.
  void restart();
  /// The same, with the configuration that reload() would find.
  void restart_configured_anew();

  catalog::TemporaryCatalog files;
  ManualClock clock;
  MemoryConnector connector;
  director::ConversationLimits limits;
  std::string configuration_at_reload;  ///< what reload() finds behind the lab's own configuration
  /// What lies in other files, by path: each is added to the lab's own configuration.
  std::map<std::string, std::string> other_configurations;
  /// A text in the lab's configuration, and what reload() finds instead of it.
  std::pair<std::string, std::string> replaced_at_reload;
  os::PamService pam;  ///< of the Director that restart() makes
  /// Counts down with every statement of the catalogs that the Director opens after restart(); at 0 the disk is full.
  std::shared_ptr<catalog::FaultCountdown> faults;

 private:
  std::function<std::unique_ptr<catalog::Catalog>(const config::Catalog&)> opener();
  static std::string joined(const std::vector<std::string>& lines);

  config::Loaded<config::DirectorConfiguration> load_again() const;
  config::Loaded<config::DirectorConfiguration> load_from(const std::string& path) const;

  std::string text_;
  std::shared_ptr<const config::DirectorConfiguration> configuration_;
  std::unique_ptr<director::Director> director_;
};

}  // namespace holdfast::testing_support
