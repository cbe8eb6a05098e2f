// SPDX-License-Identifier: AGPL-3.0-or-later
#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "apps/holdfast-volume/catalog_choice.h"
#include "apps/holdfast-volume/check_run.h"
#include "apps/holdfast-volume/key_files.h"
#include "apps/holdfast-volume/source.h"
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "os/terminal.h"

namespace holdfast::apps {
namespace {

using nlohmann::ordered_json;

/// Volumes were read, and something is wrong with them.
constexpr int exit_damaged = 2;

struct CheckOptions {
  ToolOptions source;
  CatalogChoice catalog;
  std::vector<std::string> keys;
  std::string rate;
  bool as_json = false;

  void add_to(CommandLine& line) {
    line.existing_path("-b,--parse-bootstrap", "A bootstrap file that names the volumes.", source.bootstrap);
    source.add_device_to(line);
    line.option("-V,--volumes", "Volumes in the order in which they were written, separated by |.",
                source.volumes);
    line.counter("-v,--verbose", "Tell what is only remarkable, too.", source.verbosity);
    catalog.add_existing_path_to(line);
    line.existing_paths(
        "--key", "PEM file with a private key, to look into encrypted files with; may be repeated.", keys);
    line.option("--rate", "Read at most so much in a second: 50m are 50 MiB.", rate);
    line.flag("--json", "Print one JSON object at the end instead of text.", as_json);
    line.exit_status(exit_damaged, "The volumes are damaged, or not what the catalog says.");
  }
};

std::uint64_t rate_of(const std::string& text) {
  if (text.empty()) return 0;
  const auto rate = parse_speed(text);
  if (!rate || *rate == 0)
    throw Error(ErrorKind::invalid, "\"{}\" is no rate; 50m is 50 MiB a second, 500k are 500 KiB", text);
  return *rate;
}

std::string session_text(VolumeSession session) { return fmt::format("{}/{}", session.id, session.time); }

const volumes::SessionFacts* find_session(const CheckResult& result, VolumeSession session) {
  for (const auto& facts : result.sessions)
    if (facts.session == session) return &facts;
  return nullptr;
}

std::string job_of(const CheckResult& result, VolumeSession session) {
  const auto* facts = find_session(result, session);
  if (facts != nullptr && facts->start) return facts->start->job;
  if (facts != nullptr && facts->end) return facts->end->job;
  return {};
}

ordered_json volumes_json(const CheckResult& result) {
  auto all = ordered_json::array();
  for (const auto& volume : result.volumes) {
    auto damaged = ordered_json::array();
    for (const auto& part : volume.damaged) damaged.push_back({{"start", part.address}, {"end", part.end}});
    all.push_back({{"volume", volume.name}, {"bytes", volume.bytes}, {"damaged_parts", damaged}});
  }
  return all;
}

ordered_json findings_json(const CheckResult& result) {
  auto all = ordered_json::array();
  for (const auto& finding : result.findings) {
    ordered_json entry = {{"severity", volumes::to_string(finding.severity)},
                          {"volume", finding.volume},
                          {"address", finding.address},
                          {"offset", finding.offset},
                          {"text", finding.text}};
    if (finding.session != VolumeSession{}) entry["session"] = session_text(finding.session);
    if (finding.file_index > 0) entry["file_index"] = finding.file_index;
    all.push_back(std::move(entry));
  }
  return all;
}

ordered_json files_json(const CheckResult& result) {
  auto all = ordered_json::array();
  for (const auto& file : result.files) {
    ordered_json entry = {{"session", session_text(file.session)},
                          {"job", job_of(result, file.session)},
                          {"first_index", file.first}};
    if (file.last != volumes::LostFiles::to_the_end) entry["last_index"] = file.last;
    if (!file.name.empty()) entry["name"] = file.name;
    entry["why"] = file.why;
    all.push_back(std::move(entry));
  }
  return all;
}

std::string as_json(const CheckResult& result) {
  const auto& totals = result.totals;
  const ordered_json all = {{"good", result.is_good()},
                            {"volumes", volumes_json(result)},
                            {"jobs", result.sessions.size()},
                            {"files", totals.files},
                            {"files_verified", totals.verified},
                            {"files_without_digest", totals.undigested},
                            {"files_encrypted", totals.encrypted},
                            {"bytes", totals.bytes},
                            {"findings", findings_json(result)},
                            {"damaged_files", files_json(result)}};
  return all.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string is_or_are(std::size_t count, std::string_view what) {
  return fmt::format("{} {}", count == 1 ? "is" : "are", counted(count, what));
}

/// The last line. The catalog may say otherwise where nothing is damaged.
std::string verdict(const CheckResult& result) {
  const auto errors = result.count(volumes::Severity::error);
  const auto warnings = result.count(volumes::Severity::warning);
  const bool is_damaged = !result.files.empty() ||
                          std::any_of(result.volumes.begin(), result.volumes.end(),
                                      [](const CheckedVolume& volume) { return !volume.damaged.empty(); });
  if (is_damaged) return "There is damage.";
  if (errors > 0) return fmt::format("No block is damaged, but there {}.", is_or_are(errors, "error"));
  if (warnings > 0) return fmt::format("There is no damage; there {}.", is_or_are(warnings, "warning"));
  return "All is well.";
}

void print_summary(const CheckResult& result) {
  const auto& totals = result.totals;
  std::map<VolumeSession, std::size_t> damaged;
  for (const auto& file : result.files) ++damaged[file.session];
  for (const auto& [session, count] : damaged) {
    const auto job = job_of(result, session);
    fmt::print("Job {} (session {}): {} damaged.\n", job.empty() ? "of unknown name" : printable(job),
               session_text(session),
               count == 1 ? "one file or range of files" : fmt::format("{} files or ranges of files", count));
  }
  for (const auto& volume : result.volumes)
    fmt::print("Volume {}: {} bytes read, {}.\n", printable(volume.name), with_thousands(volume.bytes),
               counted(volume.damaged.size(), "damaged part"));
  fmt::print("{}, {} files: {} verified by their digest, {} without digest, {} encrypted.\n",
             counted(result.sessions.size(), "job"), with_thousands(totals.files),
             with_thousands(totals.verified), with_thousands(totals.undigested),
             with_thousands(totals.encrypted));
  fmt::print("{}\n", verdict(result));
}

CheckResult check_all(ToolSource& source, const CheckOptions& options) {
  std::optional<VolumeFacts> facts;
  if (!options.catalog.path.empty()) facts.emplace(options.catalog.opener("holdfast-volume check")());
  const bool shows = !options.as_json && os::is_terminal(os::StandardStream::error);
  ReadPace pace(rate_of(options.rate), source.total_size(), shows ? ReadPace::Show::yes : ReadPace::Show::no);
  const auto ring = KeyFiles{options.keys, {}}.ring();
  CheckRun run(
      facts ? &*facts : nullptr, options.keys.empty() ? nullptr : ring.get(),
      [&](const std::string& line, volumes::Severity severity) {
        if (options.as_json || (severity == volumes::Severity::note && options.source.verbosity == 0)) return;
        pace.clear();
        fmt::print("{}\n", line);
      });
  for (const auto& volume : source.volumes()) {
    const auto medium = source.drive().open(volume, device::Drive::Access::read);
    run.check(*medium, volume, pace);
  }
  return run.finish();
}

}  // namespace

int run_check(int argc, const char* const* argv) {
  CommandLine line(
      "holdfast-volume check",
      "Reads volumes and verifies all that can be verified\n\nThat is blocks, records, the digests "
      "of files, and what the catalog says. Nothing is changed.");
  CheckOptions options;
  std::vector<std::string> devices;
  options.add_to(line);
  add_device_argument(line, devices);
  if (const auto code = line.parse(argc, argv)) return *code;
  rate_of(options.rate);
  ToolSource source("holdfast-volume", options.source, devices[0], Announce::no);
  const auto result = check_all(source, options);
  options.as_json ? fmt::print("{}", as_json(result)) : print_summary(result);
  return result.is_good() ? exit_success : exit_damaged;
}

}  // namespace holdfast::apps
