// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/errands.h"

#include <gmock/gmock.h>

#include <string>

namespace holdfast::director {
namespace {

using namespace std::chrono_literals;

/// What was done, in its order.
class Done {
 public:
  void note(const std::string& what) {
    text_.with([&](std::string& text) { text += what; });
  }
  void wait_for(const std::string& wanted) {
    text_.wait(
        {}, [&](const std::string& text) { return text == wanted; }, [](std::string&) {});
  }

 private:
  Guarded<std::string> text_;
};

TEST(WhatMustBeDone, IsTriedUntilItIsDoneAndHoldsUpNothingElse) {
  Done done;
  std::atomic<int> tries = 0;
  Errands errands(1ms);
  errands.add([&] {
    if (++tries < 3) return false;
    done.note("late ");
    return true;
  });
  errands.add([&] {
    done.note("at once ");
    return true;
  });
  done.wait_for("at once late ");
  EXPECT_EQ(tries, 3);
}

TEST(WhatMustBeDone, GoesInTheOrderInWhichItCame) {
  Done done, gate;
  Errands errands(1ms);
  errands.add([&] {
    gate.wait_for("open");
    return true;
  });
  for (const char* name : {"a", "b", "c"})
    errands.add([&, name] {
      done.note(name);
      return true;
    });
  gate.note("open");
  done.wait_for("abc");
}

TEST(WhatMustBeDone, IsLeftWhenTheEndComes) {
  Done begun;
  std::atomic<int> tries = 0;
  Errands errands(1h);
  errands.add([&] {
    if (++tries == 1) begun.note("begun");
    return false;
  });
  begun.wait_for("begun");
  errands.end();
  errands.add([&] { return ++tries, true; });
  EXPECT_EQ(tries, 1);
}

}  // namespace
}  // namespace holdfast::director
