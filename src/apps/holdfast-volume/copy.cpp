// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include "apps/holdfast-volume/source.h"
#include "base/error.h"
#include "base/text.h"
#include "os/file.h"
#include "volumes/volume_copy.h"

namespace holdfast::apps {
namespace {

struct CopyOptions {
  ToolOptions source;
  std::string out_volumes;
  std::string directory = "/tmp";

  void add_to(CommandLine& line) {
    line.existing_path("-b,--parse-bootstrap", "Copy only what this bootstrap file selects.",
                       source.bootstrap);
    source.add_device_to(line);
    line.option("-i,--input-volumes,-V,--volumes",
                "Volumes to copy, in the order in which they were written, separated by |.", source.volumes);
    line.option("-o,--output-volumes", "Labelled volumes to append to, one after the other, separated by |.",
                out_volumes);
    source.add_ignore_errors_to(line);
    line.counter("-v,--verbose", "Say more.", source.verbosity);
    line.option("-w,--working-directory", "Accepted for scripts; must exist (/tmp).", directory);
  }
};

std::vector<std::string> output_volumes(const CopyOptions& options, const ToolDevice& device) {
  std::vector<std::string> names;
  if (!options.out_volumes.empty())
    for (const auto name : split(options.out_volumes, '|')) names.emplace_back(name);
  else if (!device.volume.empty())
    names.push_back(device.volume);
  if (names.empty())
    throw Error(ErrorKind::invalid, "No volume to copy to is named; use -o or <directory>/<volume>.");
  return names;
}

void check_other_than(const std::vector<std::string>& input, const ToolDevice& from,
                      const std::vector<std::string>& output, const ToolDevice& to) {
  for (const auto& name : output)
    if (from.shares_volumes_with(to) && std::find(input.begin(), input.end(), name) != input.end())
      throw Error(ErrorKind::invalid, "Volume \"{}\" cannot be copied to itself.", name);
}

int copy(ToolSource& source, const ToolDevice& device, const CopyOptions& options) {
  const auto names = output_volumes(options, device);
  check_other_than(source.volumes(), source.device(), names, device);
  const auto tell = [&](const std::string& text) { source.tell(text); };
  const auto drive = device.make_drive(tell);
  const auto tell_verbose = [&](const std::string& text) {
    if (options.source.verbosity > 0) source.tell(text);
  };
  volumes::CopyTarget target(*drive, names,
                             {.sizes = {.minimum = device.resource.minimum_block_size,
                                        .maximum = device.resource.maximum_block_size},
                              .max_file_size = device.resource.maximum_file_size},
                             tell);
  target.open();
  auto* matcher = source.matcher();
  std::function<bool(VolumeSession)> is_wanted;
  if (matcher != nullptr)
    is_wanted = [matcher](VolumeSession session) { return matcher->wants_session(session); };
  volumes::VolumeCopy copying(target, is_wanted, tell_verbose);
  auto reading = source.reading();
  reading.read(source.volumes(), matcher, copying);
  copying.finish();
  source.tell(fmt::format("{} Jobs copied. {} records copied.\n", copying.jobs(), copying.records()));
  return source.end(reading.passed_damage());
}

}  // namespace

int run_copy(int argc, const char* const* argv) {
  CommandLine line("bcopy",
                   "Copies the jobs on volumes to other volumes\n\nThose have a label already; what is "
                   "copied is appended to them.");
  CopyOptions options;
  std::vector<std::string> devices;
  options.add_to(line);
  line.positional("input-device output-device",
                  "Device or Autochanger resources, directories, or one of these and /volume.", devices, 2,
                  2);
  if (const auto code = line.parse(argc, argv)) return *code;
  if (!os::is_directory(options.directory))
    throw Error(ErrorKind::not_found, "Working Directory: {} not found. Cannot continue.", options.directory);
  ToolSource source("bcopy", options.source, devices[0]);
  const auto target = find_device("bcopy", options.source.device, devices[1]);
  fmt::print("bcopy: Using device: \"{}\" for writing.\n", devices[1]);
  return copy(source, target, options);
}

}  // namespace holdfast::apps
