// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/sql_proofs.h"

namespace holdfast::catalog {

void SqlProofs::put(const ProofRow& row) {
  session_.run(
      "INSERT INTO HoldfastProof (JobId, Files, Records, Bytes, Digest, ByClient, ByStorage) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (JobId) DO UPDATE SET Files = excluded.Files, "
      "Records = excluded.Records, Bytes = excluded.Bytes, Digest = excluded.Digest, "
      "ByClient = excluded.ByClient, ByStorage = excluded.ByStorage",
      {value_of(row.job), value_of(row.files), value_of(row.records), value_of(row.bytes),
       std::string_view(row.digest), value_of(row.by_client), value_of(row.by_storage)});
}

std::optional<ProofRow> SqlProofs::find(JobId job) {
  return session_.first(
      "SELECT JobId, Files, Records, Bytes, Digest, ByClient, ByStorage FROM HoldfastProof WHERE JobId = ?1",
      {value_of(job)}, [](const ResultRow& row) {
        ColumnReader column(row);
        ProofRow found;
        found.job = column.id<JobId>();
        found.files = column.number<std::uint32_t>();
        found.records = column.number<std::uint64_t>();
        found.bytes = column.number<std::uint64_t>();
        found.digest = column.text();
        found.by_client = column.flag();
        found.by_storage = column.flag();
        return found;
      });
}

}  // namespace holdfast::catalog
