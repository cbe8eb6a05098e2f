// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::apps {

/// One of the three daemons, as quickstart sees it.
struct QuickstartDaemon {
  std::string_view program;  ///< holdfast-dir; its configuration is PROGRAM.conf, its log PROGRAM.log
  std::string_view role;     ///< for people: Director
  std::uint16_t usual_port;
};

inline constexpr std::array quickstart_daemons{
    QuickstartDaemon{"holdfast-dir", "Director", 9101},
    QuickstartDaemon{"holdfast-fd", "File Daemon", 9102},
    QuickstartDaemon{"holdfast-sd", "Storage Daemon", 9103},
};

/// The folder in which quickstart keeps everything: configuration, catalog, volumes, logs, restored files. Only
/// its owner may look inside.
class QuickstartHome {
 public:
  explicit QuickstartHome(std::filesystem::path root) : root_(std::move(root)) {}

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path configuration_of(std::string_view program) const;
  std::filesystem::path console_configuration() const { return root_ / "etc" / "bconsole.conf"; }
  std::filesystem::path log_of(std::string_view program) const;
  std::filesystem::path process_file_of(std::string_view program) const;
  std::filesystem::path volumes() const { return root_ / "volumes"; }
  std::filesystem::path restored() const { return root_ / "restored"; }
  std::filesystem::path source_file() const { return root_ / "work" / "source"; }
  std::filesystem::path catalog() const { return root_ / "catalog" / "holdfast.sqlite"; }

  bool is_configured() const;
  /// The folder that the job `backup` saves, as configure() was told.
  std::filesystem::path source() const;
  /// Where the daemon listens, by its configuration. Throws Error where that names no port.
  std::uint16_t port_of(std::string_view program) const;

  /// Makes the folders and writes all configuration files, with fresh passwords and ports that are free; says on
  /// standard output where it had to leave the usual port. `source` is the folder the job `backup` saves.
  void configure(const std::filesystem::path& source) const;

 private:
  void write(std::string_view name, const std::string& text) const;

  std::filesystem::path root_;
};

}  // namespace holdfast::apps
