// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "config/file_set.h"
#include "config/value_type.h"

namespace holdfast::config {

/// Include { } and Exclude { } of a FileSet.
class FileSetBlockType final : public TypedValue<std::vector<FileSetBlock>> {
 public:
  enum class Side : std::uint8_t { include, exclude };
  constexpr explicit FileSetBlockType(Side side) : TypedValue("INCLUDE_EXCLUDE_ITEM"), side_(side) {}
  Repeat repeat() const override { return Repeat::accumulates; }

 private:
  void read_typed(ValueReader& from, std::vector<FileSetBlock>& blocks) const override;
  void describe_typed(Settings& to, const Directive& directive,
                      const std::vector<FileSetBlock>& blocks) const override;

  Side side_;
};

namespace types {
extern const FileSetBlockType include, exclude;
}

}  // namespace holdfast::config
