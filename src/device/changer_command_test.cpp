// SPDX-License-Identifier: AGPL-3.0-or-later
#include "device/changer_command.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>

#include <fstream>

#include "os/unique_fd.h"
#include "testing/device/temporary_directory.h"

namespace holdfast::device {
namespace {

using Lines = std::vector<std::string>;

/// A changer whose script is this shell text; "$@" are the words behind it.
class Scripted {
 public:
  explicit Scripted(const std::string& script, const std::string& arguments = "%c %o %S %a %d",
                    std::chrono::seconds max_wait = std::chrono::seconds(60))
      : path_(directory_.path() + "/script"),
        changer({.command = "/bin/sh " + path_ + " " + arguments,
                 .changer_device = "/dev/sg0",
                 .drives = {{0, "/dev/nst0", "/dev/sg1"}, {1, "/dev/nst1", ""}},
                 .max_wait = max_wait}) {
    std::ofstream(path_) << script;
  }
  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }

 private:
  testing_support::TemporaryDirectory directory_;
  std::string path_;

 public:
  ChangerCommand changer;
};

std::string error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const ChangerError& error) {
    return error.message() + "|" + error.output();
  }
  return "none";
}

TEST(ChangerCommand, TellsTheScriptWhatToDo) {
  // What a script was told is what it says before it fails.
  Scripted all(R"(for word; do printf '<%s>' "$word"; done; exit 3)");
  const std::string failed = "Child exited with code 3|";
  const ChangerErrand errand{"Vol 1", "job", "client"};
  EXPECT_EQ(error_of([&] { all.changer.loaded(1, errand); }), failed + "</dev/sg0><loaded><0></dev/nst1><1>");
  EXPECT_EQ(error_of([&] { all.changer.load(4, 0, errand); }), failed + "</dev/sg0><load><4></dev/nst0><0>");
  EXPECT_EQ(error_of([&] { all.changer.unload(4, 0, errand); }),
            failed + "</dev/sg0><unload><4></dev/nst0><0>");
  EXPECT_EQ(error_of([&] { all.changer.transfer(4, 7); }), failed + "</dev/sg0><transfer><4><7>");
  Scripted codes(R"(for word; do printf '<%s>' "$word"; done; exit 3)", R"(%% %s %D "%v of %j" %f %x %)");
  EXPECT_EQ(error_of([&] { codes.changer.load(4, 0, errand); }),
            failed + "<%><3></dev/sg1><Vol 1 of job><client><%x><%>");
  EXPECT_EQ(error_of([&] { codes.changer.load(4, 1, {}); }), failed + "<%><3>< of ><%x><%>");
}

TEST(ChangerCommand, UnderstandsWhatScriptsSay) {
  Scripted script(R"(case $2 in
    loaded) echo 3;;
    slots) echo "mtx: a warning" >&2; echo 12;;
    list) echo 1:A00001L8; echo 2:; echo; echo 3:C00003L8;;
    listall) echo D:0:F:3:C00003L8; echo D:1:E; echo S:1:F:A00001L8; echo S:2:E; echo I:12:E;;
    transfer) echo "Unloading 1 to 2... done";;
  esac)");
  EXPECT_EQ(script.changer.loaded(0, {}), 3U);
  EXPECT_EQ(script.changer.slots(), 12U);
  EXPECT_EQ(script.changer.list(), (Lines{"1:A00001L8", "2:", "3:C00003L8"}));
  EXPECT_EQ(script.changer.list_all().size(), 5U);
  EXPECT_EQ(script.changer.transfer(1, 2), Lines{"Unloading 1 to 2... done"});
  EXPECT_NO_THROW(script.changer.load(1, 0, {}));
  EXPECT_NO_THROW(script.changer.unload(1, 0, {}));
}

TEST(ChangerCommand, BelievesNoNonsense) {
  for (const std::string said : {"", "three", "1\\n2", "-1", "4294967297", "999999999", "3 4"}) {
    Scripted script("printf '" + said + "\\n'");
    EXPECT_NE(error_of([&] { script.changer.loaded(0, {}); }), "none") << said;
    EXPECT_NE(error_of([&] { script.changer.slots(); }), "none") << said;
  }
  for (const std::string said : {"no colon", "x:BARCODE", "0:ZERO", "1:A\\n1:B", ":A"}) {
    Scripted script("printf '" + said + "\\n'");
    EXPECT_NE(error_of([&] { script.changer.list(); }), "none") << said;
  }
  for (const std::string said :
       {"D:0", "X:1:E", "S:0:E", "S:1:G", "D:0:F", "D:0:F:x:V", "S:1:F", "S:1:E\\nS:1:E"}) {
    Scripted script("printf '" + said + "\\n'");
    EXPECT_NE(error_of([&] { script.changer.list_all(); }), "none") << said;
  }
}

TEST(ChangerCommand, SaysWhyAScriptFailed) {
  Scripted script("echo 'Source Element Address 3 is Empty'; exit 1");
  EXPECT_EQ(error_of([&] { script.changer.load(3, 0, {}); }),
            "Child exited with code 1|Source Element Address 3 is Empty");
  ChangerCommand missing({.command = "/no/such/script %o", .changer_device = "", .drives = {{}}});
  EXPECT_EQ(error_of([&] { missing.slots(); }), "No such file or directory|");
  EXPECT_EQ(error_of([&] { missing.loaded(4, {}); }), "no Device has the Drive Index 4|");
  EXPECT_THROW(ChangerCommand({.command = "  ", .changer_device = "", .drives = {{}}}), Error);
}

TEST(ChangerCommand, EndsAScriptThatTakesTooLongWithAllItStarted) {
  Scripted script("exec 3> \"$(dirname \"$0\")/alive\"; echo begun; sleep 600 & wait", "%o",
                  std::chrono::seconds(3));
  ::mkfifo(script.path("alive").c_str(), 0600);
  const os::UniqueFd alive(::open(script.path("alive").c_str(), O_RDONLY | O_NONBLOCK));
  EXPECT_EQ(error_of([&] { script.changer.load(1, 0, {}); }),
            "Child was ended because it took longer than 3 seconds|begun");
  // The other end is closed when the last of them is gone.
  pollfd closed{alive.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&closed, 1, 30'000), 1);
  EXPECT_NE(closed.revents & POLLHUP, 0);
}

}  // namespace
}  // namespace holdfast::device
