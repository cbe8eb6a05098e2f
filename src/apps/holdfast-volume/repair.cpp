// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/repair.h"

#include <fmt/core.h>

#include <filesystem>

#include "apps/common/drives.h"
#include "apps/holdfast-volume/catalog_choice.h"
#include "apps/holdfast-volume/check_run.h"
#include "apps/holdfast-volume/source.h"
#include "base/error.h"
#include "base/text.h"
#include "device/dedup_device.h"
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
    line.exit_status(exit_failure, "Nothing was written, although something is wrong; messages tell what.");
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

/// Where the repaired volume goes: an empty medium, and what messages call it.
struct Target {
  std::unique_ptr<device::Drive> drive;
  std::string name;  ///< of the volume; empty: what is in the drive
  std::string where;

  std::unique_ptr<device::Device> create() const {
    if (drive->media_kind() == device::Drive::Media::named) {
      if (drive->has(name)) throw Error(ErrorKind::refused, "{} exists; it is not written over.", where);
      return drive->create(name);
    }
    auto medium = drive->open(name, device::Drive::Access::append);
    const auto found = volumes::read_label(*medium);
    const auto* none = std::get_if<volumes::NoLabel>(&found);
    if (none == nullptr || !none->is_empty)
      throw Error(ErrorKind::refused, "The medium in {} is not blank; it is not written over.", where);
    medium->seek(0);
    return medium;
  }
};

/// A folder, for volumes of the kind that the damaged one is; or another device.
Target find_target(const ToolSource& source, const RepairOptions& options, const std::string& argument) {
  const auto& volume = source.volumes().front();
  if (!os::is_directory(argument)) {
    const auto device = find_device("holdfast-volume", options.source.device, argument);
    auto drive = device.make_drive([&source](const std::string& text) { source.tell(text); });
    return {std::move(drive), device.has_named_media() ? volume : device.volume, device.print_name};
  }
  const auto path = (std::filesystem::path(argument) / volume).string();
  const auto& resource = source.device().resource;
  if (device_type_of(resource) == DeviceType::dedupable)
    return {std::make_unique<device::DedupDrive>(argument, device::dedup_block_size(resource.device_options)),
            volume, path};
  return {std::make_unique<device::DirectoryDrive>(argument), volume, path};
}

void tell(const volumes::RepairTotals& totals, const std::string& volume, const std::string& where) {
  const auto bytes =
      totals.blanked_bytes > 0 ? fmt::format(" of {} bytes", with_thousands(totals.blanked_bytes)) : "";
  fmt::print("Volume {} was rewritten to {}: {} kept, {}{} blanked, {} blanked{}.\n", printable(volume),
             where, counted(totals.blocks, "block"), counted(totals.blanked_parts, "damaged part"), bytes,
             counted(totals.blanked_records, "piece") + " of records",
             totals.has_new_label ? ", new label" : "");
  fmt::print(
      "All addresses are as before: put it in the place of the damaged one, the catalog need not be "
      "changed.\n");
}

int repair(ToolSource& source, const RepairOptions& options, const std::string& argument) {
  const auto& volume = source.volumes().front();
  const auto target = find_target(source, options, argument);
  // Before anything is read: a folder that has the name already is told at once.
  if (target.drive->media_kind() == device::Drive::Media::named && target.drive->has(volume))
    throw Error(ErrorKind::refused, "{} exists; it is not written over.", target.where);
  std::optional<VolumeFacts> facts;
  if (!options.catalog.path.empty()) facts.emplace(options.catalog.opener("holdfast-volume repair")());
  auto* known = facts ? &*facts : nullptr;
  const auto from = source.drive().open(volume, device::Drive::Access::read);
  const auto result = check(*from, volume, known, options.source.verbosity);
  if (result.volumes.front().damaged.empty()) {
    fmt::print("Volume {} has no damaged block; nothing was written.\n", printable(volume));
    return result.is_good() ? exit_success : exit_failure;
  }
  // That a loaded medium is not blank is told before the long reading; a file is made when there is something to write.
  const bool is_loaded = target.drive->media_kind() == device::Drive::Media::loaded;
  auto to = is_loaded ? target.create() : nullptr;
  // Twice what is good: once to find out what can be saved, once to copy it.
  ReadPace pace(0, 2 * from->size().value_or(0), shown());
  const auto progress = [&](std::size_t bytes) { pace.read(bytes); };
  const auto salvage = volumes::find_salvage(*from, progress);
  if (!salvage.saves_files()) {
    pace.clear();
    throw Error(ErrorKind::corrupt,
                "Nothing could be saved of Volume {}: no file on it is readable. Nothing was written.",
                printable(volume));
  }
  if (!to) to = target.create();
  const auto totals = volumes::repair(*from, salvage, *to, label_for(volume, options, known), progress);
  pace.clear();
  tell(totals, volume, target.where);
  return exit_success;
}

}  // namespace

int run_repair(int argc, const char* const* argv) {
  CommandLine line(
      "holdfast-volume repair",
      "Rewrites a volume without its damaged parts\n\nThe damaged volume is not changed. Everything "
      "else keeps its address, so that catalog and bootstraps stay right.");
  RepairOptions options;
  std::vector<std::string> arguments;
  options.add_to(line);
  line.positional("device target",
                  "Device or Autochanger resource, directory, or one of these and /volume; and where the "
                  "repaired volume goes.",
                  arguments, 2, 2);
  if (const auto code = line.parse(argc, argv)) return *code;
  ToolSource source("holdfast-volume", options.source, arguments[0], Announce::no);
  if (source.volumes().size() != 1) throw Error(ErrorKind::invalid, "One volume at a time is repaired.");
  return repair(source, options, arguments[1]);
}

}  // namespace holdfast::apps
