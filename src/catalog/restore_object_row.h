// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "catalog/rows.h"
#include "format/restore_object.h"

namespace holdfast::catalog {

/// Of no job yet.
inline RestoreObjectRow row_of(const format::RestoreObject& object) {
  RestoreObjectRow row;
  row.file_index = object.file_index;
  row.type = object.type;
  row.index = object.index;
  row.compression = object.compression;
  row.full_length = object.full_length;
  row.plugin = object.plugin;
  row.name = object.name;
  row.object = object.object;
  return row;
}

}  // namespace holdfast::catalog
