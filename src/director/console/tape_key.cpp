// SPDX-License-Identifier: AGPL-3.0-or-later
// update volume=X encrypt=yes|no|rotate, and keys for `label encrypt` (interop 09, sections 7.4 and 7.9).
#include "base/text.h"
#include "catalog/retention_catalog.h"
#include "crypto/key_wrap.h"
#include "director/console/update.h"

namespace holdfast::director::console {
namespace {

/// What may be done only to a volume without jobs: they could not be read any more.
bool is_purged(Command& command, const catalog::VolumeRow& row, std::string_view what) {
  if (row.status == "Purged") return true;
  command.out.error(fmt::format("{} volume '{}' requires volstatus=Purged\n", what, row.name));
  return false;
}

void store_key(catalog::Catalog& catalog, catalog::VolumeRow& row, const std::string& key) {
  const auto stored = catalog.retention().change_volume(
      row.id, [&](catalog::VolumeRow& changed) { changed.encryption_key = key; });
  if (stored) row = *stored;
}

void give_new_key(Command& command, catalog::Catalog& catalog, catalog::VolumeRow& row) {
  store_key(catalog, row, new_tape_key(command));
  command.out.info(fmt::format("Generated new encryption key for volume '{}' in catalog.\n", row.name));
}

}  // namespace

std::string new_tape_key(const Command& command) {
  return crypto::write_tape_key(as_bytes(crypto::new_tape_key()),
                                command.config().director().key_encryption_key.text);
}

void set_encryption(Command& command, catalog::Catalog& catalog, catalog::VolumeRow& row,
                    const std::string& value) {
  const bool has_key = !row.encryption_key.empty();
  const bool gives = equal_ignoring_case(value, "yes");
  const bool removes = equal_ignoring_case(value, "no");
  if (!gives && !removes && !equal_ignoring_case(value, "rotate"))
    return command.out.error("Valid values for Encrypt are yes/no/rotate\n");
  if (gives && has_key)
    return command.out.warning(fmt::format("Encryption key for volume '{}' already configured.\n", row.name));
  if (gives) return give_new_key(command, catalog, row);
  if (!has_key)
    return command.out.warning(fmt::format("No encryption key for volume '{}' configured.\n", row.name));
  if (!is_purged(command, row, removes ? "Removing encryption key from" : "Rotating encryption key for"))
    return;
  if (!removes) return give_new_key(command, catalog, row);
  store_key(catalog, row, {});
  command.out.info(fmt::format("Removed encryption key for volume '{}' from catalog.\n", row.name));
}

}  // namespace holdfast::director::console
