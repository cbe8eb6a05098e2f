// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/next_pool.h"

#include <fmt/core.h>

namespace holdfast::jobs {
namespace {

struct Source {
  Chosen<config::Pool> pool;
  std::string_view storage_source;
};

Source next_pool(const config::Job& job, const config::Pool* read_pool, const Chosen<config::Pool>& given) {
  if (given.resource != nullptr) return {given, "Storage from Run NextPool override"};
  if (job.next_pool != nullptr)
    return {{job.next_pool, "Job's NextPool resource"}, "Storage from Job's NextPool resource"};
  if (read_pool != nullptr && read_pool->next_pool != nullptr)
    return {{read_pool->next_pool, "Job Pool's NextPool resource"}, "Storage from Pool's NextPool resource"};
  return {};
}

}  // namespace

NextPlace choose_next_place(const config::Job& job, const config::Pool* read_pool,
                            const Chosen<config::Pool>& given) {
  NextPlace place;
  const Source next = next_pool(job, read_pool, given);
  if (next.pool.resource == nullptr) {
    place.failure = fmt::format("No Next Pool specification found in Pool \"{}\".\n",
                                read_pool == nullptr ? "" : read_pool->name);
    return place;
  }
  place.pool = next.pool;
  if (next.pool.resource->storages.empty())
    place.failure =
        fmt::format("No Storage specification found in Next Pool \"{}\".\n", next.pool.resource->name);
  else
    place.storage = {next.pool.resource->storages.front(), std::string(next.storage_source)};
  return place;
}

bool is_same_daemon(const config::Storage& read, const config::Storage& written) {
  return read.address == written.address && read.port == written.port &&
         read.password.text == written.password.text;
}

}  // namespace holdfast::jobs
