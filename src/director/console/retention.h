// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "director/console/command.h"
#include "jobs/recycling.h"
#include "jobs/tell.h"

// What prune, purge, truncate, update and delete have in common.
namespace holdfast::director::console {

/// Whether everything of these kinds is allowed; the first that is not is told: "need full job permission".
bool has_full_access(Command& command, std::initializer_list<std::pair<Acl, std::string_view>> kinds);

/// What the engines say: warnings and errors as such, all else as text.
jobs::Tell tell_to(Command& command);

/// The engine for volumes, on behalf of whoever is at the console: holds do not bind, but are warned of.
jobs::Recycling recycling_for(Command& command, catalog::Catalog& catalog);

catalog::Moment moment_now(const Command& command);

/// `yes` on the line, or the answer; nobody to ask counts as no (interop 09, section 4).
bool is_confirmed(Command& command, std::string_view prompt);

/// Shows a retention period and asks whether to go on with it, or with another; false where not.
bool confirm_retention(Command& command, std::string_view what, std::chrono::seconds& period);

/// The volume of that name, or with that MediaId where it is "*42"; the console is told where there is none.
std::optional<catalog::VolumeRow> find_volume(Command& command, catalog::Catalog& catalog,
                                              std::string_view name);

/// By `volume=`, or chosen: first the pool, then from a table of its volumes.
std::optional<catalog::VolumeRow> choose_volume(Command& command, catalog::Catalog& catalog);

/// The volumes of a pool as `list volumes` shows them.
void show_volumes(Command& command, catalog::Catalog& catalog, PoolId pool);

/// Lets the Storage Daemon label a purged volume anew, which empties it, and stores what it says. False where it
/// did not.
bool truncate_volume(Command& command, catalog::Catalog& catalog, const config::Storage& storage,
                     const catalog::VolumeRow& volume, std::int32_t drive);

/// Warns about each job that is held.
void warn_of_holds(Command& command, catalog::Catalog& catalog, std::span<const JobId> jobs);

/// `show holds`.
Outcome show_holds(Command& command);

}  // namespace holdfast::director::console
