// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "storage/append_run.h"
#include "storage/device_commands.h"
#include "storage/read_run.h"
#include "storage/storage_context.h"
#include "transport/peer.h"
#include "volumes/read_session.h"

namespace holdfast::storage {

/// Serves one connection of a Director: the commands of a job, or of the console (interop 03, sections 2, 3, 12
/// and 13).
class DirectorSession {
 public:
  DirectorSession(const StorageContext& context, std::string director, transport::Channel& channel,
                  std::stop_token stop);
  ~DirectorSession();

  /// Until the Director hangs up or a command ends the session.
  void run();

 private:
  enum class Next { go_on, end };
  using Handler = Next (DirectorSession::*)(std::string_view);
  struct Command {
    std::string_view prefix;
    Handler handler;
  };
  static const Command commands[];

  Next serve(std::string_view text);
  /// Absolute Job Timeout: how long one read or write may stay blocked; zero means for ever.
  std::chrono::milliseconds patience() const;
  bool is_monitor() const;
  Next reply(std::string_view text, Next next = Next::go_on);

  // Of jobs.
  Next start_job(std::string_view text);
  Next take_plugin_options(std::string_view text);
  Next tell_secure_erase(std::string_view text);
  Next take_bootstrap(std::string_view text);
  Next use_storage(std::string_view text);
  Next connect_to_client(std::string_view text);
  Next replicate_to(std::string_view text);
  Next listen_for_storage(std::string_view text);
  Next run_job(std::string_view text);

  // Of the console.
  Next cancel(std::string_view text);
  Next set_debug(std::string_view text);
  Next set_bandwidth(std::string_view text);
  Next set_device(std::string_view text);
  Next resolve(std::string_view text);
  Next show_statistics(std::string_view text);
  Next show_status(std::string_view text);
  Next show_status_part(std::string_view text);
  Next command_device(std::string_view text);

  void read_devices(volumes::ReservationRequest& request);
  Next reserve_for_append(const volumes::ReservationRequest& request);
  Next reserve_for_read(const volumes::ReservationRequest& request);
  Next refuse_devices(const volumes::ReservationRequest& request);
  /// What the job reads is not what it writes.
  void part_devices();
  /// Between volumes, or from volumes to another Storage Daemon.
  bool copies_volumes() const;
  void serve_peer();
  void mount_both();
  void copy_records();
  void replicate_records();
  void attempt(const std::function<void()>& part);
  void open_reading();
  void finish_append();
  void serve_client(transport::Channel& client);
  void converse(transport::Channel& client);
  void tell_proof();
  void end_job();
  void send_end(const volumes::AppendTotals& totals);
  std::vector<MessageType> suppressed_messages() const;

  const StorageContext& context_;
  std::string director_name_;
  transport::Channel& channel_;
  std::stop_token stop_;
  DeviceCommands device_commands_;

  std::unique_ptr<StorageJob> job_;
  std::unique_ptr<JobTable::Entry> entry_;
  std::unique_ptr<DirectorLine> director_;
  std::optional<format::Bootstrap> bootstrap_;
  std::optional<volumes::Reservation> read_reservation_;
  std::string read_pool_;
  std::optional<ReadRun> reading_;
  std::unique_ptr<transport::Channel> writer_;  ///< the Storage Daemon that writes what this one reads
  std::unique_ptr<AppendRun> append_;
  std::string connected_client_;  ///< what to tell about a passive client
};

}  // namespace holdfast::storage
