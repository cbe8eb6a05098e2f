// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <mutex>
#include <string>

#include "messages/local_messages.h"
#include "storage/storage_job.h"
#include "volumes/append_session.h"
#include "volumes/reservation.h"
#include "volumes/volume_catalog.h"

namespace holdfast::storage {

/// A job's connection to its Director: catalog requests, messages, states, attributes (interop 03, section 7).
/// Any thread may send; requests wait for each other, because each has its answer.
class DirectorLine final : public volumes::VolumeCatalog, public volumes::JobLog {
 public:
  /// `suppressed`: message types that the Messages resource does not send to the Director.
  DirectorLine(transport::Channel& channel, StorageJob& job, std::string daemon, const Clock& clock,
               std::vector<MessageType> suppressed = {}, messages::LocalMessages* local = nullptr);
  ~DirectorLine() override;

  /// From `use storage`: what FindMedia asks for.
  void set_pool(std::string pool, std::string media_type);

  std::optional<volumes::VolumeRecord> find_media(const std::vector<std::string>& unwanted) override;
  Expected<volumes::VolumeRecord, std::string> get_volume(std::string_view name, Purpose purpose) override;
  volumes::VolumeRecord update_media(const volumes::VolumeRecord& record, Relabelled relabelled,
                                     std::int64_t first_written) override;
  void create_job_media(MediaId volume, const volumes::JobMedia& range) override;
  /// How far the job is, in the middle of it; the Director stores the attributes it has. No answer.
  void tell_progress(std::uint32_t files, std::uint64_t bytes);
  /// A failure is only a warning.
  void delete_null_job_media();

  void message(MessageType type, const std::string& text) override;
  void status(JobStatus status) override;
  /// Sends it although it may not have changed.
  void repeat_status();

  /// Not flushed: attributes come in masses, and a request or message follows.
  void attributes(const volumes::CatalogRecord& record);
  /// What attributes() sends in front of the data.
  std::string head_of(const volumes::CatalogRecord& record) const;
  /// Such a head and its data, made before.
  void send_attributes(Bytes packet) { channel_.send_parts({packet}); }
  /// To the Director, and to a client that is accompanied.
  void heartbeat() override;
  /// While it exists, heartbeats go to the client, too.
  class Accompanied {
   public:
    Accompanied(DirectorLine& line, transport::Channel& client) : line_(line) {
      line_.client_.with([&](auto*& channel) { channel = &client; });
    }
    ~Accompanied() {
      line_.client_.with([](auto*& channel) { channel = nullptr; });
    }
    Accompanied(const Accompanied&) = delete;
    Accompanied& operator=(const Accompanied&) = delete;

   private:
    DirectorLine& line_;
  };
  /// Heartbeats, and now and then why the job waits.
  volumes::ReservationWait while_reserving();
  void flush() { channel_.flush(); }

 private:
  std::string ask(const std::string& request);

  transport::Channel& channel_;
  StorageJob& job_;
  std::string daemon_;
  const Clock& clock_;
  std::vector<MessageType> suppressed_;
  std::unique_ptr<messages::LocalMessages::Job>
      job_here_;  ///< other destinations than the Director; null for none
  std::string pool_;
  std::string media_type_;
  std::mutex asking_;
  Guarded<transport::Channel*> client_{nullptr};
};

}  // namespace holdfast::storage
