// SPDX-License-Identifier: AGPL-3.0-or-later
#include "catalog/file_batch.h"

namespace holdfast::catalog {

std::pair<std::string_view, std::string_view> split_name(std::string_view whole) {
  const auto slash = whole.rfind('/');
  if (slash == std::string_view::npos) return {whole, {}};
  return {whole.substr(0, slash + 1), whole.substr(slash + 1)};
}

void FileBatch::add(const NewFile& file) {
  const auto length = [](std::string_view text) { return static_cast<std::uint32_t>(text.size()); };
  rows_.push_back({file.file_index, file.delta, texts_.size(), length(file.path), length(file.name),
                   length(file.stat), length(file.digest)});
  texts_.append(file.path).append(file.name).append(file.stat).append(file.digest);
}

void FileBatch::set_digest(std::string_view digest) {
  auto& row = rows_.back();
  texts_.resize(texts_.size() - row.digest);
  texts_ += digest;
  row.digest = static_cast<std::uint32_t>(digest.size());
}

std::vector<NewFile> FileBatch::files() const {
  std::vector<NewFile> files;
  files.reserve(rows_.size());
  for (const Row& row : rows_) {
    std::string_view left = std::string_view(texts_).substr(row.start);
    const auto take = [&](std::uint32_t length) {
      const auto taken = left.substr(0, length);
      left.remove_prefix(length);
      return taken;
    };
    NewFile& file = files.emplace_back();
    file.file_index = row.file_index;
    file.delta = row.delta;
    file.path = take(row.path);
    file.name = take(row.name);
    file.stat = take(row.stat);
    file.digest = take(row.digest);
  }
  return files;
}

void FileBatch::clear() {
  rows_.clear();
  texts_.clear();
}

}  // namespace holdfast::catalog
