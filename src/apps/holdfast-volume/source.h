// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/common/command_line.h"
#include "apps/holdfast-volume/tool_device.h"
#include "format/bootstrap_matcher.h"
#include "volumes/tool_reading.h"

namespace holdfast::apps {

/// The options that all volume tools share (interop 10, section 3).
struct ToolOptions {
  std::string bootstrap;
  DeviceChoice device;
  std::string exclude_file;
  std::string include_file;
  std::string volumes;
  bool goes_on_after_errors = false;
  int verbosity = 0;

  /// All of them.
  void add_to(CommandLine& line);
  /// Those that choose a device.
  void add_device_to(CommandLine& line);
  /// Without those that choose files by name.
  void add_reading_to(CommandLine& line);
  /// -p alone, and the exit code of tools that have it.
  void add_ignore_errors_to(CommandLine& line);
};

/// The argument of tools that only read: up to `most` devices with volumes.
void add_device_argument(CommandLine& line, std::vector<std::string>& devices, int most = 1);

enum class Announce { no, yes };

/// What a tool reads: a directory of volumes, which of them, and which of their records.
class ToolSource {
 public:
  /// `device`: see find_device(). With `announce` it is told on standard output. Throws Error where there is no such thing.
  ToolSource(std::string program, const ToolOptions& options, const std::string& device,
             Announce announce = Announce::yes);

  device::Drive& drive() { return *drive_; }
  /// A further one, for another thread.
  std::unique_ptr<device::Drive> make_drive() const {
    return device_.make_drive([this](const std::string& text) { tell(text); }, slots_);
  }
  bool can_read_several() const { return device_.has_named_media(); }
  const std::string& print_name() const { return device_.print_name; }
  const ToolDevice& device() const { return device_; }
  const std::vector<std::string>& volumes() const { return volumes_; }
  /// Of all volumes, in bytes; 0 where nobody can tell.
  std::uint64_t total_size();
  format::BootstrapMatcher* matcher() { return matcher_ ? &*matcher_ : nullptr; }
  volumes::ToolReading reading();

  /// The end of a tool that read past damage so often: tells of it. The exit code.
  int end(std::uint64_t passed_damage) const;

  /// As job messages look: "22-Nov 21:55 bls JobId 0: ..."; without announcements on standard error.
  void tell(const std::string& text) const;

 private:
  void choose_volumes(const ToolOptions& options);

  std::string program_;
  volumes::ToolReading::OnDamage on_damage_;
  ToolDevice device_;
  std::unique_ptr<device::Drive> drive_;
  Announce announce_;
  std::vector<std::string> volumes_;
  std::map<std::string, unsigned> slots_;  ///< of volumes, as the bootstrap tells
  std::optional<format::BootstrapMatcher> matcher_;
};

/// By the patterns of the include and exclude files; empty where there are none.
std::function<bool(std::string_view)> name_filter(const ToolOptions& options);

int run_list(int argc, const char* const* argv);
int run_extract(int argc, const char* const* argv);
int run_tape_keys(int argc, const char* const* argv);
int run_scan(int argc, const char* const* argv);
int run_copy(int argc, const char* const* argv);
int run_check(int argc, const char* const* argv);
int run_repair(int argc, const char* const* argv);

}  // namespace holdfast::apps
