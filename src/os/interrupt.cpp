// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/interrupt.h"

#include <csignal>

namespace holdfast::os {
namespace {

volatile std::sig_atomic_t noted = 0;

void note(int) { noted = 1; }

}  // namespace

void take_interrupts(OnInterrupt what) {
  noted = 0;
  struct sigaction action {};
  action.sa_handler = note;
  // With SA_RESTART output goes on, with SA_RESETHAND the next one has its usual effect; without either what reads
  // from the terminal is woken.
  if (what == OnInterrupt::note_first) action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
}

bool was_interrupted() { return noted != 0; }

}  // namespace holdfast::os
