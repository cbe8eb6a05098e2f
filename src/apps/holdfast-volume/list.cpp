// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <cstdio>

#include "apps/holdfast-volume/source.h"
#include "base/error.h"
#include "volumes/listing.h"
#include "volumes/volume_label.h"

namespace holdfast::apps {
namespace {

enum class What { files, jobs, blocks, label };

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void list_label(ToolSource& source, const std::string& volume) {
  const auto medium = source.drive().open(volume, device::Drive::Access::read);
  const auto found = volumes::read_label(*medium);
  const auto* label = std::get_if<volumes::FoundLabel>(&found);
  if (label == nullptr) throw Error(ErrorKind::corrupt, "{}", std::get<volumes::NoLabel>(found).why);
  print(volumes::continuation_warning(label->label));
  print(volumes::describe(label->label, 0, static_cast<std::int32_t>(format::LabelType::volume),
                          format::encode(label->label).size()));
}

void list_records(ToolSource& source, volumes::ToolReading& reading) {
  volumes::RecordListing records(print);
  reading.read(source.volumes(), source.matcher(), records);
  fmt::print("{} files and directories found.\n", records.count());
}

int list(ToolSource& source, What what, const ToolOptions& options) {
  auto reading = source.reading();
  switch (what) {
    case What::files: {
      if (options.verbosity > 0) {
        list_records(source, reading);
        break;
      }
      volumes::FileListing files(print, name_filter(options));
      reading.read(source.volumes(), source.matcher(), files);
      fmt::print("{} files and directories found.\n", files.count());
      break;
    }
    case What::jobs: {
      volumes::LabelListing labels(print,
                                   options.verbosity > 0 ? volumes::Detail::full : volumes::Detail::brief);
      reading.read(source.volumes(), source.matcher(), labels);
      break;
    }
    case What::blocks: {
      using Contents = volumes::BlockListing::Contents;
      const auto contents = options.verbosity == 0   ? Contents::none
                            : options.verbosity == 1 ? Contents::first_record
                                                     : Contents::all_records;
      volumes::BlockListing blocks(print, contents);
      for (const auto& volume : source.volumes()) reading.read_blocks(volume, blocks);
      break;
    }
    case What::label:
      for (const auto& volume : source.volumes()) list_label(source, volume);
      break;
  }
  source.tell(fmt::format("Releasing device {}.\n", source.print_name()));
  return source.end(reading.passed_damage());
}

}  // namespace

int run_list(int argc, const char* const* argv) {
  CommandLine line("bls",
                   "Lists what is on volumes: files, job sessions (-j), blocks (-k) or the label (-L)");
  ToolOptions options;
  bool jobs = false;
  bool blocks = false;
  bool label = false;
  std::vector<std::string> devices;
  options.add_to(line);
  line.flag("-j,--list-jobs", "List labels of jobs instead of files.", jobs);
  line.flag("-k,--list-blocks", "List blocks; with -v what they begin with, with -vv all their records.",
            blocks);
  line.flag("-L,--list-labels", "Print the label of the volume.", label);
  add_device_argument(line, devices, 100);
  if (const auto code = line.parse(argc, argv)) return *code;
  int ended = exit_success;
  for (const auto& device : devices) {
    ToolSource source("bls", options, device);
    const auto code = list(source,
                           jobs     ? What::jobs
                           : blocks ? What::blocks
                           : label  ? What::label
                                    : What::files,
                           options);
    if (code != exit_success) ended = code;
  }
  return ended;
}

}  // namespace holdfast::apps
