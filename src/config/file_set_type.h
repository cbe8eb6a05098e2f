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
  using Kind = FileSetBlock::Kind;
  constexpr explicit FileSetBlockType(Kind kind) : TypedValue("INCLUDE_EXCLUDE_ITEM"), kind_(kind) {}
  Repeat repeat() const override { return Repeat::accumulates; }
  /// Include shows the blocks of both kinds, to keep their order.
  bool is_always_shown() const override { return kind_ == Kind::include; }

 private:
  void read_typed(ValueReader& from, std::vector<FileSetBlock>& blocks) const override;
  void describe_typed(Settings& to, const Directive& directive,
                      const std::vector<FileSetBlock>& blocks) const override;

  Kind kind_;
};

namespace types {
extern const FileSetBlockType include, exclude;
}

}  // namespace holdfast::config
