// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/ids.h"

namespace holdfast::catalog {

/// What client, storage and catalog agreed on when a job ended well: a row of the own table HoldfastProof
/// (docs/protocol/own-extensions.md).
struct ProofRow {
  JobId job;
  std::uint32_t files = 0;
  std::uint64_t records = 0;  ///< 0 where neither daemon told, as for bytes
  std::uint64_t bytes = 0;
  std::string digest;       ///< over what the catalog got, in order
  bool by_client = false;   ///< the client gave the same
  bool by_storage = false;  ///< likewise

  bool operator==(const ProofRow&) const = default;
};

/// Errors as those of the other roles (catalog.h). The rows go with their jobs.
class ProofCatalog {
 public:
  virtual ~ProofCatalog() = default;
  virtual void put(const ProofRow& row) = 0;
  virtual std::optional<ProofRow> find(JobId job) = 0;
};

}  // namespace holdfast::catalog
