// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "director/console/command.h"

// The forms of update (interop 09, section 7.9).
namespace holdfast::director::console {

/// A parameter of a volume that can be changed.
struct VolumeParameter {
  std::string_view keyword;   ///< on the command line
  std::string_view title;     ///< in the menu; empty where it is not there
  std::string_view question;  ///< of the menu; empty where it asks in its own way
  /// "Current Volume status is: Full\n"; empty: there is nothing to show.
  std::string (*current)(const catalog::VolumeRow& row, catalog::Catalog& catalog);
  /// Sets it from text; the console is told what it is now, or what is wrong.
  void (*set)(Command& command, catalog::Catalog& catalog, catalog::VolumeRow& row, const std::string& value);
};

/// In the order of the menu, without those that concern many volumes.
std::span<const VolumeParameter> volume_parameters();

/// Gives a volume, or all of a pool, the defaults of the pool it is in.
void update_volume_from_pool(Command& command, catalog::Catalog& catalog, catalog::VolumeRow& row);
void update_volumes_of_pool(Command& command, catalog::Catalog& catalog, const catalog::PoolRow& pool);
void update_volumes_of_all_pools(Command& command, catalog::Catalog& catalog);

/// The whole row of a pool.
void show_pool_row(Command& command, catalog::Catalog& catalog, PoolId pool);

/// "yes", "no", "archived" and what else stands for them; nothing where it is none of these, which the console is told.
std::optional<std::int16_t> parse_enabled(Command& command, std::string_view value);

/// A new key for a drive that encrypts, as the catalog keeps it: wrapped where the Director has a Key Encryption Key. Throws
/// Error{invalid} where that is too short.
std::string new_tape_key(const Command& command);
/// encrypt=yes|no|rotate.
void set_encryption(Command& command, catalog::Catalog& catalog, catalog::VolumeRow& row,
                    const std::string& value);

/// What lies where in an autochanger.
Outcome update_slots(Command& command, catalog::Catalog& catalog);

/// Asks what to change until "Done".
Outcome update_volume_by_menu(Command& command, catalog::Catalog& catalog, catalog::VolumeRow row);

}  // namespace holdfast::director::console
