// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <algorithm>

#include "apps/holdfast-volume/tape_test.h"
#include "base/error.h"
#include "crypto/crc32.h"
#include "device/changer_command.h"

namespace holdfast::apps {
namespace {

constexpr std::uint32_t blocks_per_file = 100;
constexpr std::size_t granularity = 1024;

/// Bytes that cannot be compressed and are the same whenever they are made for the same number.
void fill_with_noise(MutableBytes bytes, std::uint64_t seed) {
  for (std::size_t at = 0; at < bytes.size(); at += sizeof seed) {
    seed += 0x9e3779b97f4a7c15U;
    auto mixed = seed;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebU;
    mixed ^= mixed >> 31;
    std::memcpy(&bytes[at], &mixed, std::min(sizeof mixed, bytes.size() - at));
  }
}

}  // namespace

Buffer TapeTest::test_block(std::uint32_t number, std::size_t length) const {
  Buffer block(length);
  fill_with_noise(MutableBytes(block).subspan(format::BlockHeader::size),
                  std::uint64_t{number} << 32 | length);
  format::BlockHeader header{
      .length = static_cast<std::uint32_t>(length), .number = number, .session = {1, 1}};
  format::store(block.data(), header);
  header.checksum = crypto::crc32(format::checksummed_part(block));
  format::store(block.data(), header);
  return block;
}

std::string TapeTest::difference(std::uint32_t number, std::size_t length) {
  Buffer buffer;
  const auto outcome = tape().read_block(buffer);
  if (std::holds_alternative<device::Filemark>(outcome)) return "there is a file mark";
  if (std::holds_alternative<device::EndOfData>(outcome)) return "there is the end of data";
  if (const auto* damage = std::get_if<device::DamagedBlock>(&outcome)) return damage->why;
  const auto& read = std::get<device::BlockRead>(outcome);
  const auto header = format::parse_block_header(buffer);
  if (header && header->number != number)
    return fmt::format("there is block {} instead of {}", header->number, number);
  if (!equal(Bytes(buffer).first(read.length), test_block(number, length))) return "its data is another";
  return "";
}

std::string TapeTest::difference_at(const Place& place) {
  tape().seek(place.address);
  return difference(place.number, block_size());
}

std::vector<TapeTest::Place> TapeTest::write_test_files(std::uint32_t files, std::uint32_t blocks) {
  std::vector<Place> places;
  tape().truncate(0);
  for (std::uint32_t file = 0; file < files; ++file) {
    for (std::uint32_t i = 0; i < blocks; ++i) {
      const auto number = static_cast<std::uint32_t>(places.size());
      places.push_back({tape().position(), number});
      if (tape().write_block(test_block(number, block_size())) == device::Device::Written::end_of_medium)
        throw Error(ErrorKind::no_space, "The tape is too short for the test: it ended after {} blocks.",
                    number);
    }
    tape().write_filemark();
  }
  tape().flush();
  return places;
}

/// `advice` names what may be set otherwise.
void TapeTest::conclude(const std::string& problem, std::string_view advice) {
  if (problem.empty()) return say("=== Test Succeeded. End of test ===\n\n");
  has_failed_ = true;
  say(fmt::format("=== Test failed: {} ===\n{}\n\n", problem, advice));
}

void TapeTest::test(const Arguments&) {
  struct Check {
    std::string_view title;
    std::string (TapeTest::*act)();
    std::string_view advice;
  };
  static constexpr Check checks[] = {
      {"Write, rewind, and re-read test", &TapeTest::check_reading,
       "The drive does not give back what was written. Try Minimum Block Size and Maximum Block Size of the "
       "same\n"
       "value, at most what the drive's controller takes, or `mt -f <device> setblk 0`."},
      {"Write, rewind, and position test", &TapeTest::check_positions,
       "The drive does not go where it is told. Set `Block Positioning = no`; if that is not enough,\n"
       "`Forward Space Record = no`, `Backward Space File = no` and `Forward Space File = no`."},
      {"Append files test", &TapeTest::check_appending,
       "The end of data is not found. Set `Hardware End Of Medium = no`; if that is not enough also\n"
       "`Fast Forward Space File = no`. Where the drive stands one file too far, set `BSF At EOM = yes`."},
      {"Forward space files test", &TapeTest::check_spacing,
       "Set `Forward Space File = no` and `Fast Forward Space File = no`."},
  };
  say("\nThe tests overwrite the tape.\n");
  for (const auto& check : checks) {
    say(fmt::format("=== {} ===\n\n", check.title));
    std::string problem;
    try {
      problem = (this->*check.act)();
    } catch (const Error& error) {
      problem = error.message();
    }
    conclude(problem, check.advice);
  }
  if (!device_.resource.changer_command.empty()) autochanger({});
}

std::string TapeTest::check_reading() {
  const auto places = write_test_files(2, blocks_per_file);
  say(fmt::format("Wrote {} blocks of {} bytes in two files.\n", places.size(), block_size()));
  tape().seek(0);
  for (const auto& place : places) {
    Buffer buffer;
    const bool is_behind_mark = place.number == blocks_per_file;
    if (is_behind_mark && !std::holds_alternative<device::Filemark>(tape().read_block(buffer)))
      return "there is no mark behind the first file";
    const auto why = difference(place.number, block_size());
    if (!why.empty()) return fmt::format("block {}: {}", place.number, why);
  }
  return "";
}

std::string TapeTest::check_positions() {
  const auto places = write_test_files(2, blocks_per_file);
  // Forward, back, over the mark and to the ends.
  static constexpr std::uint32_t order[] = {3, 99, 100, 199, 4, 101, 150, 149, 0};
  for (const auto number : order) {
    const auto why = difference_at(places[number]);
    const auto where =
        fmt::format("file:block {}:{}", places[number].address >> 32, places[number].address & UINT32_MAX);
    if (!why.empty()) return fmt::format("{}: {}", where, why);
    say(fmt::format("Reposition to {}: OK\n", where));
  }
  return "";
}

std::string TapeTest::check_appending() {
  const auto places = write_test_files(3, 2);
  tape().motion().rewind();
  const auto end = tape().seek_to_end();
  say(fmt::format("We should be in file 3. I am at file {}.\n", end >> 32));
  if (end != 3ULL << 32) return fmt::format("the end of data is at {}:{}", end >> 32, end & UINT32_MAX);
  const Place appended{end, static_cast<std::uint32_t>(places.size())};
  tape().write_block(test_block(appended.number, block_size()));
  tape().write_filemark();
  const auto why = difference_at(appended);
  return why.empty() ? difference_at(places.back()) : why;
}

std::string TapeTest::check_spacing() {
  const auto places = write_test_files(6, 2);
  tape().motion().rewind();
  tape().motion().lose_position();
  for (const std::uint32_t step : {1U, 2U, 1U}) {
    say(fmt::format("Now forward spacing {} file{}.\n", step, step == 1 ? "" : "s"));
    if (!tape().drive().operate(device::TapeOperation::forward_files, step))
      return "the drive refuses to go forward over files";
    const auto said = tape().drive().status();
    if (said && said->file) say(fmt::format("I am at file {}.\n", *said->file));
  }
  Buffer buffer(block_size() + granularity);
  const auto got = tape().drive().read(buffer);
  const auto header = format::parse_block_header(buffer);
  const bool is_there = got && header && header->number == places[8].number;
  return is_there ? "" : "there is not the first block of file 4";
}

void TapeTest::autochanger(const Arguments&) {
  const auto& resource = device_.resource;
  say("=== Autochanger test ===\n\n");
  if (resource.changer_command.empty()) return say("No autochanger is configured for this device.\n");
  device::ChangerCommand robot(
      {.command = resource.changer_command,
       .changer_device = resource.changer_device,
       .drives = {{resource.drive_index, resource.archive_device, resource.diagnostic_device}},
       .max_wait = resource.maximum_changer_wait});
  const auto drive = resource.drive_index;
  try {
    say(fmt::format("3301 Issuing autochanger \"loaded\" command.\n"));
    if (const auto slot = robot.loaded(drive, {}); slot != 0) {
      say(fmt::format(
          "Slot {} loaded. I am going to unload it.\n3302 Issuing autochanger \"unload {} {}\" command.\n",
          slot, slot, drive));
      opened_.reset();
      drive_->unload();
      robot.unload(slot, drive, {});
    } else {
      say("Nothing loaded in the drive. OK.\n");
      opened_.reset();
    }
    say(fmt::format("3303 Issuing autochanger \"load 1 {}\" command.\n", drive));
    robot.load(1, drive, {});
  } catch (const device::ChangerError& error) {
    conclude(fmt::format("{}: {}", error.message(), error.output()),
             "Run the Changer Command by hand with the arguments it is given here.");
    open_drive();
    return;
  }
  open_drive();
  tape().truncate(0);
  std::string problem;
  if (tape().write_filemark() != device::Device::Written::ok)
    problem = "no mark can be written to the tape of slot 1";
  conclude(problem, "The tape was loaded, but is not ready: the script must wait until it is.");
}

void TapeTest::rectest(const Arguments&) {
  say("Test writing larger and larger records.\n");
  tape().truncate(0);
  std::vector<std::size_t> lengths;
  for (std::size_t length = 512; length <= std::max<std::size_t>(block_size(), 1024); length *= 2) {
    lengths.insert(lengths.end(), {length - 1, length, length + 1});
  }
  tape().set_block_sizes({.minimum = 0, .maximum = lengths.back()});
  for (std::uint32_t i = 0; i < lengths.size(); ++i) tape().write_block(test_block(i, lengths[i]));
  tape().write_filemark();
  tape().seek(0);
  std::string problem;
  for (std::uint32_t i = 0; i < lengths.size() && problem.empty(); ++i) {
    const auto why = difference(i, lengths[i]);
    if (!why.empty()) problem = fmt::format("{} bytes: {}", lengths[i], why);
  }
  tape().set_block_sizes({.minimum = device_.resource.minimum_block_size, .maximum = block_size()});
  conclude(problem, "Blocks of this length do not work. Set Maximum Block Size lower.");
}

}  // namespace holdfast::apps
