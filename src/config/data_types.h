// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <span>
#include <string_view>

namespace holdfast::config {

/// A kind of value as the schema lists it (interop 06, section 17).
struct DataType {
  std::string_view name;
  unsigned number;
  std::string_view description;
};
/// By number.
std::span<const DataType> data_types();

/// A directive within a block: RunScript, Include and Exclude, Options.
struct BlockDirective {
  std::string_view block;  ///< name of the block's DataType
  std::string_view name;
  std::string_view datatype;
  unsigned code = 0;
};
std::span<const BlockDirective> block_directives();

}  // namespace holdfast::config
