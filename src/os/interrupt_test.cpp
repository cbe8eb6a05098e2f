// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/interrupt.h"

#include <gtest/gtest.h>

#include <csignal>

namespace holdfast::os {
namespace {

TEST(Interrupt, IsNotedAndForgotten) {
  take_interrupts(OnInterrupt::note);
  EXPECT_FALSE(was_interrupted());
  std::raise(SIGINT);
  EXPECT_TRUE(was_interrupted());
  std::raise(SIGINT);
  take_interrupts(OnInterrupt::note);
  EXPECT_FALSE(was_interrupted());
  std::signal(SIGINT, SIG_DFL);
}

TEST(Interrupt, EndsTheProgramTheSecondTime) {
  EXPECT_EXIT(
      {
        take_interrupts(OnInterrupt::note_first);
        std::raise(SIGINT);
        if (was_interrupted()) std::raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace holdfast::os
