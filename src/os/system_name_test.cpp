// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/system_name.h"

#include <gtest/gtest.h>

namespace holdfast::os {
namespace {

TEST(SystemName, IsTakenFromOsRelease) {
  const SystemName name =
      parse_os_release("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian\"\nID=debian\n");
  EXPECT_EQ(name.text, "Debian GNU/Linux 12 (bookworm)");
  EXPECT_EQ(name.platform, "debian");
}

TEST(SystemName, HasDefaultsWhereNothingIsKnown) {
  EXPECT_EQ(parse_os_release("").text, "Linux");
  EXPECT_EQ(parse_os_release("ID=\nnonsense\n").platform, "linux");
}

}  // namespace
}  // namespace holdfast::os
