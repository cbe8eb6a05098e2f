// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <vector>

#include "catalog/catalog.h"
#include "director/active_job.h"

// A job is whole where it holds everything that changed since the jobs it builds on (docs/adr/0412). The catalog keeps
// which ones are: how accurate a job was is neither told by its row, nor by the configuration of a later day.

namespace holdfast::director {

/// The jobs that hold the state of the client when `newest` ran, which is the last of them; oldest first.
std::vector<catalog::JobRow> chain_up_to(const catalog::JobRow& newest, const std::string& fileset,
                                         catalog::Catalog& catalog);

/// To be called when the job's row is final.
void note_if_whole(const ActiveJob& backup, catalog::Catalog& catalog);

/// Whether a job that holds the files of these, oldest first, and nothing else is whole.
bool make_whole(const std::vector<catalog::JobRow>& sources, const std::string& fileset,
                catalog::Catalog& catalog);

/// Told by the row; says nothing about jobs that it builds on.
bool is_clean(const catalog::JobRow& row);

}  // namespace holdfast::director
