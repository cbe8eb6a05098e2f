// SPDX-License-Identifier: AGPL-3.0-or-later
#include "os/pam.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "base/error.h"
#include "os/process.h"

namespace holdfast::os {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// A folder of PAM rules of its own.
class Pam : public testing::Test {
 protected:
  Pam() : folder_(testing::TempDir() + "pam" + std::to_string(process_id())) {
    std::filesystem::create_directories(folder_);
  }
  ~Pam() override { std::filesystem::remove_all(folder_); }

  PamService service(const std::string& rules) {
    std::ofstream(folder_ + "/bareos") << rules;
    return {"bareos", folder_};
  }
  struct User final : PamUser {
    std::string ask(Echo echo, std::string_view prompt) override {
      asked.push_back((echo == Echo::hidden ? "hidden " : "shown ") + std::string(prompt));
      if (gives_up) throw Error(ErrorKind::network, "gone");
      return "alice";
    }
    std::vector<std::string> asked;
    bool gives_up = false;
  };

  std::string folder_;
  User user_;
};

constexpr const char* permit = "auth required pam_permit.so\naccount required pam_permit.so\n";

TEST_F(Pam, LetsInWhomItsRulesLetIn) {
  EXPECT_EQ(authenticate(service(permit), "bob", "10.0.0.1", user_), "bob");
  EXPECT_THAT(user_.asked, IsEmpty());
}

TEST_F(Pam, RefusesWhomItsRulesRefuse) {
  const auto rules = service("auth required pam_deny.so\naccount required pam_permit.so\n");
  EXPECT_THROW(authenticate(rules, "bob", "10.0.0.1", user_), Error);
}

TEST_F(Pam, RefusesAnAccountThatMayNotBeUsed) {
  const auto rules = service("auth required pam_permit.so\naccount required pam_deny.so\n");
  EXPECT_THROW(authenticate(rules, "bob", "10.0.0.1", user_), Error);
}

TEST_F(Pam, RefusesEverybodyWithoutRules) {
  EXPECT_THROW(authenticate({"nowhere", folder_}, "bob", "10.0.0.1", user_), Error);
}

TEST_F(Pam, HandsOnWhatItsModulesAsk) {
  // pam_unix asks for the password; nobody has this one.
  const auto rules = service("auth required pam_unix.so nodelay\naccount required pam_permit.so\n");
  EXPECT_THROW(authenticate(rules, "nobody", "10.0.0.1", user_), Error);
  EXPECT_THAT(user_.asked, ElementsAre("hidden Password: "));
}

TEST_F(Pam, EndsWhenTheUserHasGone) {
  user_.gives_up = true;
  const auto rules = service("auth required pam_unix.so nodelay\naccount required pam_permit.so\n");
  try {
    authenticate(rules, "nobody", "10.0.0.1", user_);
    FAIL() << "nobody was there";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::network);
  }
}

TEST(Wipe, LeavesNothing) {
  std::string secret = "secret";
  const char* memory = secret.data();
  wipe(secret);
  EXPECT_TRUE(secret.empty());
  EXPECT_EQ(memory[0], '\0');
}

}  // namespace
}  // namespace holdfast::os
