// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/tool_library.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace holdfast::volumes {
namespace {

/// What a robot does, told to the user of a tool.
class ToldLog final : public JobLog {
 public:
  explicit ToldLog(const ToolLibrary::Tell& tell) : tell_(tell) {}
  void message(MessageType type, const std::string& text) override {
    tell_(std::string(message_prefix(type)) + text);
  }
  void status(JobStatus) override {}

 private:
  const ToolLibrary::Tell& tell_;
};

}  // namespace

ToolLibrary::ToolLibrary(std::string name, std::unique_ptr<device::Changer> robot, Search search)
    : name_(std::move(name)), search_(search) {
  if (robot) robot_ = std::make_unique<Autochanger>(name_, std::move(robot));
}

StorageDevice& ToolLibrary::add(DeviceSettings settings, std::unique_ptr<device::Drive> drive) {
  auto& device =
      *devices_.emplace_back(std::make_unique<StorageDevice>(std::move(settings), std::move(drive)));
  if (!robot_) return device;
  robot_->add(device);
  device.set_changer(*robot_);
  return device;
}

const std::map<unsigned, std::string>& ToolLibrary::barcodes() {
  if (barcodes_) return *barcodes_;
  const auto lines = robot_->with_robot({}, [](device::Changer& robot) { return robot.list(); });
  auto& found = barcodes_.emplace();
  for (const auto& line : lines) {
    const auto colon = line.find(':');
    const auto slot = parse_number<unsigned>(trim(std::string_view(line).substr(0, colon)));
    if (!slot || *slot == 0 || colon == line.npos) continue;
    found[*slot] = trim(std::string_view(line).substr(colon + 1));
  }
  return found;
}

bool ToolLibrary::is_expected(const std::string& volume, unsigned slot) {
  const auto expected = expected_.find(volume);
  if (expected != expected_.end() && expected->second == slot) return true;
  const auto barcode = barcodes().find(slot);
  return barcode != barcodes().end() && barcode->second == volume;
}

std::vector<unsigned> ToolLibrary::slots_for(const std::string& volume) {
  enum Likelihood { expected, same_barcode, no_barcode, other_barcode };
  std::vector<std::pair<Likelihood, unsigned>> found;
  const auto hint = expected_.find(volume);
  for (const auto& [slot, barcode] : barcodes()) {
    const auto label = labels_.find(slot);
    if (label != labels_.end() && label->second != volume) continue;
    const auto likelihood = hint != expected_.end() && hint->second == slot ? expected
                            : barcode == volume                             ? same_barcode
                            : barcode.empty()                               ? no_barcode
                                                                            : other_barcode;
    if (likelihood == other_barcode && search_ == Search::by_barcode) continue;
    found.emplace_back(likelihood, slot);
  }
  std::sort(found.begin(), found.end());
  std::vector<unsigned> slots;
  for (const auto& [likelihood, slot] : found) slots.push_back(slot);
  return slots;
}

bool ToolLibrary::load(StorageDevice& device, unsigned slot, const std::string& volume, const Tell& tell) {
  ToldLog log(tell);
  auto turn = device.try_turn({});
  if (!turn) throw Error(ErrorKind::internal, "{} is in use", device.print_name());
  const device::ChangerErrand errand{.volume = volume, .job = {}, .client = {}};
  return robot_->load(device, *turn, slot, errand, log).loaded == Autochanger::Loaded::yes;
}

std::optional<unsigned> ToolLibrary::slot_in(const StorageDevice& device) const {
  return robot_ ? robot_->known_slot(device) : std::nullopt;
}

std::string ToolLibrary::contents() {
  constexpr std::size_t most_slots = 50;
  std::string text;
  std::size_t count = 0;
  for (const auto& [slot, barcode] : barcodes()) {
    if (count++ == most_slots) return text + ", ...";
    const auto label = labels_.find(slot);
    const bool has_label = label != labels_.end() && !label->second.empty();
    const auto& name = has_label ? label->second : barcode;
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", slot,
                        name.empty() ? std::string("no barcode") : printable(name));
  }
  return text.empty() ? "no volume at all" : text;
}

}  // namespace holdfast::volumes
