// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/catalog.h"
#include "jobs/label_format.h"
#include "jobs/tell.h"

namespace holdfast::jobs {

/// What a new volume is made for.
struct NewVolume {
  PoolId pool;
  std::string media_type;
  StorageId storage;
  LabelVariables label;
};

/// Creates the row of a volume as the LabelFormat of its pool says (interop 08, section 15), in status Unlabeled. Empty,
/// and the log says why, where the pool has none, is full, or gives no usable name.
std::optional<catalog::VolumeRow> create_volume(catalog::Catalog& catalog, const NewVolume& wanted,
                                                const Tell& tell);

}  // namespace holdfast::jobs
