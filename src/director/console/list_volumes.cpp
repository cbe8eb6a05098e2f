// SPDX-License-Identifier: AGPL-3.0-or-later
#include <array>

#include "base/text.h"
#include "director/console/choose.h"
#include "director/console/listing.h"
#include "director/console/retention.h"

namespace holdfast::director::console::lists {
namespace {

constexpr std::string_view volume_tables =
    "Media LEFT JOIN Pool ON Pool.PoolId = Media.PoolId LEFT JOIN Storage ON Storage.StorageId = "
    "Media.StorageId "
    "LEFT JOIN Pool AS ScratchPool ON ScratchPool.PoolId = Media.ScratchPoolId "
    "LEFT JOIN Pool AS RecyclePool ON RecyclePool.PoolId = Media.RecyclePoolId";

constexpr std::string_view has_key = "CASE WHEN COALESCE(Media.EncryptionKey, '') = '' THEN 0 ELSE 1 END";

constexpr std::array<ListedColumn, 14> short_columns{{
    {"mediaid", "Media.MediaId", number},
    {"volumename", "Media.VolumeName"},
    {"volstatus", "Media.VolStatus"},
    {"enabled", "Media.Enabled", number},
    {"volbytes", "Media.VolBytes", number},
    {"volfiles", "Media.VolFiles", number},
    {"volretention", "Media.VolRetention", number},
    {"recycle", "Media.Recycle", number},
    {"slot", "Media.Slot", number},
    {"inchanger", "Media.InChanger", number},
    {"mediatype", "Media.MediaType"},
    {"lastwritten", "Media.LastWritten"},
    {"storage", "Storage.Name"},
    {"hasencryptionkey", has_key, number},
}};

constexpr std::array<ListedColumn, 41> long_columns{{
    {"mediaid", "Media.MediaId", number},
    {"volumename", "Media.VolumeName"},
    {"slot", "Media.Slot", number},
    {"poolid", "Media.PoolId", number},
    {"pool", "Pool.Name"},
    {"mediatype", "Media.MediaType"},
    {"firstwritten", "Media.FirstWritten"},
    {"lastwritten", "Media.LastWritten"},
    {"labeldate", "Media.LabelDate"},
    {"voljobs", "Media.VolJobs", number},
    {"volfiles", "Media.VolFiles", number},
    {"volblocks", "Media.VolBlocks", number},
    {"volmounts", "Media.VolMounts", number},
    {"volbytes", "Media.VolBytes", number},
    {"volerrors", "Media.VolErrors", number},
    {"volwrites", "Media.VolWrites", number},
    {"volcapacitybytes", "Media.VolCapacityBytes", number},
    {"volstatus", "Media.VolStatus"},
    {"enabled", "Media.Enabled", number},
    {"recycle", "Media.Recycle", number},
    {"volretention", "Media.VolRetention", number},
    {"voluseduration", "Media.VolUseDuration", number},
    {"maxvoljobs", "Media.MaxVolJobs", number},
    {"maxvolfiles", "Media.MaxVolFiles", number},
    {"maxvolbytes", "Media.MaxVolBytes", number},
    {"inchanger", "Media.InChanger", number},
    {"endfile", "Media.EndFile", number},
    {"endblock", "Media.EndBlock", number},
    {"labeltype", "Media.LabelType", number},
    {"storageid", "Media.StorageId", number},
    {"deviceid", "Media.DeviceId", number},
    {"locationid", "Media.LocationId", number},
    {"recyclecount", "Media.RecycleCount", number},
    {"initialwrite", "Media.InitialWrite"},
    {"scratchpoolid", "Media.ScratchPoolId", number},
    {"scratchpool", "ScratchPool.Name"},
    {"recyclepoolid", "Media.RecyclePoolId", number},
    {"recyclepool", "RecyclePool.Name"},
    {"hasencryptionkey", has_key, number},
    {"comment", "Media.Comment"},
    {"storage", "Storage.Name"},
}};

constexpr std::array<ListedColumn, 1> count_column{{{"count", "COUNT(*)", number}}};

/// The short listing does not name the pool, so it can only be judged with the long one.
constexpr std::array<AclColumn, 1> acl{{{"pool", Acl::pool}}};

Query volume_query(Detail detail, const ListFilter& filter) {
  std::span<const ListedColumn> columns = long_columns;
  if (detail == Detail::list) columns = short_columns;
  if (filter.count) columns = count_column;
  return Query(columns, volume_tables);
}

void finish(Query& query, const ListFilter& filter) {
  if (filter.count) return;
  query.then("ORDER BY Media.MediaId");
  query.then(filter.limit_clause());
}

/// `list volume=X`, mediaid=, volumeid=: an object, empty where there is none.
Outcome one_volume(Command& command, catalog::Catalog& catalog, Detail detail, const Word& word) {
  const bool is_id =
      equal_ignoring_case(word.keyword, "mediaid") || equal_ignoring_case(word.keyword, "volumeid");
  const auto row = is_id
                       ? catalog.volumes().find(MediaId(parse_number<std::uint64_t>(*word.value).value_or(0)))
                       : catalog.volumes().find(std::string_view(*word.value));
  const auto pool = row ? catalog.pools().find(row->pool) : std::nullopt;
  const bool permitted = row && command.access.allows(Acl::pool, pool ? pool->name : "");
  Query query = volume_query(detail, ListFilter{});
  query.where("Media.MediaId = ?",
              permitted || command.access.is_root() ? static_cast<std::int64_t>(row ? row->id.value : 0) : 0);
  const auto object = command.out.object("volume");
  render(command.out, query.run(catalog), style_of(detail));
  return Outcome::ok;
}

Outcome volumes_of_job(Command& command, catalog::Catalog& catalog, Detail detail, const ListFilter& filter) {
  static constexpr std::array<ListedColumn, 4> of_long_list{{{"jobmediaid", "JobMedia.JobMediaId", number},
                                                             {"jobid", "JobMedia.JobId", number},
                                                             {"mediaid", "JobMedia.MediaId", number},
                                                             {"volumename", "Media.VolumeName"}}};
  static constexpr std::array<ListedColumn, 1> of_list{{{"volumename", "Media.VolumeName"}}};
  const NamedJob named = find_named_job(command, catalog);
  if (!named.row) {
    command.out.error(std::string(unknown_job) + "\n");
    return Outcome::failed;
  }
  const bool brief = detail == Detail::list;
  Query query(brief ? std::span<const ListedColumn>(of_list) : of_long_list,
              "JobMedia JOIN Media ON Media.MediaId = JobMedia.MediaId");
  query.where("JobMedia.JobId = ?", named.row->id.value);
  query.then(brief ? "GROUP BY Media.VolumeName ORDER BY MIN(JobMedia.VolIndex), Media.VolumeName"
                   : "ORDER BY JobMedia.VolIndex, JobMedia.JobMediaId");
  give_table(command, "volumes", query.run(catalog), detail, filter);
  return Outcome::ok;
}

Outcome volumes_of_pool(Command& command, catalog::Catalog& catalog, Detail detail,
                        const ListFilter& filter) {
  // The peer looks for the pool twice, and then asks as if none had been named. A forbidden one gets no reason.
  const auto name = command.line.value("pool");
  const bool exists = catalog.pools().find(*name).has_value();
  const bool permitted = command.access.allows(Acl::pool, *name);
  if (!exists)
    command.out.error(
        fmt::format("Could not find Pool \"{}\": ERR=Pool record not found in Catalog.\n", *name));
  else if (!permitted)
    command.out.error(fmt::format("Could not find Pool \"{}\": ERR=", *name));
  const auto pool =
      exists && !permitted ? select_pool_record(command, catalog) : choose_pool_record(command, catalog);
  if (!pool) {
    command.out.error(fmt::format("Pool {} doesn't exist.\n", *name));
    return Outcome::ok;
  }
  Query query = volume_query(detail, filter);
  query.where("Media.PoolId = ?", pool->id.value);
  finish(query, filter);
  give_table(command, "volumes", query.run(catalog), detail, filter);
  return Outcome::ok;
}

Outcome volumes_of_all_pools(Command& command, catalog::Catalog& catalog, Detail detail,
                             const ListFilter& filter) {
  static constexpr std::array<ListedColumn, 2> pool_columns{{{"poolid", "PoolId", number}, {"name", "Name"}}};
  Query pools(pool_columns, "Pool");
  pools.then("ORDER BY PoolId");
  const auto object = command.out.object("volumes");
  for (const Row& pool : pools.run(catalog).rows) {
    if (!command.access.allows(Acl::pool, *pool[1])) continue;
    command.out.decoration(fmt::format("Pool: {}\n", *pool[1]));
    Query query = volume_query(detail, filter);
    query.where("Media.PoolId = ?", *pool[0]);
    finish(query, filter);
    give_table(command, *pool[1], query.run(catalog), detail, filter);
  }
  return Outcome::ok;
}

Outcome every_volume(Command& command, catalog::Catalog& catalog, Detail detail, const ListFilter& filter) {
  if (detail == Detail::list && !command.access.is_unrestricted(Acl::pool)) {
    command.out.error("Restricted permission. Use the commands 'list media' or 'llist media all' instead\n");
    return Outcome::failed;
  }
  Query query = volume_query(detail, filter);
  finish(query, filter);
  give_table(command, "volumes", query.run(catalog), detail, filter, acl);
  return Outcome::ok;
}

}  // namespace

Outcome volumes(Command& command, catalog::Catalog& catalog, Detail detail, const ListFilter& filter) {
  const Word& word = command.line.arguments()[0];
  if (word.value) return one_volume(command, catalog, detail, word);
  if (command.line.value("jobid") || command.line.value("ujobid"))
    return volumes_of_job(command, catalog, detail, filter);
  if (command.line.value("pool")) return volumes_of_pool(command, catalog, detail, filter);
  if (command.line.has("all")) return every_volume(command, catalog, detail, filter);
  return volumes_of_all_pools(command, catalog, detail, filter);
}

}  // namespace holdfast::director::console::lists

namespace holdfast::director::console {

void show_volumes(Command& command, catalog::Catalog& catalog, PoolId pool) {
  ListFilter all;
  Query query = lists::volume_query(Detail::list, all);
  query.where("Media.PoolId = ?", static_cast<std::int64_t>(pool.value));
  lists::finish(query, all);
  render(command.out, query.run(catalog), TableStyle::horizontal);
}

}  // namespace holdfast::director::console
