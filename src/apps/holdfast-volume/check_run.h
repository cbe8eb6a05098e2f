// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/holdfast-volume/file_check.h"
#include "apps/holdfast-volume/read_pace.h"
#include "apps/holdfast-volume/volume_facts.h"
#include "volumes/checker/check_volume.h"

namespace holdfast::apps {

/// "1 job", "2 jobs".
std::string counted(std::uint64_t count, std::string_view what);

/// A file that cannot be restored as it was saved.
struct DamagedFile {
  VolumeSession session{};
  std::uint32_t first = 0;
  std::uint32_t last = 0;  ///< more than `first`: all of them; LostFiles::to_the_end: nobody knows how many
  std::string name{};      ///< of one file; empty where it is not known
  std::string why{};
};

struct CheckedVolume {
  std::string name{};
  std::uint64_t bytes = 0;
  std::vector<volumes::DamagedPart> damaged{};
};

/// What a check found, in the order in which it was found.
struct CheckResult {
  std::vector<CheckedVolume> volumes{};
  std::vector<volumes::Finding> findings{};
  std::vector<DamagedFile> files{};
  std::vector<volumes::SessionFacts> sessions{};
  FileCheckTotals totals{};

  bool is_good() const;
  /// Of the findings.
  std::size_t count(volumes::Severity severity) const;
};

/// Reads volumes once and looks at everything there is to check: rules, digests of files, the catalog.
class CheckRun final : private volumes::CheckVisitor {
 public:
  /// `facts` and `keys` may be null. `heard` is told of every finding and damaged file as it comes.
  using Heard = std::function<void(const std::string& line, volumes::Severity severity)>;
  CheckRun(VolumeFacts* facts, const crypto::KeyRing* keys, Heard heard)
      : facts_(facts), keys_(keys), heard_(std::move(heard)) {}

  /// One volume after the other, as jobs went on.
  void check(device::Device& medium, const std::string& volume, ReadPace& pace);
  CheckResult finish();

 private:
  void finding(const volumes::Finding& finding) override;
  void record(VolumeSession session, std::int32_t file_index, std::int32_t stream, Bytes payload) override;
  void lost(const volumes::LostFiles& lost) override;
  void session(const volumes::SessionFacts& facts) override;

  FileCheck& files_of(VolumeSession session);
  void damaged_file(DamagedFile file);
  void name_lost(DamagedFile& lost);
  void compare_with_catalog(const std::string& volume, device::Device& medium);
  void note(const std::string& volume, std::string text);

  VolumeFacts* facts_;
  const crypto::KeyRing* keys_;
  Heard heard_;
  volumes::VolumeChecker checker_{*this};
  std::map<VolumeSession, std::unique_ptr<FileCheck>> files_;
  CheckResult result_;
};

}  // namespace holdfast::apps
