// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/holdfast-volume/tool_device.h"
#include "device/tape_device.h"

namespace holdfast::apps {

/// Where the dialogue with the user goes: a line of input, or nothing at its end.
struct TapeDialogue {
  std::function<std::optional<std::string>()> read_line;
  std::function<void(std::string_view)> print;
};

/// btape: tries out a tape drive by commands (interop 10, section 8).
class TapeTest {
 public:
  /// Opens the drive; throws Error where it is no tape or cannot be opened.
  TapeTest(ToolDevice device, TapeDialogue dialogue);

  /// Commands until `quit` or the end of the input. Whether no test failed.
  bool run();

 private:
  struct Command {
    std::string_view name;
    std::string_view help;
    void (TapeTest::*act)(const std::vector<std::string>& arguments);
  };
  using Arguments = std::vector<std::string>;
  static const std::vector<Command>& commands();

  /// Where a test block was written.
  struct Place {
    std::uint64_t address = 0;
    std::uint32_t number = 0;
  };

  // tape_test.cpp: the dialogue, and commands that only move the tape
  bool act_on(const std::string& line);
  void say(const std::string& text) const { dialogue_.print(text); }
  std::string ask(std::string_view question) const;
  void open_drive();
  bool operate(device::TapeOperation operation, std::uint32_t count, std::string_view name);
  void move(const Arguments& arguments, device::TapeOperation operation, std::string_view name,
            std::string_view done);
  void bsf(const Arguments& arguments);
  void bsr(const Arguments& arguments);
  void fsf(const Arguments& arguments);
  void fsr(const Arguments& arguments);
  void weof(const Arguments& arguments);
  void eom(const Arguments& arguments);
  void rewind(const Arguments& arguments);
  void load(const Arguments& arguments);
  void help(const Arguments& arguments);
  void quit(const Arguments& arguments);
  void clear(const Arguments& arguments);
  void cap(const Arguments& arguments);
  void status(const Arguments& arguments);

  // tape_test_checks.cpp: what tells whether the drive does what jobs need
  void test(const Arguments& arguments);
  void autochanger(const Arguments& arguments);
  void rectest(const Arguments& arguments);
  // Each gives the problem it found, or nothing.
  std::string check_reading();
  std::string check_positions();
  std::string check_appending();
  std::string check_spacing();
  void conclude(const std::string& problem, std::string_view advice);
  std::vector<Place> write_test_files(std::uint32_t files, std::uint32_t blocks);

  // tape_test_fill.cpp: whole tapes, and how fast they are
  void fill(const Arguments& arguments);
  void unfill(const Arguments& arguments);
  void qfill(const Arguments& arguments);
  void rawfill(const Arguments& arguments);
  void speed(const Arguments& arguments);
  bool fill_one(std::uint32_t& number);
  void check_last_blocks(const std::vector<Place>& places);
  std::string measure_speed(bool is_random, bool is_raw, std::uint64_t file_size, unsigned files);

  // tape_test_blocks.cpp: labels and single blocks
  void label(const Arguments& arguments);
  void readlabel(const Arguments& arguments);
  void wr(const Arguments& arguments);
  void rr(const Arguments& arguments);
  void rb(const Arguments& arguments);
  void scan(const Arguments& arguments);
  void scanblocks(const Arguments& arguments);

  Buffer test_block(std::uint32_t number, std::size_t length) const;
  std::size_t block_size() const { return device_.resource.maximum_block_size; }
  /// Empty, or what is wrong with the block at the position.
  std::string difference(std::uint32_t number, std::size_t length);
  /// Empty, or what is wrong with the block that was written to that place.
  std::string difference_at(const Place& place);
  device::TapeDevice& tape() { return *tape_; }

  ToolDevice device_;
  TapeDialogue dialogue_;
  std::unique_ptr<device::Drive> drive_;
  std::unique_ptr<device::Device> opened_;
  device::TapeDevice* tape_ = nullptr;  ///< opened_
  std::vector<Place> last_places_;      ///< of the last tape that was filled
  bool has_failed_ = false;
  bool is_over_ = false;
};

int run_tape_test(int argc, const char* const* argv);

}  // namespace holdfast::apps
