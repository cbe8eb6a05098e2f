// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <regex>
#include <span>
#include <string>
#include <vector>

#include "testing/director/console_double.h"

namespace holdfast::testing_support {

/// Which recordings are to be answered: golden/console/api0, api1 and api2, or the dialogues of golden/console/more,
/// which another peer with the same jobs and other paths recorded.
enum class Recorded { commands, dialogues };

/// The Director of the recordings as it was then: the configuration that their `show` prints, and the catalog of
/// golden/catalog without what happened afterwards. Null where the recordings are not at hand.
std::unique_ptr<ServicesDouble> recorded_director(ServicesDouble::Database database,
                                                  Recorded which = Recorded::commands);

/// A recording of golden/console as it is; nothing where the recordings are not at hand.
std::optional<std::string> recorded_text(const std::string& name);

/// What may differ between any two Directors, such as the time, and what stands for it in both.
using Mask = std::pair<std::regex, const char*>;
std::string masked(std::string text, std::span<const Mask> masks);

/// The words of a text in alphabetical order, for answers whose order means nothing.
std::string sorted_words(const std::string& text);

/// What the Director remembered of a job of its catalog.
director::console::TerminatedJob terminated_job(catalog::Catalog& catalog, const catalog::JobRow& job);

/// Runs a statement that gives no rows.
void execute_sql(catalog::Catalog& catalog, const std::string& sql,
                 std::span<const catalog::SqlValue> values = {});

}  // namespace holdfast::testing_support
