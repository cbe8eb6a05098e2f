// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace holdfast::testing_support {

/// A file or folder of the golden recordings, or nothing where they are not at hand: then the test reports
/// itself skipped. They lie in ../shared/golden beside the checkout, or where HOLDFAST_GOLDEN says.
std::optional<std::filesystem::path> golden(std::string_view relative);

/// The whole file, as bytes in a string.
std::string read_file(const std::filesystem::path& path);

}  // namespace holdfast::testing_support
