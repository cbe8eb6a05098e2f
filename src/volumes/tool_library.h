// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "volumes/autochanger.h"

namespace holdfast::volumes {

/// The drives of a library and its robot, as a volume tool uses them: without a catalog that tells what lies where. Or one drive that
/// a person loads. One thread.
class ToolLibrary {
 public:
  /// Which slots a volume is looked for in: those whose barcode is its name or that have none, or in the end all of them.
  enum class Search { by_barcode, everywhere };
  /// A message for the user, with its line end.
  using Tell = std::function<void(const std::string& text)>;

  /// `robot`: null where a person loads the drives.
  ToolLibrary(std::string name, std::unique_ptr<device::Changer> robot, Search search);

  StorageDevice& add(DeviceSettings settings, std::unique_ptr<device::Drive> drive);
  /// The one that was added first.
  StorageDevice& first() { return *devices_.front(); }
  bool has_robot() const { return robot_ != nullptr; }

  /// The volume is said to lie in that slot: it is looked for there first.
  void expect(const std::string& volume, unsigned slot) { expected_[volume] = slot; }
  /// What the label of a slot's volume says; empty: nothing.
  void learn(unsigned slot, const std::string& volume) { labels_[slot] = volume; }
  /// Whether bootstrap or barcode say that the volume lies there, whatever its label says.
  bool is_expected(const std::string& volume, unsigned slot);

  /// Where the volume may be, the likeliest first. Throws ChangerError, as load() does.
  std::vector<unsigned> slots_for(const std::string& volume);
  /// Puts the volume of the slot into the drive, on which nothing is open, and tells what the robot does. False: there is none.
  bool load(StorageDevice& device, unsigned slot, const std::string& volume, const Tell& tell);
  /// Nothing where a person loads it, or the robot was not asked yet.
  std::optional<unsigned> slot_in(const StorageDevice& device) const;
  /// "1: A00001, 2: A00002, 5: no barcode": for messages.
  std::string contents();

 private:
  const std::map<unsigned, std::string>& barcodes();

  std::string name_;
  std::unique_ptr<Autochanger> robot_;
  Search search_;
  std::vector<std::unique_ptr<StorageDevice>> devices_;
  std::map<std::string, unsigned> expected_;
  std::map<unsigned, std::string> labels_;
  /// Of slots that hold a volume, or whose volume is in a drive.
  std::optional<std::map<unsigned, std::string>> barcodes_;
};

}  // namespace holdfast::volumes
