// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace holdfast::testing_support {

/// A file or folder of the interoperability chapters, or nothing where they are not at hand: then the test reports
/// itself skipped. They lie in ../shared/interop beside the checkout, or where HOLDFAST_INTEROP says.
std::optional<std::filesystem::path> interop(std::string_view relative);

}  // namespace holdfast::testing_support
