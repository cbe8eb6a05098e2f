// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "director/active_job.h"
#include "director/attribute_stream.h"
#include "director/conversation.h"
#include "director/volume_desk.h"
#include "jobs/volume_choice.h"

namespace holdfast::director {

/// Serves the requests of the Storage Daemon of one job (interop 03, section 7). Used by the thread that
/// talks to it, with a catalog session of its own.
class CatalogService final : public Requests {
 public:
  CatalogService(ActiveJob& job, catalog::Catalog& catalog, const Clock& clock, VolumeDesk& desk);

  void job_message(const wire::JobMessage& message) override;
  void status(JobStatus status) override;
  std::string catalog_request(std::string_view request) override;
  void attributes(Bytes message) override;
  void proof(const wire::RecordProof& proof) override { proof_ = proof; }

  const std::optional<wire::RecordProof>& given_proof() const { return proof_; }
  AttributeStream& attribute_stream() { return attributes_; }
  /// Name of the volume that was handed out or updated last.
  const std::string& last_volume() const { return last_volume_; }

 private:
  /// The reply, where the request is the one it serves.
  using Handler = std::optional<std::string> (*)(CatalogService& self, std::string_view request);
  template <typename Message, std::string (CatalogService::*serve)(const Message&)>
  static std::optional<std::string> served(CatalogService& self, std::string_view request);
  static const Handler handlers[];

  std::string find_media(const wire::FindMedia& request);
  std::string volume_info(const wire::GetVolumeInfo& request);
  std::string update_media(const wire::UpdateMedia& request);
  std::string create_piece(const wire::CreateJobMedia& request);
  std::string delete_placeholders(const wire::DeleteNullJobMedia& request);
  std::string update_job(const wire::UpdateJobRecord& request);
  std::string update_files(const wire::UpdateFileList& request);
  std::string volume_line(const catalog::VolumeRow& row);

  ActiveJob& job_;
  catalog::Catalog& catalog_;
  VolumeDesk& desk_;
  AttributeStream attributes_;
  jobs::VolumeChoice volumes_;
  std::string last_volume_;
  std::optional<wire::RecordProof> proof_;
};

/// For a File Daemon, which only has messages to bring, and its proof.
class MessageService final : public Requests {
 public:
  explicit MessageService(ActiveJob& job) : job_(job) {}

  void job_message(const wire::JobMessage& message) override { job_.log->relay(message); }
  void status(JobStatus) override {}
  std::string catalog_request(std::string_view request) override;
  void attributes(Bytes message) override;
  void proof(const wire::RecordProof& proof) override { proof_ = proof; }

  const std::optional<wire::RecordProof>& given_proof() const { return proof_; }

 private:
  [[noreturn]] static void refuse(std::string_view message);

  ActiveJob& job_;
  std::optional<wire::RecordProof> proof_;
};

}  // namespace holdfast::director
