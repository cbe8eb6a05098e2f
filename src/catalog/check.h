// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/sql_session.h"

namespace holdfast::catalog {

/// One kind of rows that are wrong, or that nobody needs any more (interop 10, section 9.3). Catalogs may be larger than
/// memory: rows are counted, shown and changed without being gathered. One thread; the session must outlive it.
class Check {
 public:
  using Visitor = std::function<void(std::string_view row)>;

  virtual ~Check() = default;
  virtual std::uint64_t count() = 0;
  /// A line of text for each of the rows that count() counted last; bytes are as they are in the catalog.
  virtual void list(const Visitor& visit) = 0;
  /// Changes or removes them, and what hangs on them; nothing that is in use. Throws Error{refused} where that may be done
  /// only while no job is running, and one is.
  virtual void repair() = 0;
};

/// What a configuration names, and so stays.
struct NamedResources {
  std::vector<std::string> clients;
  std::vector<std::string> storages;
};

struct CheckEntry {
  enum class Repair { changes, removes };
  std::string kind;      ///< "orphaned File"
  std::string in_menus;  ///< mostly the same
  Repair repair;
  /// Empty where it takes a configuration, and there is none.
  std::unique_ptr<Check> check;
};

/// All of them, in the order of the peer's menu. `named` is null where there is no configuration.
std::vector<CheckEntry> make_checks(SqlSession& session, const NamedResources* named);

// The parts of make_checks().

/// Rows of `table`, which has an index that begins with JobId, whose job is gone.
enum class JobTable { job_media, files };
std::unique_ptr<Check> rows_of_missing_jobs(SqlSession& session, JobTable table);

enum class JobsToRemove { of_missing_clients, admin, restore };
std::unique_ptr<Check> removable_jobs(SqlSession& session, JobsToRemove which);

std::unique_ptr<Check> bad_names(SqlSession& session);
std::unique_ptr<Check> bad_paths(SqlSession& session);
std::unique_ptr<Check> duplicate_paths(SqlSession& session);
std::unique_ptr<Check> orphaned_paths(SqlSession& session);

enum class Resource { fileset, client, storage };
/// Rows of resources that no other row refers to, but those of `named`.
std::unique_ptr<Check> unused_resources(SqlSession& session, Resource resource,
                                        std::vector<std::string> named);

/// A running job remembers ids that it has looked up, before rows refer to them. Throws Error{refused}.
void require_no_running_job(SqlSession& session, std::string_view rows);

}  // namespace holdfast::catalog
