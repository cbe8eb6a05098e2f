// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <string>

#include "tree/file_source.h"

namespace holdfast::tree {

enum class SourceCall {
  open_root,
  next,
  stat,
  open_directory,
  open_file,
  read,
  read_link,
  attributes,
  remove
};

/// Passes every call on to another source after asking `before`, which may let it fail by returning a reason,
/// or change the source underneath. `before` gets the full path; for `read` it is asked before each piece. It
/// may be called by several threads at once.
class FaultySource final : public FileSource {
 public:
  using Before = std::function<std::error_code(SourceCall, const std::string& path)>;

  FaultySource(FileSource& inner, Before before) : inner_(inner), before_(std::move(before)) {}
  Outcome<std::unique_ptr<Directory>> open_directory(const std::string& path) override;

 private:
  FileSource& inner_;
  Before before_;
};

}  // namespace holdfast::tree
