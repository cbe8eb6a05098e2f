// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "director/console/command.h"

namespace holdfast::director::console {

// The resource or catalog record a command is about: by keyword, or chosen from a list of what the console may
// see (interop 09, section 4). Empty or null: nothing was chosen, and the console was told.

const config::Job* choose_job(Command& command);
/// A job of type Restore; the keyword is restorejob.
const config::Job* choose_restore_job(Command& command);
const config::Client* choose_client(Command& command);
/// By list only, whatever the line says.
const config::Client* select_client(Command& command);
const config::Storage* choose_storage(Command& command);
const config::Storage* select_storage(Command& command);
const config::Pool* select_pool(Command& command);
const config::Job* select_job(Command& command);
const config::FileSet* select_file_set(Command& command);
const config::Catalog* choose_catalog(Command& command);

/// A permitted resource by its exact name, null where there is none or it may not be seen. Denials are audited.
const config::Job* permitted_job(const Command& command, std::string_view name);
const config::Client* permitted_client(const Command& command, std::string_view name);
const config::Storage* permitted_storage(const Command& command, std::string_view name);
const config::Pool* permitted_pool(const Command& command, std::string_view name);
const config::FileSet* permitted_file_set(const Command& command, std::string_view name);
const config::Schedule* permitted_schedule(const Command& command, std::string_view name);

/// The catalog connection for a command: `catalog=`, else that of `client=`, of `job=`, of the session, else
/// chosen. Null where there is none; the console was told.
catalog::Catalog* open_catalog(Command& command, CatalogUse use);
/// That of a resource which names none: the first.
const config::Catalog* catalog_of(const Command& command, const config::Client& client);
const config::Catalog* catalog_of(const Command& command, const config::Job& job);

/// A pool record by `pool=`, else chosen among those in the catalog.
std::optional<catalog::PoolRow> choose_pool_record(Command& command, catalog::Catalog& catalog);

/// By list only, whatever the line says.
std::optional<catalog::PoolRow> select_pool_record(Command& command, catalog::Catalog& catalog);

/// A record of a client that the console may see, by `client=`, else chosen.
std::optional<catalog::ClientRow> choose_client_record(Command& command, catalog::Catalog& catalog);

/// One of some words, of which the line may already have one.
std::optional<std::size_t> choose_keyword(Command& command, const std::string& prompt,
                                          const std::vector<std::string>& keywords);

/// Names in the order in which lists of resources show them.
void sort_ignoring_case(std::vector<std::string>& names);

}  // namespace holdfast::director::console
