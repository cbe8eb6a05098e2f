// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/write_place.h"

#include "jobs/hold_rules.h"

namespace holdfast::jobs {
namespace {

void take_storage(WritePlace& place, const config::Storage& storage, catalog::Catalog& catalog) {
  place.media_type = storage.media_type;
  place.is_autochanger = storage.is_autochanger;
  place.storage = catalog.storages().put_storage(storage.name, storage.is_autochanger);
  place.label.storage = storage.name;
  place.label.media_type = storage.media_type;
}

void take_pool_rules(WritePlace& place, const config::Pool& pool, const config::Job& job) {
  place.prunes = pool.auto_prune || job.prune_volumes;
  place.purges_oldest = pool.purge_oldest_volume;
  place.recycles_oldest = pool.recycle_oldest_volume;
  place.recycles_current = pool.recycle_current_volume;
  place.label.pool = pool.name;
}

}  // namespace

WritePlace write_place(const Writer& writer, catalog::Catalog& catalog, CounterMemory& counters,
                       catalog::Moment now) {
  WritePlace place;
  place.pool = writer.pool_row;
  if (writer.storage != nullptr) take_storage(place, *writer.storage, catalog);
  if (writer.pool != nullptr) take_pool_rules(place, *writer.pool, writer.resource);
  place.label.now = now;
  place.label.job = writer.resource.name;
  place.label.unique_job = writer.unique_name;
  place.label.director = writer.configuration.director().name;
  place.label.level = writer.level;
  place.label.type = writer.type;
  place.label.job_id = writer.id;
  if (writer.client != nullptr) place.label.client = writer.client->name;
  if (writer.catalog_resource != nullptr) place.label.catalog = writer.catalog_resource->name;
  place.label.counter = [configuration = &writer.configuration, &catalog, &counters](std::string_view name,
                                                                                     bool step) {
    return counter_value(*configuration, catalog, counters, name, step);
  };
  place.holds = hold_rules(writer.configuration, catalog);
  return place;
}

}  // namespace holdfast::jobs
