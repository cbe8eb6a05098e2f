// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>

#include "format/label.h"
#include "volumes/checker/finding.h"

namespace holdfast::volumes {

/// Reads a volume label field by field and says which rules it breaks (interop 04, sections 4.1 and 4.2). Empty where
/// it cannot be read to its end.
std::optional<format::VolumeLabel> check_volume_label(Bytes payload, const Say& say);

/// The same for the label at a start or end of a session (section 4.5).
std::optional<format::SessionLabel> check_session_label(Bytes payload, format::SessionEdge edge,
                                                        const Say& say);

/// What the label at the end of a session must repeat of that at its start.
void check_same_job(const format::SessionLabel& start, const format::SessionLabel& end, const Say& say);

}  // namespace holdfast::volumes
