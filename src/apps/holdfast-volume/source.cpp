// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast-volume/source.h"

#include <fmt/core.h>
#include <fnmatch.h>

#include <cstdio>

#include "base/error.h"
#include "base/local_time.h"
#include "base/text.h"
#include "os/system_clock.h"
#include "os/text_file.h"

namespace holdfast::apps {
namespace {

constexpr std::size_t max_volume_list = 127;

std::string read_whole(const std::string& path, const char* what) {
  constexpr std::size_t longest = 64UL * 1024 * 1024;
  try {
    return os::read_text(path, longest);
  } catch (const Error& error) {
    throw Error(error.kind(), "Could not open {}: {}, ERR={}", what, path, error.message());
  }
}

std::vector<std::string> patterns(const std::string& path, const char* what) {
  std::vector<std::string> list;
  if (path.empty()) return list;
  const auto text = read_whole(path, what);
  for (const auto line : split(text, '\n')) {
    if (!trim(line).empty()) list.emplace_back(trim(line));
  }
  return list;
}

bool matches_any(const std::vector<std::string>& list, const std::string& name) {
  for (const auto& pattern : list) {
    if (fnmatch(pattern.c_str(), name.c_str(), 0) == 0) return true;
  }
  return false;
}

}  // namespace

void ToolOptions::add_device_to(CommandLine& line) {
  line.existing_path("-c,--config", "Configuration file or directory of the Storage Daemon.", device.config);
  line.option("-D,--director",
              "Director resource whose Key Encryption Key unlocks the keys of tapes; without it that of any.",
              device.director);
  line.option("--drive", "Drive Index of the drive, where an Autochanger is named.", device.drive);
  line.flag("--all-slots", "Load volumes with other barcodes, too, to look for the wanted one.",
            device.searches_all_slots);
  line.existing_path("--key-cache", "Keys of tapes that the drive encrypts, a file of bscrypto -p.",
                     device.key_cache);
}

void ToolOptions::add_reading_to(CommandLine& line) {
  line.existing_path("-b,--parse-bootstrap", "Read only what this bootstrap file selects.", bootstrap);
  add_device_to(line);
  add_ignore_errors_to(line);
  line.counter("-v,--verbose", "Say more; may be repeated.", verbosity);
  line.option("-V,--volumes", "Volumes in the order to read them, separated by |.", volumes);
}

void ToolOptions::add_ignore_errors_to(CommandLine& line) {
  line.flag("-p,--ignore-errors", "Read on behind damaged blocks; without it the first one ends the program.",
            goes_on_after_errors);
  line.exit_status(exit_failure,
                   "Something was not read, also what -p passed over, or not done; messages tell what.");
}

void ToolOptions::add_to(CommandLine& line) {
  add_reading_to(line);
  line.option("-e,--exclude", "File with patterns of names to leave out, one a line.", exclude_file);
  line.option("-i,--include", "File with patterns of names to take, one a line.", include_file);
}

void add_device_argument(CommandLine& line, std::vector<std::string>& devices, int most) {
  line.positional("device", "Device or Autochanger resource, directory, or one of these and /volume.",
                  devices, 1, most);
}

ToolSource::ToolSource(std::string program, const ToolOptions& options, const std::string& device,
                       Announce announce)
    : program_(std::move(program)),
      on_damage_(options.goes_on_after_errors ? volumes::ToolReading::OnDamage::go_on
                                              : volumes::ToolReading::OnDamage::stop),
      device_(find_device(program_, options.device, device)),
      announce_(announce) {
  choose_volumes(options);
  drive_ = make_drive();
  if (announce == Announce::yes) fmt::print("{}: Using device: \"{}\" for reading.\n", program_, device);
}

void ToolSource::choose_volumes(const ToolOptions& options) {
  if (!options.bootstrap.empty()) {
    auto parsed = format::parse_bootstrap(read_whole(options.bootstrap, "bootstrap file"));
    if (!parsed) {
      throw Error(ErrorKind::invalid, "Bootstrap file error: {} line {}: {}", options.bootstrap,
                  parsed.error().line, parsed.error().message);
    }
    matcher_.emplace(std::move(*parsed));
    for (auto& volume : matcher_->volumes()) {
      if (volume.slot > 0) slots_[volume.name] = static_cast<unsigned>(volume.slot);
      volumes_.push_back(std::move(volume.name));
    }
  } else if (!options.volumes.empty()) {
    if (options.volumes.size() > max_volume_list) {
      throw Error(ErrorKind::invalid, "Volume name or names is too long. Please use a .bsr file.");
    }
    for (const auto name : split(options.volumes, '|')) volumes_.emplace_back(name);
  } else if (!device_.volume.empty()) {
    volumes_.push_back(device_.volume);
  }
  if (volumes_.empty())
    throw Error(ErrorKind::invalid, "No volume is named; use -V, -b or <directory>/<volume>.");
}

volumes::ToolReading ToolSource::reading() {
  return {*drive_, device_.print_name, on_damage_, [this](const std::string& text) { tell(text); }};
}

std::uint64_t ToolSource::total_size() {
  // Where media have to be loaded, each is opened when it is read.
  if (!can_read_several()) return 0;
  std::uint64_t total = 0;
  for (const auto& volume : volumes_)
    total += drive_->open(volume, device::Drive::Access::read)->size().value_or(0);
  return total;
}

int ToolSource::end(std::uint64_t passed_damage) const {
  if (passed_damage == 0) return exit_success;
  tell(fmt::format(
      "Error: {} passed over; what was there is missing.\n",
      passed_damage == 1 ? "1 damaged part was" : fmt::format("{} damaged parts were", passed_damage)));
  return exit_failure;
}

void ToolSource::tell(const std::string& text) const {
  fmt::print(announce_ == Announce::yes ? stdout : stderr, "{} {} JobId 0: {}",
             local_time(os::SystemClock().now(), "%d-%b %H:%M"), program_, text);
  std::fflush(stdout);
}

std::function<bool(std::string_view)> name_filter(const ToolOptions& options) {
  if (options.include_file.empty() && options.exclude_file.empty()) return {};
  return [included = patterns(options.include_file, "include file"),
          excluded = patterns(options.exclude_file, "exclude file")](std::string_view name) {
    const std::string text(name);
    return (included.empty() || matches_any(included, text)) && !matches_any(excluded, text);
  };
}

}  // namespace holdfast::apps
