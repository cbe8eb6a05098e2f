// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/repair.h"

#include <fmt/core.h>

#include <filesystem>

#include "apps/holdfast-volume/catalog_choice.h"
#include "apps/holdfast-volume/check_run.h"
#include "apps/holdfast-volume/source.h"
#include "base/error.h"
#include "base/text.h"
#include "device/file_device.h"
#include "os/file.h"
#include "os/system_clock.h"
#include "os/terminal.h"

namespace holdfast::apps {
namespace {

struct RepairOptions {
  ToolOptions source;
  CatalogChoice catalog;
  std::string media_type = "File";

  void add_to(CommandLine& line) {
    source.add_device_to(line);
    line.option("-V,--volumes", "The volume.", source.volumes);
    line.counter("-v,--verbose", "Tell what is only remarkable, too.", source.verbosity);
    catalog.add_existing_path_to(line);
    line.option("--media-type", "For a new label where the old one is lost and no --catalog tells (File).",
                media_type);
  }
};

ReadPace::Show shown() {
  return os::is_terminal(os::StandardStream::error) ? ReadPace::Show::yes : ReadPace::Show::no;
}

CheckResult check(device::Device& medium, const std::string& volume, VolumeFacts* facts, int verbosity) {
  ReadPace pace(0, medium.size().value_or(0), shown());
  CheckRun run(facts, nullptr, [&](const std::string& line, volumes::Severity severity) {
    if (severity == volumes::Severity::note && verbosity == 0) return;
    pace.clear();
    fmt::print("{}\n", line);
  });
  run.check(medium, volume, pace);
  return run.finish();
}

/// What a lost label is replaced by; as much of it as the catalog knows.
format::VolumeLabel label_for(const std::string& volume, const RepairOptions& options, VolumeFacts* facts) {
  volumes::LabelStamp stamp;
  stamp.program = "repair";
  auto label = volumes::new_label(stamp, os::SystemClock(), volume, {}, options.media_type);
  const auto row = facts != nullptr ? facts->volume(volume) : std::nullopt;
  if (row) label.media_type = row->media_type;
  return label;
}

int repair(ToolSource& source, const RepairOptions& options, const std::string& directory) {
  const auto& volume = source.volumes().front();
  const auto target = std::filesystem::path(directory) / volume;
  if (std::filesystem::exists(target))
    throw Error(ErrorKind::refused, "{} exists; it is not written over.", target.string());
  std::optional<VolumeFacts> facts;
  if (!options.catalog.path.empty()) facts.emplace(options.catalog.opener("holdfast-volume repair")());
  const auto from = source.drive().open(volume, device::Drive::Access::read);
  const auto result = check(*from, volume, nullptr, options.source.verbosity);
  const auto& damaged = result.volumes.front().damaged;
  if (damaged.empty()) {
    fmt::print("Volume {} has no damaged block; nothing was written.\n", printable(volume));
    return result.is_good() ? exit_success : exit_failure;
  }
  device::DirectoryDrive drive(directory);
  const auto to = drive.create(volume);
  ReadPace pace(0, 2 * from->size().value_or(0), shown());
  const auto totals = volumes::repair(*from, *to, label_for(volume, options, facts ? &*facts : nullptr),
                                      [&](std::size_t bytes) { pace.read(bytes); });
  pace.clear();
  fmt::print(
      "Volume {} was rewritten to {}: {} blocks kept, {} damaged parts of {} bytes blanked, {} pieces of "
      "records blanked{}.\n",
      printable(volume), target.string(), totals.blocks, totals.blanked_parts,
      with_thousands(totals.blanked_bytes), totals.blanked_records,
      totals.has_new_label ? ", new label" : "");
  fmt::print(
      "All addresses are as before: put it in the place of the damaged one, the catalog need not be "
      "changed.\n");
  return exit_success;
}

}  // namespace

int run_repair(int argc, const char* const* argv) {
  CommandLine line("holdfast-volume repair", "Rewrites a volume without its damaged parts");
  RepairOptions options;
  std::vector<std::string> arguments;
  options.add_to(line);
  line.positional("device directory",
                  "Device or Autochanger resource, directory, or one of these and /volume; and where the "
                  "repaired volume goes.",
                  arguments, 2, 2);
  if (const auto code = line.parse(argc, argv)) return *code;
  if (!os::is_directory(arguments[1]))
    throw Error(ErrorKind::invalid, "{} must be a directory.", arguments[1]);
  ToolSource source("holdfast-volume", options.source, arguments[0], Announce::no);
  if (source.volumes().size() != 1) throw Error(ErrorKind::invalid, "One volume at a time is repaired.");
  return repair(source, options, arguments[1]);
}

}  // namespace holdfast::apps
