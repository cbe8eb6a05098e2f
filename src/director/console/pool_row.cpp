// SPDX-License-Identifier: AGPL-3.0-or-later
#include <array>

#include "director/console/listing.h"
#include "director/console/update.h"

namespace holdfast::director::console {
namespace {

constexpr std::array<ListedColumn, 27> columns{{
    {"poolid", "PoolId", number},
    {"name", "Name"},
    {"numvols", "NumVols", number},
    {"maxvols", "MaxVols", number},
    {"useonce", "UseOnce", number},
    {"usecatalog", "UseCatalog", number},
    {"acceptanyvolume", "AcceptAnyVolume", number},
    {"volretention", "VolRetention", number},
    {"voluseduration", "VolUseDuration", number},
    {"maxvoljobs", "MaxVolJobs", number},
    {"maxvolfiles", "MaxVolFiles", number},
    {"maxvolbytes", "MaxVolBytes", number},
    {"autoprune", "AutoPrune", number},
    {"recycle", "Recycle", number},
    {"actiononpurge", "ActionOnPurge", number},
    {"pooltype", "PoolType"},
    {"labeltype", "LabelType", number},
    {"labelformat", "LabelFormat"},
    {"enabled", "Enabled", number},
    {"scratchpoolid", "ScratchPoolId", number},
    {"recyclepoolid", "RecyclePoolId", number},
    {"nextpoolid", "NextPoolId", number},
    {"minblocksize", "MinBlocksize", number},
    {"maxblocksize", "MaxBlocksize", number},
    {"migrationhighbytes", "MigrationHighBytes", number},
    {"migrationlowbytes", "MigrationLowBytes", number},
    {"migrationtime", "MigrationTime", number},
}};

}  // namespace

void show_pool_row(Command& command, catalog::Catalog& catalog, PoolId pool) {
  Query query(columns, "Pool");
  query.where("PoolId = ?", static_cast<std::int64_t>(pool.value));
  const auto array = command.out.array("query");
  render(command.out, query.run(catalog), TableStyle::horizontal);
}

}  // namespace holdfast::director::console
