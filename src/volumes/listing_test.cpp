// SPDX-License-Identifier: AGPL-3.0-or-later
#include "volumes/listing.h"

#include <gmock/gmock.h>

#include <regex>

#include "base/text.h"
#include "device/file_device.h"
#include "testing/base/golden.h"
#include "volumes/tool_reading.h"

namespace holdfast::volumes {
namespace {

using testing_support::golden;
using testing_support::read_file;

enum class What { files, jobs, blocks };

std::string listed(const std::string& directory, const std::string& volume, What what) {
  std::string text;
  const Output output = [&](std::string_view more) { text += more; };
  device::DirectoryDrive drive(directory);
  ToolReading reading(drive, "DEVICE", ToolReading::OnDamage::stop,
                      [&](const std::string& more) { text += more; });
  if (what == What::blocks) {
    BlockListing blocks(output, BlockListing::Contents::all_records);
    reading.read_blocks(volume, blocks);
  } else if (what == What::jobs) {
    LabelListing labels(output, Detail::brief);
    reading.read({volume}, nullptr, labels);
  } else {
    FileListing files(output, {});
    reading.read({volume}, nullptr, files);
  }
  return text;
}

/// The recorded output without what belongs to its machine and program: times, users, addresses in memory, and
/// the record that the peer reads behind the end of each block.
std::string comparable(std::string text) {
  const std::pair<std::regex, const char*> masks[] = {
      {std::regex("(^|\n)bls: stored[^ ]* +"), "$1"},
      {std::regex("(^|\n)Using device[^\n]*\n"), "$1"},
      {std::regex("[0-9]{2}-[A-Z][a-z]{2} [0-9:]{5} bls JobId 0: "), ""},
      {std::regex("\"[A-Za-z]+\" \\(/srv/demo/vols\\)"), "DEVICE"},
      {std::regex("Dump block +[0-9a-fx]+"), "Dump block"},
      {std::regex(" +Rec:"), "Rec:"},
      {std::regex("Rec: VId=[0-9]+ VT=[0-9]+ FI=(unknown: )?-?[0-9]{6,}[^\n]*\n"), ""},
      {std::regex(" p=[0-9a-fx]+"), ""},
      {std::regex("((Date=)?[0-9]{2}-[A-Z][a-z]{2}-[0-9]{4} |[0-9]{4}-[0-9]{2}-[0-9]{2} )[0-9:]{8}"), "#"},
      {std::regex("(JobId [0-9]+: [^ ]{10} +[0-9]+ )[^ ]+ +[^ ]+( +[0-9]+ #)"), "$1user group$2"},
  };
  for (const auto& [pattern, with] : masks) text = std::regex_replace(text, pattern, with);
  return text;
}

/// Only the first 40 lines of some outputs were kept.
std::string first_lines(const std::string& text, std::size_t count) {
  std::size_t end = 0;
  while (count-- > 0 && end < text.size()) end = std::min(text.find('\n', end), text.size() - 1) + 1;
  return text.substr(0, end);
}

class GoldenListing : public testing::TestWithParam<const char*> {};

TEST_P(GoldenListing, LooksAsThePeerPrintsIt) {
  const std::string volume = GetParam();
  const auto directory = golden("volumes");
  if (!directory) GTEST_SKIP() << "no golden volumes";
  const std::pair<What, const char*> outputs[] = {
      {What::jobs, ".bls-jobs.txt"}, {What::files, ".bls-files.txt"}, {What::blocks, ".bls-blocks.txt"}};
  for (const auto& [what, name] : outputs) {
    const auto expected = comparable(read_file(*directory / (volume + name)));
    constexpr std::size_t more_than_recorded = 100;
    const auto found = comparable(first_lines(listed(directory->string(), volume, what), more_than_recorded));
    const auto lines = static_cast<std::size_t>(std::count(expected.begin(), expected.end(), '\n'));
    const bool is_whole = expected.find("End of ") != std::string::npos;
    const auto shown = first_lines(found, is_whole ? lines - 1 : lines);
    const auto wanted = first_lines(expected, is_whole ? lines - 1 : lines);
    if (what == What::files && is_whole) continue;  // the count of files stands behind the end messages there
    EXPECT_EQ(shown, wanted) << volume << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Volumes, GoldenListing,
                         testing::Values("Golden-tree", "Golden-md5", "Golden-gzip", "Golden-lz4",
                                         "Golden-lzo", "Golden-lzfast", "Golden-encrypted",
                                         "Golden-encrypted-gzip", "Golden-interleaved-4", "Small-0012",
                                         "Small-0013"));

TEST(RecordListing, HasALineForEveryLabelAndRecord) {
  const auto directory = golden("volumes");
  if (!directory) GTEST_SKIP() << "no golden volumes";
  std::string text;
  RecordListing records([&](std::string_view more) { text += more; });
  device::DirectoryDrive drive(directory->string());
  ToolReading(drive, "DEVICE", ToolReading::OnDamage::stop, [](const std::string&) {
  }).read({"Golden-tree"}, nullptr, records);
  EXPECT_EQ(records.count(), 247U);
  EXPECT_TRUE(text.starts_with(
      "Volume Label Record: VolSessionId=0 VolSessionTime=0 JobId=0 DataLen=150\n"
      "Begin Job Session Record: VolSessionId=23 VolSessionTime=1795384262 JobId=38 DataLen="))
      << text.substr(0, 300);
  EXPECT_NE(text.find("\nFileIndex=1 VolSessionId=23 VolSessionTime=1795384262 Stream=1 DataLen="),
            std::string::npos);
  EXPECT_NE(text.find("\nEnd Job Session Record: "), std::string::npos);
}

TEST(VolumeLabel, ThatContinuesAnotherVolumeIsWarnedOf) {
  format::VolumeLabel label;
  EXPECT_EQ(continuation_warning(label), "");
  label.previous_volume = "Full-0001";
  EXPECT_EQ(continuation_warning(label), "\nWarning, this Volume is a continuation of Volume Full-0001\n");
}

TEST(FileLine, ShowsSpecialBitsLinksAndDeletedFiles) {
  const auto line = [](std::uint32_t mode, format::FileType type, std::string_view link) {
    const auto stat =
        format::pack({.mode = mode, .links = 1, .uid = 4294967294U, .gid = 4294967294U, .size = 12});
    format::Attributes attributes;
    attributes.type = type;
    attributes.name = "/n";
    attributes.packed_stat = stat;
    attributes.link = link;
    return file_line(attributes);
  };
  EXPECT_EQ(line(0104755, format::FileType::regular, "").substr(0, 10), "-rwsr-xr-x");
  EXPECT_EQ(line(0102644, format::FileType::regular, "").substr(0, 10), "-rw-r-Sr--");
  EXPECT_EQ(line(0041777, format::FileType::directory, "").substr(0, 10), "drwxrwxrwt");
  EXPECT_EQ(line(0020600, format::FileType::special, "").substr(0, 10), "crw-------");
  EXPECT_TRUE(line(0120777, format::FileType::symlink, "target").ends_with("  /n -> target"));
  EXPECT_EQ(line(0100644, format::FileType::deleted, ""),
            "----------   - -        -                - ---------- --------  /n");
}

}  // namespace
}  // namespace holdfast::volumes
