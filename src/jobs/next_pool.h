// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "jobs/selection.h"

namespace holdfast::jobs {

/// Where a job that reads volumes writes (interop 08, section 5).
struct NextPlace {
  Chosen<config::Pool> pool;
  Chosen<config::Storage> storage;
  std::string failure;  ///< why there is none, as the log tells it; empty: there is
};

/// `given`, else the Job's NextPool, else that of the pool read from; with that pool's storage. `read_pool` may be
/// null.
NextPlace choose_next_place(const config::Job& job, const config::Pool* read_pool,
                            const Chosen<config::Pool>& given);

/// Whether one connection reaches both, so that it can read from one and write to the other.
bool is_same_daemon(const config::Storage& read, const config::Storage& written);

}  // namespace holdfast::jobs
