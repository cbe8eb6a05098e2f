// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "testing/director/console_double.h"

namespace holdfast::testing_support {

/// The Director of the dialogues in golden/console/more: the peer that recorded them had the same jobs as that of
/// golden/catalog below another folder, but its catalog was not recorded. Its rows are put together from what its
/// own listings show; `newest_job` and later ones exist at the time of a recording. Null where the recordings
/// are not at hand.
std::unique_ptr<ServicesDouble> dialogue_director(ServicesDouble::Database database,
                                                  std::uint32_t newest_job);

/// Lets jobs of the catalog be some that have not ended yet.
void let_run(ServicesDouble& services, std::initializer_list<std::uint32_t> jobs);
/// The end of all jobs that ran: they were cancelled.
void let_end(ServicesDouble& services);

/// 2026-11-22, the day of all recordings, at "hh:mm:ss".
Time on_the_day(std::string_view time_of_day);

}  // namespace holdfast::testing_support
