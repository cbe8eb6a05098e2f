// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "config/director_resources.h"
#include "jobs/job_chain.h"

namespace holdfast::jobs {

/// The jobs a virtual Full is made of (interop 08, section 17.1).
struct VirtualFullSources {
  std::vector<catalog::JobRow> jobs;  ///< oldest first
  std::vector<std::string> errors;    ///< for the operator, before the failure
  std::string failure;                ///< why it cannot be made; empty: it can
};

/// `listed`: those that were asked for; where it is empty, the chain of the row's client and FileSet. `row`: of the virtual
/// Full.
VirtualFullSources virtual_full_sources(catalog::JobCatalog& jobs, const config::Job& resource,
                                        const config::FileSet& fileset, const catalog::JobRow& row,
                                        const std::vector<JobId>& listed);

}  // namespace holdfast::jobs
