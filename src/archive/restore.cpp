// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/restore.h"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "archive/restore_lane.h"
#include "format/plugin_name.h"

namespace holdfast::archive {

namespace {

using format::StreamId;
using format::StreamKind;

// More wait for each other in the file system's directories.
constexpr unsigned most_lanes = 4;

/// With two processors, one receives and decrypts already and the other one belongs to the Storage Daemon or to
/// somebody else: there the copy that another thread needs costs more than it brings.
unsigned lane_count(unsigned wanted) {
  if (wanted > 0) return wanted;
  return std::clamp(std::thread::hardware_concurrency() / 2, 1U, most_lanes);
}

/// Keeps what the engines say until the thread that runs the restore passes it on.
class Relay final : public Report {
 public:
  explicit Relay(Report& to) : to_(to) {}

  void message(MessageType type, const std::string& text) override {
    waiting_.with([&](auto& waiting) { waiting.push_back({type, text}); });
    has_any_ = true;
  }
  bool wants(MessageType type) const override { return to_.wants(type); }

  void deliver() {
    if (!has_any_.exchange(false)) return;
    for (const auto& [type, text] : waiting_.with([](auto& waiting) { return std::exchange(waiting, {}); }))
      to_.message(type, text);
  }

 private:
  Report& to_;
  std::atomic<bool> has_any_ = false;
  Guarded<std::vector<std::pair<MessageType, std::string>>> waiting_;
};

void add(RestoreTotals& to, const RestoreTotals& totals) {
  to.files += totals.files;
  to.skipped += totals.skipped;
  to.read_bytes += totals.read_bytes;
  to.job_bytes += totals.job_bytes;
  to.in_place += totals.in_place;
  to.unchanged_bytes += totals.unchanged_bytes;
  to.errors += totals.errors;
  to.warnings += totals.warnings;
  if (!totals.current.empty()) to.current = totals.current;
}

}  // namespace

/// Hands each object to one of several lanes, chosen by its name, so that two versions of one file follow each
/// other in one lane. Hard links wait for all lanes, for the file they name may be in any of them.
class Restore::Implementation {
 public:
  Implementation(tree::FileTarget& target, RestoreOptions options, Report& report, unsigned workers)
      : report_(report), relay_(report), plan_(std::move(options)) {
    const auto count = lane_count(workers);
    const auto thread = count > 1 ? RestoreLane::On::own_thread : RestoreLane::On::callers_thread;
    for (unsigned i = 0; i < count; ++i)
      lanes_.push_back(std::make_unique<RestoreLane>(
          std::make_unique<RestoreEngine>(target.another(), plan_, new_objects_, relay_), thread));
    lane_ = lanes_.front().get();
  }

  void record(const RecordHead& head, Bytes payload) {
    const auto kind = format::traits(static_cast<StreamId>(head.stream & format::stream_id_mask)).kind;
    // Session labels say nothing to us; restore objects come from the Director.
    if (head.file_index <= 0 || kind == StreamKind::restore_object) return;
    if (kind == StreamKind::plugin) {
      // A plugin belongs to one thread.
      lane_ = lanes_.front().get();
      is_of_plugin_ = format::parse_plugin_start(payload).has_value();
    }
    if (kind == StreamKind::attributes && !is_of_plugin_) {
      const auto attributes = format::parse_attributes(payload);
      if (attributes) begin_object(*attributes);
    }
    lane_->record(head, payload);
    relay_.deliver();
    new_objects_.failures.check();
  }

  RestoreTotals settle() {
    if (const auto failure = drained()) std::rethrow_exception(failure);
    RestoreTotals totals;
    for (const auto& lane : lanes_) add(totals, lane->engine().totals());
    return totals;
  }

  RestoreTotals finish() {
    const auto failure = drained();
    for (const auto& lane : lanes_) lane->engine().finish();
    relay_.deliver();
    if (failure) std::rethrow_exception(failure);
    RestoreTotals totals;
    for (const auto& lane : lanes_) add(totals, lane->engine().totals());
    if (plan_.existing() == RestoreOptions::Existing::changed_in_place)
      report_.message(
          MessageType::info,
          fmt::format("In place: {} files were changed where they lay; {} of {} bytes were there already",
                      totals.in_place, totals.unchanged_bytes, totals.job_bytes));
    return totals;
  }

  RestoreTotals progress() const {
    RestoreTotals totals;
    for (const auto& lane : lanes_) add(totals, lane->progress());
    return totals;
  }

 private:
  void begin_object(const format::Attributes& attributes) {
    if (plan_.paths() != nullptr && attributes.type != format::FileType::deleted)
      plan_.paths()->add(plan_.path_for(attributes.name), {});
    if (lanes_.size() == 1) return;
    if (attributes.type == format::FileType::hard_link_saved)
      if (const auto failure = drained()) std::rethrow_exception(failure);
    lane_ = lanes_[std::hash<std::string_view>{}(attributes.name) % lanes_.size()].get();
  }

  /// Waits for all lanes. What one of them fails with must not keep the others from completing their objects.
  std::exception_ptr drained() {
    std::exception_ptr failure;
    for (const auto& lane : lanes_) {
      try {
        lane->drain();
      } catch (...) {
        failure = std::current_exception();
      }
    }
    relay_.deliver();
    return failure;
  }

  Report& report_;
  Relay relay_;
  RestorePlan plan_;
  NewObjects new_objects_;
  std::vector<std::unique_ptr<RestoreLane>> lanes_;
  bool is_of_plugin_ = false;
  RestoreLane* lane_ = nullptr;  ///< of the object that records belong to now
};

Restore::Restore(tree::FileTarget& target, RestoreOptions options, Report& report) {
  const auto workers = options.workers;
  self_ = std::make_unique<Implementation>(target, std::move(options), report, workers);
}
Restore::~Restore() = default;

void Restore::record(const RecordHead& head, Bytes payload) { self_->record(head, payload); }
RestoreTotals Restore::finish() { return self_->finish(); }
RestoreTotals Restore::settle() { return self_->settle(); }
RestoreTotals Restore::progress() const { return self_->progress(); }

}  // namespace holdfast::archive
