// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "catalog/proof_catalog.h"
#include "catalog/rows.h"
#include "catalog/verify_catalog.h"

namespace holdfast::catalog {

// All roles throw Error of kind io, corrupt or no_space where the database fails. A find_... comes back empty
// where there is no such row. A visitor that returns false ends the listing.

/// Chooses rows of Job. What is not set does not restrict.
struct JobFilter {
  enum class Order { by_id, newest_start_first, by_tdate };

  std::optional<std::string> name{};  ///< of the Job resource
  std::optional<ClientId> client{};
  std::optional<FileSetId> fileset{};
  std::optional<std::string> fileset_name{};  ///< any FileSet of that name
  std::optional<PoolId> pool{};
  std::vector<JobType> types{};  ///< any of them; empty for all, as for levels and statuses
  std::vector<JobLevel> levels{};
  std::vector<JobStatus> statuses{};
  std::optional<Moment> started_after{};      ///< exclusive
  std::optional<Moment> started_before{};     ///< exclusive
  std::optional<std::int64_t> tdate_after{};  ///< exclusive
  bool only_with_files = false;               ///< JobFiles > 0
  Order order = Order::by_id;
  std::uint32_t limit = 0;  ///< 0 is all
};

class JobCatalog {
 public:
  virtual ~JobCatalog() = default;
  /// Inserts {Job, Name, Type, Level, status C, SchedTime, JobTDate, ClientId, Comment}; returns the new
  /// JobId.
  virtual JobId create(const JobRow& row) = 0;
  /// Writes {JobStatus, Level, StartTime, JobTDate, ClientId, PoolId, FileSetId, VolSession...}.
  virtual void start(const JobRow& row) = 0;
  /// Running counters.
  virtual void checkpoint(JobId job, std::uint32_t files, std::uint64_t bytes) = 0;
  /// Writes everything a finished job knows; from here on its files are visible where the status says so.
  virtual void finish(const JobRow& row) = 0;
  virtual std::optional<JobRow> find(JobId job) = 0;
  virtual std::optional<JobRow> find(std::string_view unique_name) = 0;
  virtual std::vector<JobRow> list(const JobFilter& filter) = 0;
  /// At start of the Director: jobs left in C or R become f, their files are discarded (interop 07, section
  /// 1.3). Returns them.
  virtual std::vector<JobRow> fail_interrupted(Moment now) = 0;
  /// The job holds everything that changed since those it builds on, moved files included. Kept until the job is purged.
  virtual void note_whole(JobId job) = 0;
  /// False, too, where nobody knows.
  virtual bool is_whole(JobId job) = 0;
};

/// Files become visible when their job is no longer in status C or R (docs/adr/0007).
class FileCatalog {
 public:
  using Visitor = std::function<bool(const FileRow&)>;

  virtual ~FileCatalog() = default;
  /// All of them in one transaction that survives the death of the process.
  virtual void add(JobId job, std::span<const NewFile> files) = 0;
  virtual void discard(JobId job) = 0;
  virtual std::uint64_t count(JobId job) = 0;
  /// In FileIndex order.
  virtual void list(JobId job, const Visitor& visit) = 0;
  /// The current version of every file of these jobs (interop 07, section 4.4), directory by directory in no
  /// particular order of these, in a directory by name. Memory does not grow with their number.
  virtual void list_current(std::span<const JobId> jobs, const Visitor& visit) = 0;
  /// How many list_current gives, at a fraction of the cost; stops counting at `at_most`.
  virtual std::uint64_t count_current(std::span<const JobId> jobs,
                                      std::uint64_t at_most = std::numeric_limits<std::uint64_t>::max()) = 0;
  /// What list_below gives, in no order, as fast as several threads can read it: each has a visitor of its own, made by
  /// `new_visitor` on the calling thread and called on its own. Rows lack their digest, and their path unless it is asked
  /// for. False from any visitor ends all of it.
  enum class Paths { left_out, given };
  virtual void scan_current(std::span<const JobId> jobs, std::string_view below, Paths paths,
                            const std::function<Visitor()>& new_visitor) = 0;
  /// As list_current, but only of the directory itself (path ends in '/'): its files, by name.
  virtual void list_directory(std::span<const JobId> jobs, std::string_view path, const Visitor& visit) = 0;
  /// The current records of directories themselves (paths end in '/'), of those that have one.
  virtual void list_directories_alone(std::span<const JobId> jobs, std::span<const std::string> paths,
                                      const Visitor& visit) = 0;
  /// As list_current, but only what lies below the directory, itself included.
  virtual void list_below(std::span<const JobId> jobs, std::string_view path, const Visitor& visit) = 0;
  /// The directories directly below `path`, with trailing '/', whether they have a row themselves or only
  /// something below them; by name. "" gives the roots, such as "/" or "C:/".
  virtual std::vector<std::string> directories(std::span<const JobId> jobs, std::string_view path) = 0;

  virtual void add_restore_object(const RestoreObjectRow& object) = 0;
  virtual std::vector<RestoreObjectRow> restore_objects(std::span<const JobId> jobs) = 0;
};

struct VolumeFilter {
  enum class Order { by_id, most_recently_written_first, oldest_written_first };

  std::optional<PoolId> pool{};
  std::optional<std::string> media_type{};
  std::vector<std::string> statuses{};  ///< any of them; empty for all
  std::optional<std::int16_t> enabled{};
  std::optional<bool> recycle{};
  std::optional<StorageId> in_changer_of{};  ///< InChanger set and this storage
  Order order = Order::by_id;
  std::uint32_t limit = 0;  ///< 0 is all
};

class VolumeCatalog {
 public:
  virtual ~VolumeCatalog() = default;
  /// Throws Error{invalid} where the name is taken.
  virtual MediaId create(const VolumeRow& row) = 0;
  /// Writes all columns of the row named row.name; other rows in the same slot of the same storage lose it.
  virtual void update(const VolumeRow& row) = 0;
  virtual std::optional<VolumeRow> find(std::string_view name) = 0;
  virtual std::optional<VolumeRow> find(MediaId id) = 0;
  virtual std::vector<VolumeRow> list(const VolumeFilter& filter) = 0;
  /// The highest MediaId of the whole catalog; 0 where there is no volume.
  virtual MediaId highest_id() = 0;

  /// Gives the piece its volume_index and notes the end of data in the volume's row.
  virtual void add_piece(const JobMediaRow& piece) = 0;
  virtual void delete_placeholders(JobId job) = 0;
  /// In order of volume_index; placeholders left out.
  virtual std::vector<PieceRow> pieces(JobId job) = 0;
  /// Names in the order written.
  virtual std::vector<std::string> names_of_job(JobId job) = 0;
};

class PoolCatalog {
 public:
  virtual ~PoolCatalog() = default;
  /// Creates or updates the row of that name.
  virtual PoolId put(const PoolRow& row) = 0;
  virtual std::optional<PoolRow> find(std::string_view name) = 0;
  virtual std::optional<PoolRow> find(PoolId id) = 0;
};

class ClientCatalog {
 public:
  virtual ~ClientCatalog() = default;
  /// The row of that name, created (uname empty, retentions 0) where there is none.
  virtual ClientRow get_or_create(std::string_view name) = 0;
  virtual void update(const ClientRow& row) = 0;
  virtual std::optional<ClientRow> find(std::string_view name) = 0;
  virtual std::optional<ClientRow> find(ClientId id) = 0;
};

class FileSetCatalog {
 public:
  enum class Match { name_and_md5, newest_of_name };

  virtual ~FileSetCatalog() = default;
  /// The row that `match` finds, its text refreshed, or a new one created at `now`.
  virtual FileSetRow get_or_create(const FileSetRow& row, Match match, Moment now) = 0;
  virtual std::optional<FileSetRow> find(FileSetId id) = 0;
};

/// Storage and MediaType rows.
class StorageCatalog {
 public:
  virtual ~StorageCatalog() = default;
  virtual StorageId put_storage(std::string_view name, bool autochanger) = 0;
  virtual std::optional<StorageRow> find_storage(StorageId id) = 0;
  virtual void put_media_type(std::string_view name) = 0;
};

class BvfsCatalog;

class LogCatalog {
 public:
  virtual ~LogCatalog() = default;
  virtual void add(const LogRow& row) = 0;
  virtual void list(JobId job, const std::function<bool(const LogRow&)>& visit) = 0;
};

/// What can stand for ?1, ?2, … in a query: NULL, a number, text of any bytes, or bytes.
using SqlValue = std::variant<std::monostate, std::int64_t, std::string_view, Bytes>;

/// A row of any query; the views are valid during the visitor's call.
class ResultRow {
 public:
  virtual ~ResultRow() = default;
  virtual std::size_t columns() const = 0;
  virtual std::string_view name(std::size_t column) const = 0;
  virtual bool is_null(std::size_t column) const = 0;
  /// "" for NULL.
  virtual std::string_view text(std::size_t column) const = 0;
  /// 0 for NULL.
  virtual std::int64_t number(std::size_t column) const = 0;
};

/// For listings and for queries that a user types. Rows stream: memory does not grow with their number.
class QueryCatalog {
 public:
  using Visitor = std::function<bool(const ResultRow&)>;

  virtual ~QueryCatalog() = default;
  /// Throws Error{invalid} with the database's words where the statement is wrong.
  /// `describe`, if given, is called once before the first row, also when there is none, with the columns'
  /// names.
  virtual void query(std::string_view sql, std::span<const SqlValue> values, const Visitor& visit,
                     const std::function<void(const ResultRow&)>& describe = {}) = 0;
};

class CopyCatalog;
class RetentionCatalog;
class CounterCatalog;
class QuotaCatalog;
class ScheduleCatalog;
class StatisticsCatalog;

/// One session with a catalog: used by one thread at a time. Every job and every console opens its own; the
/// database keeps them apart. What a call changed is committed when it returns.
class Catalog {
 public:
  virtual ~Catalog() = default;
  virtual JobCatalog& jobs() = 0;
  virtual FileCatalog& files() = 0;
  virtual VolumeCatalog& volumes() = 0;
  virtual PoolCatalog& pools() = 0;
  virtual ClientCatalog& clients() = 0;
  virtual FileSetCatalog& filesets() = 0;
  virtual StorageCatalog& storages() = 0;
  virtual LogCatalog& log() = 0;
  virtual BvfsCatalog& bvfs() = 0;
  virtual QueryCatalog& queries() = 0;
  virtual VerifyCatalog& verify() = 0;
  // Declared in copy_catalog.h.
  virtual CopyCatalog& copies() = 0;
  // Declared in retention_catalog.h.
  virtual RetentionCatalog& retention() = 0;
  virtual CounterCatalog& counters() = 0;
  virtual QuotaCatalog& quotas() = 0;
  virtual ProofCatalog& proofs() = 0;
  virtual ScheduleCatalog& schedules() = 0;
  virtual StatisticsCatalog& statistics() = 0;
};

/// Opens a session; called by any thread.
using CatalogOpener = std::function<std::unique_ptr<Catalog>()>;

}  // namespace holdfast::catalog
