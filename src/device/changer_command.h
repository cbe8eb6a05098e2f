// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "device/changer.h"

namespace holdfast::device {

/// A drive as a changer command is told of it.
struct ChangerDrive {
  unsigned index = 0;
  std::string archive_device;
  std::string diagnostic_device;
};

/// A changer that is an external command (Changer Command), run without a shell: it is cut into words first and codes
/// are replaced then, so that no name of a volume becomes two words. Words that become empty are left out. A command
/// that takes too long is killed with all it started. What it says is checked.
class ChangerCommand final : public Changer {
 public:
  struct Settings {
    std::string command = {};
    std::string changer_device = {};
    std::vector<ChangerDrive> drives = {};
    std::chrono::seconds max_wait{300};
  };

  /// Throws Error{invalid} for a command without words and for no drives.
  explicit ChangerCommand(Settings settings);

  /// Ends the command with all it started.
  void heed(std::stop_token stop) override { stop_ = std::move(stop); }

  unsigned loaded(unsigned drive, const ChangerErrand& errand) override;
  void load(unsigned slot, unsigned drive, const ChangerErrand& errand) override;
  void unload(unsigned slot, unsigned drive, const ChangerErrand& errand) override;
  std::vector<std::string> list() override;
  std::vector<std::string> list_all() override;
  unsigned slots() override;
  std::vector<std::string> transfer(unsigned from, unsigned to) override;

 private:
  struct Call;
  std::vector<std::string> words_of(const Call& call) const;
  std::vector<std::string> run(const Call& call) const;
  const ChangerDrive& drive(unsigned index) const;

  Settings settings_;
  std::vector<std::string> words_;
  std::stop_token stop_;
};

}  // namespace holdfast::device
