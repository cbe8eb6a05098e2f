// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "director/active_job.h"
#include "format/packed_stat.h"
#include "wire/verify_packet.h"

namespace holdfast::director {

/// Takes what a client tells of the files of a verify job, in the order it tells it. One thread.
class VerifiedFiles {
 public:
  virtual ~VerifiedFiles() = default;
  virtual void attributes(const wire::client::VerifyAttributes& file) = 0;
  /// Belongs to the attributes before it.
  virtual void digest(const wire::client::VerifyDigest& digest) = 0;
  /// Nothing more comes.
  virtual void finish() = 0;
};

/// Of level InitCatalog: stores the files, for later jobs to compare with.
std::unique_ptr<VerifiedFiles> store_verified_files(ActiveJob& job, catalog::Catalog& catalog);

/// With what the files are compared.
struct VerifyBasis {
  JobId job;                 ///< its files are the ones that must be there
  std::vector<JobId> known;  ///< where a file is looked up, in this order
  std::string_view place;    ///< where files lack: "disk", "the Volume(s)"
};

/// Compares with the catalog and logs what differs, which sets the job's status; marks what was met (interop 08, section
/// 19.1).
std::unique_ptr<VerifiedFiles> compare_verified_files(ActiveJob& job, catalog::Catalog& catalog,
                                                      VerifyBasis basis);

/// Hands one packet of a client on; returns its FileIndex. Throws Error{invalid} for what is no such packet.
std::uint32_t take_verify_packet(std::string_view text, VerifiedFiles& files);

}  // namespace holdfast::director
