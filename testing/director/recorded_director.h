// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "testing/director/console_double.h"

namespace holdfast::testing_support {

/// Which recordings are to be answered: golden/console/api0, api1 and api2, or the dialogues of golden/console/more,
/// which another peer with the same jobs and other paths recorded.
enum class Recorded { commands, dialogues };

/// The Director of the recordings as it was then: the configuration that their `show` prints, and the catalog of
/// golden/catalog without what happened afterwards. Null where the recordings are not at hand.
std::unique_ptr<ServicesDouble> recorded_director(Recorded which = Recorded::commands);

/// The rows of a CSV file: fields, quoted ones with their line ends; nothing at all stands for NULL.
std::vector<std::vector<std::optional<std::string>>> parse_csv(const std::string& text);

}  // namespace holdfast::testing_support
