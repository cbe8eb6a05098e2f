// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include "apps/holdfast-volume/tape_test.h"
#include "base/error.h"
#include "base/text.h"
#include "crypto/crc32.h"
#include "os/host_name.h"
#include "os/system_clock.h"
#include "volumes/listing.h"
#include "volumes/volume_label.h"

namespace holdfast::apps {
namespace {

constexpr std::size_t longest_read = 32U * 1024 * 1024;

/// Equal things in a row are told in one line.
class RunOfBlocks {
 public:
  explicit RunOfBlocks(std::function<void(const std::string&)> say) : say_(std::move(say)) {}

  void add(std::size_t length) {
    if (length != length_) tell();
    length_ = length;
    ++count_;
    ++blocks_;
    bytes_ += length;
  }
  void add_mark() {
    tell();
    say_("End of File mark.\n");
    ++file_;
  }
  void end() {
    tell();
    say_(fmt::format("Total files={}, blocks={}, bytes = {}\n", file_, blocks_, with_thousands(bytes_)));
  }

 private:
  void tell() {
    if (count_ == 1) say_(fmt::format("1 block of {} bytes in file {}\n", length_, file_));
    if (count_ > 1) say_(fmt::format("{} blocks of {} bytes in file {}\n", count_, length_, file_));
    count_ = 0;
  }

  std::function<void(const std::string&)> say_;
  std::size_t length_ = 0;
  std::uint64_t count_ = 0;
  std::uint64_t blocks_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint32_t file_ = 0;
};

}  // namespace

void TapeTest::label(const Arguments& arguments) {
  const auto name = arguments.empty() ? ask("Enter Volume Name: ") : arguments.front();
  if (name.empty()) return say("Volume name error\n");
  const std::size_t size = device_.resource.label_block_size;
  tape().set_block_sizes({.minimum = size, .maximum = size});
  const volumes::LabelStamp stamp{.program = "btape", .host = os::host_name()};
  const auto written = volumes::write_label(
      tape(), volumes::new_label(stamp, os::SystemClock(), name, "Default", device_.resource.media_type), {});
  tape().set_block_sizes({.minimum = device_.resource.minimum_block_size, .maximum = block_size()});
  if (!written) throw Error(ErrorKind::no_space, "The label does not fit on the tape.");
  say(fmt::format("Wrote Volume label for volume \"{}\".\n", name));
}

void TapeTest::readlabel(const Arguments&) {
  const auto found = volumes::read_label(tape());
  const auto* label = std::get_if<volumes::FoundLabel>(&found);
  if (label == nullptr)
    return say(fmt::format("Volume has no label.\n{}\n", std::get<volumes::NoLabel>(found).why));
  say("Volume label read correctly.\n");
  say(volumes::describe(label->label, 0, static_cast<std::int32_t>(format::LabelType::volume),
                        format::encode(label->label).size()));
}

void TapeTest::wr(const Arguments&) {
  const auto block = test_block(0, block_size());
  if (tape().write_block(block) == device::Device::Written::end_of_medium) return say("The tape is full.\n");
  say(fmt::format("Wrote one record of {} bytes.\n", block.size()));
}

void TapeTest::rr(const Arguments& arguments) {
  const auto text = arguments.empty() ? ask("Enter length to read: ") : arguments.front();
  const auto length = parse_number<std::size_t>(text);
  if (!length || *length == 0 || *length > longest_read)
    return say("Bad length entered, using default of 1024 bytes.\n");
  Buffer buffer(*length);
  tape().motion().lose_position();
  const auto got = tape().drive().read(buffer);
  if (!got) return say(fmt::format("Bad status from read. ERR={}\n", got.error().message()));
  say(*got == 0 ? "End of File mark.\n" : fmt::format("Read of {} bytes gives stat={}\n", *length, *got));
}

void TapeTest::rb(const Arguments&) {
  Buffer buffer;
  const auto outcome = tape().read_block(buffer);
  if (std::holds_alternative<device::Filemark>(outcome)) return say("End of File mark.\n");
  if (std::holds_alternative<device::EndOfData>(outcome)) return say("End of data.\n");
  if (const auto* damage = std::get_if<device::DamagedBlock>(&outcome))
    return say(fmt::format("Bad block: {}\n", damage->why));
  const auto& read = std::get<device::BlockRead>(outcome);
  const auto block = Bytes(buffer).first(read.length);
  const auto header = format::parse_block_header(block);
  const bool is_right = header && crypto::crc32(format::checksummed_part(block)) == header->checksum;
  say(fmt::format("Block {} of {} bytes, VolSessionId={} VolSessionTime={}, checksum {}.\n", header->number,
                  read.length, header->session.id, header->session.time, is_right ? "right" : "WRONG"));
}

void TapeTest::scan(const Arguments&) {
  RunOfBlocks run([this](const std::string& text) { say(text); });
  Buffer buffer(longest_read);
  tape().motion().rewind();
  bool was_mark = false;
  for (;;) {
    const auto got = tape().drive().read(buffer);
    if (!got) {
      say(fmt::format("Bad status from read. ERR={}\n", got.error().message()));
      break;
    }
    const auto said = tape().drive().status();
    const bool is_end = *got == 0 && said && said->at_end_of_data && !said->at_filemark;
    if (is_end || (*got == 0 && was_mark)) break;
    was_mark = *got == 0;
    if (was_mark)
      run.add_mark();
    else
      run.add(*got);
  }
  tape().motion().lose_position();
  run.end();
}

void TapeTest::scanblocks(const Arguments&) {
  RunOfBlocks run([this](const std::string& text) { say(text); });
  Buffer buffer;
  tape().truncate(0);
  for (;;) {
    const auto outcome = tape().read_block(buffer);
    if (std::holds_alternative<device::EndOfData>(outcome)) break;
    if (std::holds_alternative<device::Filemark>(outcome)) run.add_mark();
    if (const auto* damage = std::get_if<device::DamagedBlock>(&outcome))
      say(fmt::format("Bad block at {}:{}: {}\n", damage->address >> 32, damage->address & UINT32_MAX,
                      damage->why));
    if (const auto* read = std::get_if<device::BlockRead>(&outcome)) run.add(read->length);
  }
  run.end();
}

}  // namespace holdfast::apps
