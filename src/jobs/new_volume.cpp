// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/new_volume.h"

#include "base/text.h"
#include "jobs/recycling.h"

namespace holdfast::jobs {
namespace {

constexpr int max_name_tries = 99;

/// An empty name: no volume can be named, and the log says why.
std::string free_name(catalog::Catalog& catalog, const catalog::PoolRow& pool, LabelVariables variables,
                      const Tell& tell) {
  std::uint64_t number = catalog.volumes().highest_id().value + 1;
  variables.pool_volumes = pool.volumes;
  const bool is_simple = is_simple_label_format(pool.label_format);
  std::string last;
  for (int tries = 0; tries < max_name_tries; ++tries, ++number) {
    const std::string name = is_simple ? fmt::format("{}{:04}", pool.label_format, number)
                                       : expand_label_format(pool.label_format, variables);
    if (!is_legal_volume_name(name)) {
      tell(MessageType::error, fmt::format("Illegal character in Volume name \"{}\"\n", printable(name)));
      return "";
    }
    if (!catalog.volumes().find(name)) return name;
    if (name == last) break;  // without a counter the next try gives the same again
    tell(MessageType::warning,
         fmt::format("Wanted to create Volume \"{}\", but it already exists. Trying again.\n", name));
    last = name;
  }
  tell(MessageType::error, "Too many failures. Giving up creating Volume name.\n");
  return "";
}

}  // namespace

std::optional<catalog::VolumeRow> create_volume(catalog::Catalog& catalog, const NewVolume& wanted,
                                                const Tell& tell) {
  const auto pool = catalog.pools().find(wanted.pool);
  if (!pool || pool->label_format.empty() || pool->label_format.front() == '*') return std::nullopt;
  if (pool->max_volumes > 0 && pool->volumes >= pool->max_volumes) {
    tell(MessageType::info,
         fmt::format("Maximum Volumes exceeded for Pool {}: {} of {}. No volume was created.\n", pool->name,
                     pool->volumes, pool->max_volumes));
    return std::nullopt;
  }
  catalog::VolumeRow row;
  row.name = free_name(catalog, *pool, wanted.label, tell);
  if (row.name.empty()) return std::nullopt;
  row.pool = pool->id;
  row.storage = wanted.storage;
  row.media_type = wanted.media_type;
  row.status = "Unlabeled";
  take_pool_defaults(row, *pool);
  row.id = catalog.volumes().create(row);
  catalog.retention().count_volumes();
  tell(MessageType::info, fmt::format("Created new Volume \"{}\" in catalog.\n", row.name));
  return row;
}

}  // namespace holdfast::jobs
