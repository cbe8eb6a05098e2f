// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast-volume/tape_test.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <iostream>

#include "apps/common/command_line.h"
#include "apps/common/drives.h"
#include "apps/holdfast-volume/source.h"
#include "base/error.h"
#include "base/text.h"

namespace holdfast::apps {
namespace {

using device::TapeOperation;

constexpr unsigned granularity = 1024;

std::uint32_t count_of(const std::vector<std::string>& arguments) {
  const auto count = arguments.empty() ? std::nullopt : parse_number<std::uint32_t>(arguments[0]);
  return count.value_or(1);
}

struct Capability {
  std::string_view name;
  bool device::TapeTraits::*trait;
};
constexpr Capability capabilities[] = {
    {"EOM", &device::TapeTraits::hardware_end_of_medium},
    {"FASTFSF", &device::TapeTraits::fast_forward_space_file},
    {"FSF", &device::TapeTraits::forward_space_file},
    {"FSR", &device::TapeTraits::forward_space_record},
    {"BSF", &device::TapeTraits::backward_space_file},
    {"BSR", &device::TapeTraits::backward_space_record},
    {"BSFATEOM", &device::TapeTraits::bsf_at_eom},
    {"TWOEOF", &device::TapeTraits::two_eof},
    {"MTIOCGET", &device::TapeTraits::use_mtiocget},
    {"BLOCKPOSITIONING", &device::TapeTraits::block_positioning},
    {"EOFONERRORISEOT", &device::TapeTraits::eof_on_error_is_eot},
    {"OFFLINEUNMOUNT", &device::TapeTraits::offline_on_unmount},
    {"NOREWINDONCLOSE", &device::TapeTraits::no_rewind_on_close},
};

struct StatusFlag {
  std::string_view name;
  bool os::TapeStatus::*flag;
};
constexpr StatusFlag status_flags[] = {
    {"EOF", &os::TapeStatus::at_filemark},
    {"BOT", &os::TapeStatus::at_beginning},
    {"EOT", &os::TapeStatus::at_end_of_medium},
    {"EOD", &os::TapeStatus::at_end_of_data},
    {"WR_PROT", &os::TapeStatus::is_write_protected},
    {"ONLINE", &os::TapeStatus::is_online},
    {"DR_OPEN", &os::TapeStatus::is_open},
    {"CLEAN", &os::TapeStatus::wants_cleaning},
};

}  // namespace

const std::vector<TapeTest::Command>& TapeTest::commands() {
  static const std::vector<Command> all = {
      {"autochanger", "test the autochanger", &TapeTest::autochanger},
      {"bsf", "backspace files [count]", &TapeTest::bsf},
      {"bsr", "backspace blocks [count]", &TapeTest::bsr},
      {"cap", "list what the device can do", &TapeTest::cap},
      {"clear", "open the drive again, without its errors", &TapeTest::clear},
      {"eod", "go to the end of data", &TapeTest::eom},
      {"eom", "go to the end of data", &TapeTest::eom},
      {"fill", "fill one tape (s) or two (m) and read the last blocks", &TapeTest::fill},
      {"unfill", "read the last blocks of the filled tape again", &TapeTest::unfill},
      {"fsf", "forward space files [count]", &TapeTest::fsf},
      {"fsr", "forward space blocks [count]", &TapeTest::fsr},
      {"help", "print this list", &TapeTest::help},
      {"label", "write a label to the tape", &TapeTest::label},
      {"load", "load the tape", &TapeTest::load},
      {"quit", "end", &TapeTest::quit},
      {"rawfill", "fill the tape with bare writes", &TapeTest::rawfill},
      {"readlabel", "read and print the label", &TapeTest::readlabel},
      {"rectest", "write and read blocks of all sizes", &TapeTest::rectest},
      {"rewind", "rewind the tape", &TapeTest::rewind},
      {"scan", "read the tape to its end and count", &TapeTest::scan},
      {"scanblocks", "the same, and look into the blocks", &TapeTest::scanblocks},
      {"speed",
       "measure writing [file_size=n(GB)] [nb_file=3] [skip_zero] [skip_random] [skip_raw] [skip_block]",
       &TapeTest::speed},
      {"status", "print where the tape stands", &TapeTest::status},
      {"test", "find out whether the drive does what jobs need", &TapeTest::test},
      {"weof", "write file marks [count]", &TapeTest::weof},
      {"wr", "write one block", &TapeTest::wr},
      {"rr", "read one block of any kind", &TapeTest::rr},
      {"rb", "read one block of a volume", &TapeTest::rb},
      {"qfill", "fill the tape without reading it again", &TapeTest::qfill},
  };
  return all;
}

TapeTest::TapeTest(ToolDevice device, TapeDialogue dialogue)
    : device_(std::move(device)), dialogue_(std::move(dialogue)) {
  const auto type = device_type_of(device_.resource);
  if (type != DeviceType::tape && type != DeviceType::emulated_tape)
    throw Error(ErrorKind::unsupported, "btape only works with tape storage.");
  // It is the tape that is tried out.
  device_.resource.drive_crypto_enabled = false;
  drive_ = device_.make_drive([this](const std::string& text) { say(text); });
  open_drive();
}

void TapeTest::open_drive() {
  opened_.reset();
  // Afterwards it is whatever the tests made of it.
  const auto volume = std::exchange(device_.volume, {});
  try {
    opened_ = drive_->open(volume, device::Drive::Access::append);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::refused) rethrow_with("dev open failed");
    say("The tape is write protected: it can only be read.\n");
    opened_ = drive_->open(volume, device::Drive::Access::read);
  }
  tape_ = &dynamic_cast<device::TapeDevice&>(*opened_);
  tape_->set_block_sizes({.minimum = device_.resource.minimum_block_size, .maximum = block_size()});
}

std::string TapeTest::ask(std::string_view question) const {
  dialogue_.print(question);
  return std::string(trim(dialogue_.read_line().value_or("")));
}

bool TapeTest::run() {
  say(fmt::format("Tape block granularity is {} bytes.\n", granularity));
  say(fmt::format("open device {}: OK\n", device_.print_name));
  while (!is_over_) {
    dialogue_.print("*");
    const auto line = dialogue_.read_line();
    if (!line) break;
    if (!act_on(*line)) say(fmt::format("\"{}\" is an invalid command\n", printable(trim(*line))));
  }
  return !has_failed_;
}

bool TapeTest::act_on(const std::string& line) {
  Arguments words;
  for (const auto word : split(line, ' ')) {
    if (!trim(word).empty()) words.emplace_back(trim(word));
  }
  if (words.empty()) return true;
  const auto wanted = to_lower(words.front());
  words.erase(words.begin());
  const auto& all = commands();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Command& command) { return command.name.starts_with(wanted); });
  if (found == all.end()) return false;
  try {
    (this->*found->act)(words);
  } catch (const Error& error) {
    has_failed_ = true;
    say(error.message() + "\n");
  }
  return true;
}

bool TapeTest::operate(TapeOperation operation, std::uint32_t count, std::string_view name) {
  tape().motion().lose_position();
  const auto done = tape().drive().operate(operation, count);
  if (!done) say(fmt::format("Bad status from {}. ERR={}\n", name, done.error().message()));
  return done.has_value();
}

void TapeTest::move(const Arguments& arguments, TapeOperation operation, std::string_view name,
                    std::string_view done) {
  const auto count = count_of(arguments);
  if (operate(operation, count, name)) say(fmt::format(fmt::runtime(done), count, count == 1 ? "" : "s"));
}

void TapeTest::bsf(const Arguments& arguments) {
  move(arguments, TapeOperation::back_files, "bsf", "Backspaced {} file{}.\n");
}
void TapeTest::bsr(const Arguments& arguments) {
  move(arguments, TapeOperation::back_records, "bsr", "Backspaced {} record{}.\n");
}
void TapeTest::fsf(const Arguments& arguments) {
  move(arguments, TapeOperation::forward_files, "fsf", "Forward spaced {} file{}.\n");
}
void TapeTest::fsr(const Arguments& arguments) {
  move(arguments, TapeOperation::forward_records, "fsr", "Forward spaced {} record{}.\n");
}

void TapeTest::weof(const Arguments& arguments) {
  const auto count = count_of(arguments);
  if (operate(TapeOperation::write_filemarks, count, "weof"))
    say(fmt::format("Wrote {} EOF to {}\n", count, device_.print_name));
}

void TapeTest::eom(const Arguments&) {
  tape().seek_to_end();
  say("Moved to end of medium.\n");
}

void TapeTest::rewind(const Arguments&) {
  tape().motion().rewind();
  say(fmt::format("Rewound {}\n", device_.print_name));
}

void TapeTest::load(const Arguments&) {
  if (operate(TapeOperation::load, 1, "load")) say(fmt::format("Loaded {}\n", device_.print_name));
}

void TapeTest::help(const Arguments&) {
  for (const auto& command : commands()) say(fmt::format("  {:<12} {}\n", command.name, command.help));
}

void TapeTest::quit(const Arguments&) { is_over_ = true; }

void TapeTest::clear(const Arguments&) {
  open_drive();
  say("The drive was opened again.\n");
}

void TapeTest::cap(const Arguments&) {
  say("Device capabilities:\n");
  std::string line;
  for (const auto& [name, trait] : capabilities)
    line += fmt::format("{}{} ", tape().traits().*trait ? "" : "!", name);
  say(fmt::format("{}\n", line));
  say(fmt::format("Minimum block size={} Maximum block size={} Label block size={}\n",
                  device_.resource.minimum_block_size, block_size(), device_.resource.label_block_size));
}

void TapeTest::status(const Arguments&) {
  const auto said = tape().drive().status();
  if (!said) return say(fmt::format("Bad status from status. ERR={}\n", said.error().message()));
  std::string flags = "TAPE";
  for (const auto& [name, flag] : status_flags) flags += fmt::format(" {}{}", (*said).*flag ? "" : "!", name);
  const auto number = [](const std::optional<std::uint32_t>& known) {
    return known ? std::to_string(*known) : std::string("unknown");
  };
  say(fmt::format("Device status: {}\nfile={} block={} drive block size={}\n", flags, number(said->file),
                  number(said->block), said->block_size));
}

int run_tape_test(int argc, const char* const* argv) {
  CommandLine line("btape",
                   "Tries out a tape drive: reads commands, `help` lists them. Tests overwrite the tape");
  std::string bootstrap;
  ToolOptions options;
  bool goes_on = false;
  bool ignores_signals = false;
  int verbosity = 0;
  std::vector<std::string> devices;
  line.existing_path("-b,--parse-bootstrap", "Accepted, not needed.", bootstrap);
  options.add_device_to(line);
  line.flag("-p,--ignore-errors", "Accepted, not needed.", goes_on);
  line.flag("-s,--no-signals", "Accepted, not needed.", ignores_signals);
  line.counter("-v,--verbose", "Accepted, not needed.", verbosity);
  line.positional(
      "device",
      "Device resource or archive device of a tape drive, or Autochanger; with /volume, that one is loaded.",
      devices, 1, 1);
  if (const auto code = line.parse(argc, argv)) return *code;
  TapeTest test(find_device("btape", options.device, devices.front()),
                {.read_line = []() -> std::optional<std::string> {
                   std::string text;
                   if (!std::getline(std::cin, text)) return std::nullopt;
                   return text;
                 },
                 .print =
                     [](std::string_view text) {
                       std::fwrite(text.data(), 1, text.size(), stdout);
                       std::fflush(stdout);
                     }});
  return test.run() ? exit_success : exit_failure;
}

}  // namespace holdfast::apps
