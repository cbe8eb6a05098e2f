// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/windows_stream.h"

#include <gtest/gtest.h>

#include "base/endian.h"

namespace holdfast::archive {
namespace {

void add(Buffer& to, std::uint32_t id, std::string_view name, std::string_view body) {
  ByteWriter writer(to);
  writer.put(id, std::endian::little);
  writer.put(std::uint32_t{0}, std::endian::little);
  writer.put(std::uint64_t{body.size()}, std::endian::little);
  writer.put(static_cast<std::uint32_t>(name.size()), std::endian::little);
  writer.put_text(name);
  writer.put_text(body);
}

TEST(WindowsStream, KeepsOnlyFileDataHoweverItIsCut) {
  Buffer all;
  add(all, 3, "", "security descriptor");
  add(all, 1, "", "file ");
  add(all, 4, "n\0a\0", "alternate stream");
  add(all, 1, "", "data");
  add(all, 1, "", "");
  for (std::size_t cut = 1; cut <= all.size(); ++cut) {
    WindowsStream stream;
    std::string data;
    for (Bytes left = all; !left.empty(); left = left.subspan(std::min(cut, left.size())))
      for (const auto piece : stream.feed(left.first(std::min(cut, left.size())))) data += as_text(piece);
    EXPECT_EQ(data, "file data") << cut;
  }
}

}  // namespace
}  // namespace holdfast::archive
