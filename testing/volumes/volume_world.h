// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "os/system_clock.h"
#include "testing/device/faulty_device.h"
#include "testing/device/memory_device.h"
#include "testing/volumes/media_kinds.h"
#include "testing/volumes/memory_catalog.h"
#include "volumes/append_session.h"
#include "volumes/autochanger.h"
#include "volumes/block_writer.h"
#include "volumes/read_session.h"

namespace holdfast::testing_support {

struct TestRecord {
  std::int32_t file_index = 0;
  std::int32_t stream = 0;
  std::string payload;
  bool operator==(const TestRecord&) const = default;
};

/// A catalog, a shelf of memory volumes and one device; jobs are run on them in one line.
struct VolumeWorld {
  MemoryDrive shelf;
  MemoryCatalog catalog;
  MemoryLog log;
  FaultPlan faults;
  os::SystemClock clock;
  volumes::LabelStamp stamp{.program = "test-sd", .host = "host1"};
  volumes::DeviceSettings settings{.name = "D",
                                   .archive = "/memory",
                                   .media_type = "File",
                                   .labels_media = true,
                                   .max_concurrent_jobs = 10};
  std::unique_ptr<MediaKind> other_media;  ///< instead of the shelf
  volumes::ReadSession::OnDamage on_damage = volumes::ReadSession::OnDamage::fail;
  std::unique_ptr<volumes::StorageDevice> device;
  std::unique_ptr<volumes::Autochanger> changer;
  std::uint32_t sessions = 0;

  VolumeWorld() { restart(); }
  explicit VolumeWorld(std::unique_ptr<MediaKind> kind) : other_media(std::move(kind)) { restart(); }
  /// A new daemon on the same media and catalog.
  void restart();

  volumes::AppendJob job(std::uint32_t session);
  /// Writes the records as one job; returns its session. Throws what the job ended with. What was written must please the
  /// strict checker, and the catalog must know it as it is.
  VolumeSession append(const std::vector<TestRecord>& records);
  /// Fails the test where the blocks of that session break a rule (volumes/checker).
  void check(VolumeSession session);
  /// What the catalog knows of that session, read with the bootstrap a Director would send.
  std::vector<TestRecord> read(VolumeSession session) { return read(session, 1, INT32_MAX); }
  /// The same, of these files only.
  std::vector<TestRecord> read(VolumeSession session, std::int32_t first, std::int32_t last);
  std::string bootstrap_of(VolumeSession session, std::int32_t first = 1,
                           std::int32_t last = INT32_MAX) const;

  /// JobMedia of each session, in order.
  std::vector<std::pair<VolumeSession, StoredJobMedia>> media;
};

/// The payload of the attributes record of a regular file.
std::string attributes_of(std::int32_t index, const std::string& name, std::size_t size);

/// The bootstrap a Director would send for these files of a session.
std::string bootstrap_text(VolumeSession session, const std::vector<StoredJobMedia>& media,
                           std::int32_t first = 1, std::int32_t last = INT32_MAX);

/// `count` files of attributes, data of varying length and digest, the same for the same seed.
std::vector<TestRecord> some_files(unsigned count, unsigned seed, std::size_t max_data = 3000);

}  // namespace holdfast::testing_support
