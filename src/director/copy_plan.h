// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "catalog/rows.h"
#include "config/director_resources.h"
#include "director/bootstrap_file.h"
#include "jobs/next_pool.h"

namespace holdfast::director {

/// What a job that reads volumes and writes others reads: copy and migrate jobs that work on one job, and virtual
/// Fulls. Pool and storage of its JobPlan are where it writes.
struct CopyPlan {
  jobs::Chosen<config::Pool> read_pool;
  jobs::Chosen<config::Storage> read_storage;
  std::string failure;  ///< why it cannot run, as the log tells it; empty: it can

  // Of copy and migrate jobs.
  catalog::JobRow source{};  ///< the job that is copied
  catalog::JobRow result{};  ///< the job that is made of it; without JobId where there is nothing to copy
  format::Bootstrap bootstrap{};
  std::uint64_t files = 0;                   ///< that the bootstrap selects
  std::shared_ptr<BootstrapFile> file = {};  ///< so that an operator sees what is read

  bool is_between_daemons(const config::Storage& written) const {
    return !jobs::is_same_daemon(*read_storage.resource, written);
  }
};

}  // namespace holdfast::director
