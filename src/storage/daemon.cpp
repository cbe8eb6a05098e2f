// SPDX-License-Identifier: AGPL-3.0-or-later
#include "storage/daemon.h"

#include <fmt/core.h>

#include <set>

#include "base/error.h"
#include "base/text.h"
#include "base/wait.h"
#include "crypto/key_wrap.h"
#include "device/encrypting_drive.h"
#include "os/socket_address.h"
#include "storage/director_session.h"
#include "storage/session_time.h"
#include "transport/configured.h"
#include "volumes/spool_store.h"

namespace holdfast::storage {
namespace {

using transport::Conversation;
using transport::KnownPeer;

std::optional<codec::Compression> compression_of(const config::Device& configured) {
  const int level = std::clamp<int>(configured.auto_deflate_level, 1, 9);
  const int zstd_level = std::clamp<int>(configured.auto_deflate_level, 1, 19);
  switch (configured.auto_deflate_algorithm) {
    case config::CompressionAlgorithm::gzip: return codec::Compression{codec::Algorithm::gzip, level};
    case config::CompressionAlgorithm::lzo: return codec::Compression{codec::Algorithm::lzo, level};
    case config::CompressionAlgorithm::lzfast: return codec::Compression{codec::Algorithm::lzfast, level};
    case config::CompressionAlgorithm::lz4: return codec::Compression{codec::Algorithm::lz4, level};
    case config::CompressionAlgorithm::lz4hc: return codec::Compression{codec::Algorithm::lz4hc, level};
    case config::CompressionAlgorithm::zstd: return codec::Compression{codec::Algorithm::zstd, zstd_level};
    case config::CompressionAlgorithm::none: break;
  }
  return std::nullopt;
}

/// Auto Deflate and Auto Inflate for one direction.
stream::XflateRules xflate_rules(const config::Device& configured, config::IoDirection direction) {
  const auto applies = [&](config::IoDirection asked) {
    return asked == config::IoDirection::both || asked == direction;
  };
  stream::XflateRules rules;
  if (applies(configured.auto_inflate)) rules.inflate = stream::XflateRules::Inflate::yes;
  if (applies(configured.auto_deflate)) rules.deflate = compression_of(configured);
  return rules;
}

volumes::DeviceSettings device_settings(const config::Device& configured, const config::StorageDaemon& own) {
  using config::IoDirection;
  return {.name = configured.name,
          .archive = configured.archive_device,
          .media_type = configured.media_type,
          .may_read = configured.access_mode != IoDirection::write,
          .may_append = configured.access_mode != IoDirection::read,
          .labels_media = configured.label_media,
          .is_removable = configured.removable_media,
          .is_always_open = configured.always_open,
          .checks_blocks = configured.block_checksum,
          .max_concurrent_jobs = configured.maximum_concurrent_jobs,
          .label_block_size = configured.label_block_size,
          .min_block_size = configured.minimum_block_size,
          .max_block_size =
              std::clamp<std::size_t>(configured.maximum_block_size, 4096, format::max_block_length),
          .max_file_size = configured.maximum_file_size,
          .poll_interval = std::max(configured.volume_poll_interval, std::chrono::seconds(60)),
          .heartbeat_interval = own.heartbeat_interval,
          .spool_directory = configured.spool_directory,
          .max_spool_size = configured.maximum_spool_size,
          .max_job_spool_size = configured.maximum_job_spool_size,
          .drive_index = configured.drive_index,
          .auto_select = configured.auto_select,
          .on_write = xflate_rules(configured, IoDirection::write),
          .on_read = xflate_rules(configured, IoDirection::read)};
}

/// Keys of volumes may be wrapped with the Key Encryption Key of any Director; the check in them tells with which.
Buffer read_key(const config::StorageConfiguration& configuration, std::string_view encryption_key) {
  std::string why;
  for (const auto& director : configuration.directors) {
    auto key = crypto::read_tape_key(encryption_key, director.key_encryption_key.text);
    if (key) return *key;
    why = key.error();
  }
  throw Error(ErrorKind::invalid, "its encryption key in the catalog cannot be used: {}", why);
}

/// Where alerts and encryption of a drive are asked for.
std::string diagnostic_path(const config::Device& configured) {
  return configured.diagnostic_device.empty() ? configured.archive_device : configured.diagnostic_device;
}

/// Nothing where the configuration asks for none.
std::unique_ptr<volumes::EncryptionStatus> encryption_status(const config::Device& configured,
                                                             const Clock& clock) {
  if (!configured.query_crypto_status) return nullptr;
  volumes::EncryptionStatus::Open open;
  if (!equal_ignoring_case(configured.device_type, "emulated-tape"))
    open = [path = diagnostic_path(configured)] { return std::make_unique<os::ScsiDevice>(path); };
  return std::make_unique<volumes::EncryptionStatus>(std::move(open), clock);
}

/// Nothing where the configuration asks for none.
std::unique_ptr<volumes::DriveAlerts> drive_alerts(const config::Device& configured) {
  if (configured.drive_tape_alert_enabled)
    return std::make_unique<volumes::TapeAlertLog>(configured.name, [path = diagnostic_path(configured)] {
      return std::make_unique<os::ScsiDevice>(path);
    });
  if (configured.alert_command.empty()) return nullptr;
  return std::make_unique<volumes::AlertCommand>(
      volumes::AlertCommand::Settings{.command = configured.alert_command,
                                      .archive_device = configured.archive_device,
                                      .changer_device = configured.changer_device,
                                      .diagnostic_device = configured.diagnostic_device,
                                      .drive_index = configured.drive_index});
}

std::vector<std::string> numeric_addresses(const std::string& host) {
  std::vector<std::string> addresses;
  try {
    for (const auto& address : os::resolve(host, 0)) addresses.push_back(address.host());
  } catch (const Error&) {
    // The reply says that there are none.
  }
  return addresses;
}

}  // namespace

Daemon::Daemon(DaemonParts parts)
    : parts_(std::move(parts)),
      tls_(transport::tls_context(parts_.configuration->storage().tls)),
      jobs_(claim_session_time(parts_.configuration->storage().working_directory,
                               parts_.configuration->storage().name, parts_.clock.now())),
      keys_(fmt::format("{}/{}.keys", parts_.configuration->storage().working_directory,
                        parts_.configuration->storage().name)),
      statistics_(devices_, jobs_, parts_.clock),
      context_{.configuration = [this] { return parts_.configuration; },
               .devices = devices_,
               .jobs = jobs_,
               .clock = parts_.clock,
               .stamp = {.program = parts_.configuration->storage().name, .host = parts_.host},
               .started = parts_.clock.now(),
               .system = parts_.system,
               .connect =
                   [this](transport::Introduction who, const transport::Reach& reach, std::stop_token stop) {
                     who.tls = tls_;
                     return transport::connect(who, reach, std::move(stop));
                   },
               .resolve = numeric_addresses,
               .statistics = &statistics_,
               .local = parts_.local} {
  make_devices();
  transport::AcceptSettings accept;
  accept.role = transport::Role::storage;
  accept.name = parts_.configuration->storage().name;
  accept.tls = tls_;
  accept.find_peer = [this](Conversation conversation, std::string_view name) {
    return find_peer(conversation, name);
  };
  accept_ = std::make_shared<const transport::AcceptSettings>(std::move(accept));
}

std::unique_ptr<device::Drive> Daemon::make_drive(const config::Device& configured) const {
  auto drive = parts_.make_drive(configured);
  if (!configured.drive_crypto_enabled) return drive;
  // The tape device itself can be open only once.
  if (configured.diagnostic_device.empty())
    throw Error(ErrorKind::invalid,
                "'Drive Crypto Enabled' needs a 'Diagnostic Device', the SCSI generic device of the drive");
  return std::make_unique<device::EncryptingDrive>(
      std::move(drive), std::make_unique<os::ScsiDevice>(configured.diagnostic_device),
      [configuration = parts_.configuration](std::string_view key) { return read_key(*configuration, key); });
}

void Daemon::add_device(const config::Device& configured) {
  try {
    auto device = std::make_unique<volumes::StorageDevice>(
        device_settings(configured, parts_.configuration->storage()), make_drive(configured));
    device->set_alerts(drive_alerts(configured));
    device->set_encryption_status(encryption_status(configured, parts_.clock));
    if (configured.drive_crypto_enabled)
      device->keep_keys([this](const std::string& volume, const std::string& key) {
        keys_.keep(volume, key, parts_.clock.now());
      });
    devices_.add(std::move(device));
  } catch (const Error& error) {
    parts_.report("Device " + configured.name, error);
  }
}

void Daemon::make_devices() {
  if (parts_.configuration->storage().device_reserve_by_media_type) devices_.reserve_by_media_type();
  for (const auto& configured : parts_.configuration->devices) {
    if (configured.count <= 1) {
      add_device(configured);
      continue;
    }
    // Count makes copies, name and four digits, behind an autochanger of the original name.
    std::vector<volumes::StorageDevice*> members;
    for (std::uint32_t number = 0; number < configured.count; ++number) {
      auto copy = configured;
      copy.name = fmt::format("{}{:04}", configured.name, number);
      if (number == 0) copy.auto_select = false;  // for restores, and whoever asks for it by name
      add_device(copy);
      if (auto* device = devices_.find(copy.name)) members.push_back(device);
    }
    devices_.add_group(configured.name, std::move(members));
  }
  for (const auto& changer : parts_.configuration->autochangers) add_autochanger(changer);
}

void Daemon::add_autochanger(const config::Autochanger& configured) {
  std::vector<volumes::StorageDevice*> members;
  for (const auto* member : configured.devices) {
    for (auto* device : devices_.named(member->name)) members.push_back(device);
  }
  try {
    // Without a command nothing is moved: the volumes of disks are all there.
    if (!configured.changer_command.empty()) {
      auto& robot = *autochangers_.emplace_back(
          std::make_unique<volumes::Autochanger>(configured.name, parts_.make_changer(configured)));
      for (auto* device : members) {
        robot.add(*device);
        device->set_changer(robot);
      }
    }
  } catch (const Error& error) {
    parts_.report("Autochanger " + configured.name, error);
  }
  devices_.add_group(configured.name, std::move(members));
}

std::optional<KnownPeer> Daemon::find_peer(Conversation conversation, std::string_view name) const {
  if (conversation == Conversation::director) {
    const auto* director = parts_.configuration->find_director(name);
    if (director == nullptr) return std::nullopt;
    KnownPeer known;
    known.key = director->password.text;
    known.policy = transport::tls_policy(director->tls.enable, director->tls.require);
    known.admission = known.policy;
    return known;
  }
  if (conversation != Conversation::job_from_client && conversation != Conversation::job_between_storages) {
    return std::nullopt;
  }
  std::optional<KnownPeer> known;
  const auto& tls = parts_.configuration->storage().tls;
  jobs_.with_job(name, [&](const StorageJob& job) {
    // A second client for a job that has one is turned away.
    if (job.progress().has_client) return;
    known.emplace();
    known->key = job.key();
    known->policy = transport::tls_policy(tls.enable, tls.require);
    known->admission = transport::TlsPolicy::none;
  });
  return known;
}

void Daemon::serve(transport::Peer peer, std::stop_token stop) {
  if (peer.conversation != Conversation::director) {
    jobs_.with_job(peer.name, [&](StorageJob& job) { job.deliver(std::move(peer.channel)); });
    return;
  }
  const std::stop_callback wake(stop, [&] { peer.channel->interrupt(); });
  DirectorSession(context_, peer.name, *peer.channel, stop).run();
}

transport::ServerLimits Daemon::limits() const {
  transport::ServerLimits limits;
  limits.connections = parts_.configuration->storage().maximum_concurrent_jobs;
  return limits;
}

void Daemon::remove_leftovers() {
  std::set<std::string> directories{parts_.configuration->storage().working_directory};
  for (const auto& device : parts_.configuration->devices) {
    if (!device.spool_directory.empty()) directories.insert(device.spool_directory);
  }
  for (const auto& directory : directories) {
    try {
      volumes::remove_leftover_spools(directory, context_.stamp.program);
    } catch (const Error& error) {
      parts_.report("Spool directory " + directory, error);
    }
  }
}

void Daemon::collect_statistics(std::stop_token stop) {
  const std::chrono::seconds interval(parts_.configuration->storage().statistics_collect_interval);
  if (interval.count() == 0) return;
  while (pause_for(interval, stop)) statistics_.sample(*parts_.configuration);
}

void Daemon::run(std::stop_token stop, const std::function<void()>& listening) {
  remove_leftovers();
  const transport::Server server(
      transport::listen_addresses(parts_.configuration->storage().addresses), [this] { return accept_; },
      [this](transport::Peer peer, std::stop_token ending) { serve(std::move(peer), std::move(ending)); },
      parts_.report, limits());
  const std::jthread collecting([this](std::stop_token ending) { collect_statistics(std::move(ending)); });
  listening();
  wait_for(std::move(stop));
}

}  // namespace holdfast::storage
