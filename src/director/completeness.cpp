// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/completeness.h"

#include <algorithm>

#include "base/text.h"

namespace holdfast::director {
namespace {

/// The disagreements of one job; each is told when it is found.
class Comparison {
 public:
  /// `what`: "backup", "copy".
  Comparison(ActiveJob& job, std::string_view what) : job_(job), what_(what) {}

  /// `what` names two parties and what they tell: "the client sent, and the storage wrote, records".
  template <typename Value>
  void same(std::string_view what, const Value& first, const Value& second) {
    if (first != second) differ(fmt::format("{}: {} and {}", what, first, second));
  }
  void differ(std::string_view what) {
    agree_ = false;
    job_.log->add(MessageType::error, fmt::format("The {} cannot be trusted: {}.\n", what_, what));
  }
  bool agree() const { return agree_; }

 private:
  ActiveJob& job_;
  std::string_view what_;
  bool agree_ = true;
};

void compare_files(Comparison& compare, const JobOutcome& outcome) {
  const std::uint32_t client = outcome.client->files;
  const std::uint32_t storage = outcome.storage->files;
  const bool is_catalogued = !outcome.expects_catalogued || outcome.catalogued == storage;
  if (client == storage && is_catalogued) return;
  compare.differ(fmt::format("the client saved {} files, the storage wrote {}, the catalog got {}", client,
                             storage, outcome.catalogued));
}

void compare_proofs(Comparison& compare, const JobOutcome& outcome) {
  const auto& client = outcome.client_proof;
  const auto& storage = outcome.storage_proof;
  if (client && storage) {
    compare.same("the client sent, and the storage wrote, files", client->files, storage->files);
    compare.same("the client sent, and the storage wrote, records", client->records, storage->records);
    compare.same("the client sent, and the storage wrote, bytes", client->bytes, storage->bytes);
    compare.same("the digests of client and storage over all attributes", client->digest, storage->digest);
  }
  if (!outcome.expects_catalogued) return;
  const stream::RecordCounts& catalog = outcome.catalog_counts;
  if (client)
    compare.same("the digests of client and catalog over all attributes", client->digest, catalog.digest);
  if (storage)
    compare.same("the digests of storage and catalog over all attributes", storage->digest, catalog.digest);
}

/// The rows are counted where they lie: what was given to the catalog may not be what it keeps.
void compare_rows(Comparison& compare, const ActiveJob& job, const JobOutcome& outcome,
                  catalog::FileCatalog& files) {
  if (!outcome.expects_catalogued) return;
  compare.same("files given to the catalog, and held by it", outcome.catalog_rows,
               files.count(job.writes_for()));
}

void compare_pieces(Comparison& compare, const ActiveJob& job, const JobOutcome& outcome,
                    catalog::VolumeCatalog& volumes) {
  const std::uint32_t storage = outcome.storage->files;
  std::uint32_t next = 1;
  for (const auto& row : volumes.pieces(job.writes_for())) {
    if (row.piece.first_index > next) break;
    next = std::max(next, row.piece.last_index + 1);
  }
  if (next != storage + 1)
    compare.differ(fmt::format("the catalog knows no volume for file {} of {}", next, storage));
}

/// For the log and for later.
void keep(ActiveJob& job, const JobOutcome& outcome, catalog::ProofCatalog& proofs) {
  const auto& given = outcome.client_proof ? outcome.client_proof : outcome.storage_proof;
  catalog::ProofRow row;
  row.job = job.writes_for();
  row.files = outcome.storage->files;
  row.digest = given ? given->digest : outcome.catalog_counts.digest;
  row.by_client = outcome.client_proof.has_value();
  row.by_storage = outcome.storage_proof.has_value();
  if (given) {
    row.records = given->records;
    row.bytes = given->bytes;
  }
  proofs.put(row);
  if (row.by_client && row.by_storage)
    job.log->add(
        MessageType::info,
        fmt::format("Complete: client, storage and catalog agree on {} files, {} records, {} bytes and the "
                    "digest {} over all attributes.\n",
                    with_thousands(row.files), with_thousands(row.records), with_thousands(row.bytes),
                    row.digest));
}

/// What was proven of the job that was copied still holds of the copy.
void compare_with_source(Comparison& compare, const JobOutcome& outcome, JobId source,
                         catalog::ProofCatalog& proofs) {
  const auto proven = proofs.find(source);
  if (!proven || !outcome.storage_proof) return;
  compare.same("the digests of source and copy over all attributes", proven->digest,
               outcome.storage_proof->digest);
}

}  // namespace

bool is_complete(ActiveJob& job, const JobOutcome& outcome, catalog::Catalog& catalog) {
  if (!outcome.client || !outcome.storage) return false;
  Comparison compare(job, "backup");
  compare_files(compare, outcome);
  compare_proofs(compare, outcome);
  compare_rows(compare, job, outcome, catalog.files());
  compare_pieces(compare, job, outcome, catalog.volumes());
  if (!compare.agree()) return false;
  keep(job, outcome, catalog.proofs());
  return true;
}

bool is_complete_copy(ActiveJob& job, const JobOutcome& outcome, std::uint64_t expected,
                      std::optional<JobId> source, catalog::Catalog& catalog) {
  if (!outcome.storage) return false;
  Comparison compare(job, "copy");
  const std::uint64_t written = outcome.storage->files;
  const bool is_catalogued = !outcome.expects_catalogued || outcome.catalogued == written;
  if (written != expected || !is_catalogued)
    compare.differ(fmt::format("{} files were to be read, the storage wrote {}, the catalog got {}", expected,
                               written, outcome.catalogued));
  compare_proofs(compare, outcome);
  compare_rows(compare, job, outcome, catalog.files());
  compare_pieces(compare, job, outcome, catalog.volumes());
  if (source) compare_with_source(compare, outcome, *source, catalog.proofs());
  if (!compare.agree()) return false;
  keep(job, outcome, catalog.proofs());
  return true;
}

}  // namespace holdfast::director
