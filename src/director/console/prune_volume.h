// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "director/console/command.h"

namespace holdfast::director::console {

/// `prune volume` in all its forms.
Outcome prune_volumes(Command& command, catalog::Catalog& catalog);

}  // namespace holdfast::director::console
