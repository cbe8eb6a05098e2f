// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <optional>

#include "storage/append_run.h"
#include "volumes/record_reader.h"

namespace holdfast::storage {

/// Copies what is read into the session of the same job: copy, migrate and virtual full on one Storage Daemon
/// (interop 04, section 13). Files are numbered anew, 1, 2, 3, in the order in which they come. A record is
/// copied once, into its new block.
class RecordCopier final : public volumes::RecordVisitor {
 public:
  explicit RecordCopier(AppendRun& append) : append_(append) {}

  void label(const format::Record& record, const volumes::Block& block) override;
  void record(const format::Record& record, const volumes::Block& block) override;

 private:
  AppendRun& append_;
  // Only before the first record, for whose session one is looked up.
  std::map<VolumeSession, format::SessionLabel> labels_;
  VolumeSession session_;  ///< of the record before
  std::int32_t source_index_ = 0;
  std::int32_t index_ = 0;
};

}  // namespace holdfast::storage
