// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "storage/storage_context.h"
#include "transport/channel.h"
#include "volumes/append_session.h"
#include "volumes/record_reader.h"

namespace holdfast::storage {

/// Connects to the Storage Daemon that writes, on behalf of the job it writes. Throws Error.
std::unique_ptr<transport::Channel> connect_to_writer(const StorageContext& context, StorageJob& job,
                                                      const wire::Replicate& command);

/// Sends what is read to another Storage Daemon, which writes it (interop 03, section 6.3). File indexes stay
/// as they are. Throws Error where that daemon refuses.
class Replication final : public volumes::RecordVisitor {
 public:
  explicit Replication(transport::Channel& writer) : writer_(writer) {}

  void begin();
  void record(const format::Record& record, const volumes::Block& block) override;
  /// Returns when the other daemon says that it has everything.
  void end();

  volumes::AppendTotals totals() const { return totals_; }

 private:
  std::string ask(std::string_view request);
  void expect(std::string_view request, std::string_view wanted);

  transport::Channel& writer_;
  std::string head_;
  VolumeSession session_;
  std::int32_t file_index_ = 0;
  std::int32_t stream_ = 0;
  volumes::AppendTotals totals_;
};

}  // namespace holdfast::storage
