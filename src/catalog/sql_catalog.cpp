// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/sql_catalog.h"

#include "base/error.h"
#include "catalog/schema.h"
#include "catalog/sql_bvfs.h"
#include "catalog/sql_copies.h"
#include "catalog/sql_files.h"
#include "catalog/sql_jobs.h"
#include "catalog/sql_proofs.h"
#include "catalog/sql_resources.h"
#include "catalog/sql_retention.h"
#include "catalog/sql_schedules.h"
#include "catalog/sql_statistics.h"
#include "catalog/sql_verify.h"
#include "catalog/sql_volumes.h"
#include "catalog/sqlite.h"

namespace holdfast::catalog {
namespace {

class SqlCatalog final : public Catalog {
 public:
  explicit SqlCatalog(std::unique_ptr<SqlConnection> connection) : session_(std::move(connection)) {}

  JobCatalog& jobs() override { return jobs_; }
  FileCatalog& files() override { return files_; }
  VolumeCatalog& volumes() override { return volumes_; }
  PoolCatalog& pools() override { return pools_; }
  ClientCatalog& clients() override { return clients_; }
  FileSetCatalog& filesets() override { return filesets_; }
  StorageCatalog& storages() override { return storages_; }
  LogCatalog& log() override { return log_; }
  BvfsCatalog& bvfs() override { return bvfs_; }
  QueryCatalog& queries() override { return queries_; }
  VerifyCatalog& verify() override { return verify_; }
  CopyCatalog& copies() override { return copies_; }
  RetentionCatalog& retention() override { return retention_; }
  CounterCatalog& counters() override { return counters_; }
  QuotaCatalog& quotas() override { return quotas_; }
  ProofCatalog& proofs() override { return proofs_; }
  ScheduleCatalog& schedules() override { return schedules_; }
  StatisticsCatalog& statistics() override { return statistics_; }

 private:
  SqlSession session_;
  SqlJobs jobs_{session_};
  SqlFiles files_{session_};
  SqlVolumes volumes_{session_};
  SqlPools pools_{session_};
  SqlClients clients_{session_};
  SqlFileSets filesets_{session_};
  SqlStorages storages_{session_};
  SqlLog log_{session_};
  SqlBvfs bvfs_{session_};
  SqlQueries queries_{session_};
  SqlVerify verify_{session_};
  SqlCopies copies_{session_};
  SqlRetention retention_{session_, volumes_};
  SqlCounters counters_{session_};
  SqlQuotas quotas_{session_};
  SqlProofs proofs_{session_};
  SqlSchedules schedules_{session_};
  SqlStatistics statistics_{session_};
};

}  // namespace

std::unique_ptr<Catalog> make_sql_catalog(std::unique_ptr<SqlConnection> connection) {
  return std::make_unique<SqlCatalog>(std::move(connection));
}

std::unique_ptr<Catalog> open_sqlite_catalog(const std::filesystem::path& file) {
  auto connection = connect_sqlite(file);
  try {
    require_schema(*connection, file.string());
  } catch (const Error&) {
    rethrow_with("catalog {}", file.string());
  }
  return make_sql_catalog(std::move(connection));
}

std::unique_ptr<Catalog> open_postgres_catalog(const PostgresAddress& address) {
  auto connection = connect_postgres(address);
  require_schema(*connection, address.database);
  return make_sql_catalog(std::move(connection));
}

}  // namespace holdfast::catalog
