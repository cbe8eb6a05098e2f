// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "apps/holdfast-volume/tape_test.h"
#include "base/error.h"
#include "base/text.h"

namespace holdfast::apps {
namespace {

using Written = device::Device::Written;
using Steady = std::chrono::steady_clock;

constexpr std::size_t places_kept = 5;
constexpr double gigabyte = 1e9;

std::string rate_of(std::uint64_t bytes, Steady::time_point begin) {
  const auto seconds = std::max(std::chrono::duration<double>(Steady::now() - begin).count(), 1e-3);
  return fmt::format("Total Volume bytes={}B. Total Write rate = {}B/s\n", with_unit(bytes),
                     with_unit(static_cast<std::uint64_t>(static_cast<double>(bytes) / seconds)));
}

}  // namespace

/// Writes until the tape ends, with a mark after every Maximum File Size. Whether it ended as tapes do.
bool TapeTest::fill_one(std::uint32_t& number) {
  const auto begin = Steady::now();
  std::uint64_t bytes = 0;
  std::uint64_t in_file = 0;
  last_places_.clear();
  tape().truncate(0);
  for (;; ++number) {
    const auto block = test_block(number, block_size());
    if (in_file + block.size() >= device_.resource.maximum_file_size) {
      tape().write_filemark();
      in_file = 0;
    }
    const Place place{tape().position(), number};
    const auto written = tape().write_block(block);
    if (written == Written::end_of_medium) break;
    bytes += block.size();
    in_file += block.size();
    last_places_.push_back(place);
    if (last_places_.size() > places_kept) last_places_.erase(last_places_.begin());
    if (written == Written::early_warning) {
      ++number;
      break;
    }
    if (number % 1000 == 999)
      say(fmt::format("Wrote block={}, file,blk={},{} VolBytes={}\n", number + 1, place.address >> 32,
                      place.address & UINT32_MAX, with_thousands(bytes)));
  }
  say(fmt::format("End of tape {}:{}. Volume Bytes={}.\n", tape().position() >> 32,
                  tape().position() & UINT32_MAX, with_thousands(bytes)));
  tape().write_filemark();
  tape().flush();
  say(rate_of(bytes, begin));
  return !last_places_.empty();
}

void TapeTest::check_last_blocks(const std::vector<Place>& places) {
  std::string problem = places.empty() ? "not one block was written" : "";
  for (const auto& place : places) {
    const auto why = difference_at(place);
    if (!why.empty())
      problem = fmt::format("block {} at {}:{}: {}", place.number, place.address >> 32,
                            place.address & UINT32_MAX, why);
  }
  if (problem.empty() && tape().seek_to_end() >> 32 <= places.back().address >> 32)
    problem = "there is no mark behind the last block";
  if (problem.empty()) say("The last blocks of the tape were read again and are right.\n");
  conclude(problem, "Jobs that go over several tapes would lose data on this drive.");
}

void TapeTest::fill(const Arguments& arguments) {
  auto kind = arguments.empty() ? "" : arguments.front();
  if (kind.empty()) kind = ask("Fill one tape (s) or two (m)? ");
  if (kind != "s" && kind != "m") return say("Nothing done: the answer must be s or m.\n");
  std::uint32_t number = 0;
  fill_one(number);
  check_last_blocks(last_places_);
  if (kind == "s") return;
  opened_.reset();
  drive_->unload();
  ask("Put another tape into the drive, then press Enter: ");
  open_drive();
  fill_one(number);
  check_last_blocks(last_places_);
}

void TapeTest::unfill(const Arguments&) {
  if (last_places_.empty()) return say("No tape was filled since this program was started.\n");
  check_last_blocks(last_places_);
}

void TapeTest::qfill(const Arguments&) {
  std::uint32_t number = 0;
  fill_one(number);
}

void TapeTest::rawfill(const Arguments&) {
  const auto begin = Steady::now();
  const auto block = test_block(0, block_size());
  std::uint64_t bytes = 0;
  tape().truncate(0);
  for (;;) {
    const auto written = tape().drive().write(block);
    if (written) bytes += written->length;
    if (written && written->length == block.size() && !written->early_warning) continue;
    say(fmt::format("Write failed at block {}. stat={} ERR={}\n", bytes / block.size(),
                    written ? std::to_string(written->length) : "-1",
                    written ? "end of medium" : written.error().message()));
    break;
  }
  tape().motion().lose_position();
  tape().drive().operate(device::TapeOperation::write_filemarks, 1);
  say(rate_of(bytes, begin));
}

std::string TapeTest::measure_speed(bool is_random, bool is_raw, std::uint64_t file_size, unsigned files) {
  const auto block = is_random ? test_block(1, block_size()) : Buffer(block_size());
  const auto begin = Steady::now();
  std::uint64_t bytes = 0;
  tape().truncate(0);
  for (unsigned file = 0; file < files; ++file) {
    for (std::uint64_t in_file = 0; in_file < file_size; in_file += block.size()) {
      bool is_full = false;
      if (is_raw) {
        const auto written = tape().drive().write(block);
        is_full = !written || written->length < block.size();
      } else {
        is_full = tape().write_block(block) == Written::end_of_medium;
      }
      if (is_full) return "The tape is full.\n" + rate_of(bytes, begin);
      bytes += block.size();
    }
    tape().write_filemark();
  }
  tape().flush();
  return rate_of(bytes, begin);
}

void TapeTest::speed(const Arguments& arguments) {
  double size = 1;
  unsigned files = 3;
  const auto is_skipped = [&](std::string_view what) {
    return std::find(arguments.begin(), arguments.end(), what) != arguments.end();
  };
  for (const auto& argument : arguments) {
    const auto equals = argument.find('=');
    const auto value = equals == std::string::npos ? "" : argument.substr(equals + 1);
    const auto key = argument.substr(0, equals);
    if (key == "file_size") size = std::strtod(value.c_str(), nullptr);
    if (key == "nb_file") files = parse_number<unsigned>(value).value_or(0);
  }
  if (!(size > 0 && size <= 100'000) || files == 0)
    return say("file_size and nb_file must be numbers above 0.\n");
  for (const bool is_raw : {true, false}) {
    if (is_skipped(is_raw ? "skip_raw" : "skip_block")) continue;
    for (const bool is_random : {false, true}) {
      if (is_skipped(is_random ? "skip_random" : "skip_zero")) continue;
      say(fmt::format("Test with {} data, {} of {} bytes.\n", is_random ? "random" : "zero",
                      is_raw ? "bare writes" : "blocks", block_size()));
      say(measure_speed(is_random, is_raw, static_cast<std::uint64_t>(size * gigabyte), files));
      tape().motion().lose_position();
    }
  }
}

}  // namespace holdfast::apps
