// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/scsi_sense.h"

#include <gtest/gtest.h>

#include "testing/base/hex.h"

namespace holdfast::os {
namespace {

using testing_support::from_hex;

const Buffer fixed_form = from_hex("70 00 05 00000000 0a 00000000 24 00 00 00 00 00");
const Buffer descriptor_form = from_hex("72 07 74 01 00 00 00 00");

TEST(ScsiSense, IsReadInBothForms) {
  EXPECT_EQ(parse_sense(fixed_form), (ScsiSense{5, 0x24, 0}));
  EXPECT_EQ(parse_sense(descriptor_form), (ScsiSense{7, 0x74, 1}));
}

TEST(ScsiSense, ThatIsCutOffNeverReadsBeyondItsEnd) {
  for (const auto& whole : {fixed_form, descriptor_form})
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Buffer cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
      const auto sense = parse_sense(cut);
      EXPECT_EQ(sense.has_value(), size > (whole == fixed_form ? 2U : 1U)) << size;
    }
  EXPECT_EQ(parse_sense(from_hex("0000000000000000")), std::nullopt);
}

TEST(ScsiSense, IsToldInWords) {
  EXPECT_EQ(to_string(ScsiSense{5, 0x24, 0}),
            "ILLEGAL REQUEST (24/00): the drive does not support this request");
  EXPECT_EQ(to_string(ScsiSense{3, 0x11, 0}), "MEDIUM ERROR (11/00)");
}

}  // namespace
}  // namespace holdfast::os
