// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/interrupt.h"

#include <gtest/gtest.h>

#include <csignal>

namespace holdfast::os {
namespace {

/// Other tests of this program leave SIGINT blocked.
class Interrupt : public testing::Test {
 protected:
  Interrupt() {
    std::signal(SIGINT, SIG_IGN);
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_UNBLOCK, &interrupt, nullptr);
  }
  ~Interrupt() override { std::signal(SIGINT, SIG_DFL); }
};

TEST_F(Interrupt, IsNotedAndForgotten) {
  take_interrupts(OnInterrupt::note);
  EXPECT_FALSE(was_interrupted());
  std::raise(SIGINT);
  EXPECT_TRUE(was_interrupted());
  std::raise(SIGINT);
  take_interrupts(OnInterrupt::note);
  EXPECT_FALSE(was_interrupted());
}

TEST_F(Interrupt, EndsTheProgramTheSecondTime) {
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
