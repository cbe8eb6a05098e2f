// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/content_comparison.h"

#include "archive/data_writer.h"
#include "archive/encoder.h"

namespace holdfast::archive {

ComparedContent compare_content(const selection::Found& found, const LargeFileContext& context) {
  ComparedContent compared;
  if (found.known_digest.empty() || !found.options->signature) return compared;
  auto file = found.parent->open_file(context.tools.name() = found.name(), access_time(*found.options));
  if (!file) return compared;
  // Blocks as a backup makes them: those of zeros that it leaves out do not belong to the digest.
  selection::FileOptions options = *found.options;
  options.compression.reset();
  options.sparse = options.sparse && !options.encrypted;
  options.encrypted = false;
  selection::Found plain = found;
  plain.options = &options;
  const std::uint64_t length = block_length(options, context.block_size);
  auto& digest = context.tools.digest(*options.signature);
  Batch block;
  DataWriter writer(block, plain, context.tools, DataWriter::When::encode_here);
  const bool is_file = found.stat.kind() == tree::Kind::regular;
  bool is_whole = false;
  while (!is_whole && !context.pipeline.is_stopped()) {
    block.clear();
    const auto count = (*file)->read(writer.room(length));
    if (!count) break;
    const auto read = compared.read_bytes + *count;
    is_whole = *count < length || (is_file && read == static_cast<std::uint64_t>(found.stat.size));
    const auto place = is_whole ? DataWriter::Place::last : DataWriter::Place::inner;
    if (*count > 0 && writer.put(*count, compared.read_bytes, place)) digest.update(writer.block());
    compared.read_bytes = read;
  }
  const auto now = digest.finish();
  compared.is_known = is_whole && as_text(now.bytes()) == found.known_digest;
  return compared;
}

}  // namespace holdfast::archive
