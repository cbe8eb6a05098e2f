// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/error.h"

#include <gmock/gmock.h>

namespace holdfast {
namespace {

TEST(Error, RethrowAddsContextAndKeepsTheKind) {
  try {
    try {
      throw Error(ErrorKind::no_space, "write of {} bytes failed", 10);
    } catch (...) {
      rethrow_with("while labelling volume {}", "Full-1");
    }
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::no_space);
    EXPECT_EQ(error.message(), "while labelling volume Full-1: write of 10 bytes failed");
  }
}

}  // namespace
}  // namespace holdfast
