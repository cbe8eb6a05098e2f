// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gtest/gtest.h>

#include <fmt/core.h>

#include <random>
#include <regex>

#include "base/text.h"
#include "director/console/access.h"

namespace holdfast::director::console {
namespace {

using Lists = std::vector<std::vector<std::string>>;  // the console's own, then its profiles'

// The rules of interop 09, section 5.1, as plainly as they can be said.

bool is_name(const std::string& item) {
  return std::regex_match(item, std::regex("[A-Za-z0-9:._/-]([A-Za-z0-9:._/ -]*[A-Za-z0-9:._/-])?")) &&
         item.size() <= 127;
}

bool entry_matches(const std::string& entry, const std::string& item) {
  if (to_lower(entry) == "*all*") return true;
  if (to_lower(entry) == to_lower(item)) return true;
  if (entry.find_first_of(".()[]|^$+?*") == std::string::npos) return false;
  try {
    std::smatch match;
    const std::regex expression(entry, std::regex::extended | std::regex::icase);
    return std::regex_search(item, match, expression) &&
           static_cast<std::size_t>(match.length(0)) >= item.size();
  } catch (const std::regex_error&) {
    return false;
  }
}

bool expected(const Lists& lists, const std::string& item, bool must_be_name) {
  if (must_be_name && !is_name(item)) return false;
  for (const auto& list : lists)
    for (const std::string& entry : list) {
      const bool denies = entry[0] == '!';
      if (entry_matches(denies ? entry.substr(1) : entry, item)) return !denies;
    }
  return false;
}

bool expected_unrestricted(const Lists& lists) {
  for (const auto& list : lists)
    for (const std::string& entry : list) {
      if (to_lower(entry) == "*all*") return true;
      if (entry[0] == '!') return false;
    }
  return false;
}

struct AclCase {
  Acl acl;
  std::vector<std::string> config::AccessLists::*list;
  std::string_view audit;
};
constexpr AclCase acls[] = {
    {Acl::job, &config::AccessLists::job, "for Job"},
    {Acl::client, &config::AccessLists::client, "for Client"},
    {Acl::storage, &config::AccessLists::storage, "for Storage"},
    {Acl::schedule, &config::AccessLists::schedule, "for Schedule"},
    {Acl::pool, &config::AccessLists::pool, "for Pool"},
    {Acl::command, &config::AccessLists::command, "for Command"},
    {Acl::file_set, &config::AccessLists::file_set, "for Fileset"},
    {Acl::catalog, &config::AccessLists::catalog, "for Catalog"},
    {Acl::where, &config::AccessLists::where, "for Where restore location"},
    {Acl::plugin_options, &config::AccessLists::plugin_options, "for Plugin Options"},
};

const std::vector<std::string> entries = {
    "*all*",   "!*all*",    "*ALL*", "web", "WEB", "!web",    "web.*", "!web.*", "db[0-9]+", "!db1",   ".*",
    "!.*-old", "(web|db).", "[.].*", "a",   "!",   "web|db1", "[",     "!(",     "/srv/.*",  "!/srv/x"};
const std::vector<std::string> items = {"web",
                                        "Web",
                                        "web1",
                                        "webserver",
                                        "db1",
                                        "db12",
                                        "DB",
                                        "x-old",
                                        "a",
                                        "",
                                        " web",
                                        "web ",
                                        "two words",
                                        "bad\nname",
                                        ".jobs",
                                        "/srv/x",
                                        "/srv/y",
                                        "where=!",
                                        std::string(128, 'a')};

std::string shown(const Lists& lists) {
  std::string text;
  for (const auto& list : lists) {
    text += "{";
    for (const auto& entry : list) text += " " + entry;
    text += " } ";
  }
  return text;
}

TEST(AccessModel, ListsNegationsExpressionsAndProfilesDecideAsTheRulesSay) {
  constexpr unsigned seed = 5;
  std::mt19937 random(seed);
  std::size_t allowed = 0;
  for (int round = 0; round < 200; ++round) {
    const AclCase& which = acls[static_cast<std::size_t>(round) % std::size(acls)];
    Lists lists(1 + random() % 3);
    for (auto& list : lists)
      for (std::size_t i = random() % 4; i > 0; --i) list.push_back(entries[random() % entries.size()]);
    config::Console console;
    console.acl.*which.list = lists[0];
    std::vector<config::Profile> profiles(lists.size() - 1);
    for (std::size_t i = 0; i < profiles.size(); ++i) {
      profiles[i].acl.*which.list = lists[i + 1];
      console.profiles.push_back(&profiles[i]);
    }
    const Access access = Access::of(console);
    const bool must_be_name = which.acl != Acl::where && which.acl != Acl::plugin_options;
    EXPECT_EQ(access.is_unrestricted(which.acl), expected_unrestricted(lists)) << shown(lists);
    for (const auto& item : items) {
      const bool is_allowed = access.allows(which.acl, item);
      EXPECT_EQ(is_allowed, expected(lists, item, must_be_name))
          << "seed " << seed << ": " << item << " by " << shown(lists);
      allowed += is_allowed ? 1 : 0;
      // No other list has a say.
      for (const AclCase& other : acls) {
        if (other.acl == which.acl) continue;
        EXPECT_FALSE(access.allows(other.acl, item));
      }
    }
  }
  EXPECT_GT(allowed, 500U) << "the generated lists must allow something";
}

TEST(AccessModel, UsersHaveListsAndProfilesLikeConsoles) {
  config::Profile profile;
  profile.acl.job = {"!secret", "*all*"};
  config::User user;
  user.acl.job = {"secret-.*"};
  user.profiles = {&profile};
  const Access access = Access::of(user);
  EXPECT_TRUE(access.allows(Acl::job, "secret-1"));
  EXPECT_FALSE(access.allows(Acl::job, "secret"));
  EXPECT_TRUE(access.allows(Acl::job, "other"));
}

TEST(AccessModel, AuditNamesAreThoseOfTheChapter) {
  for (const AclCase& which : acls) EXPECT_EQ(audit_name(which.acl), which.audit);
}

}  // namespace
}  // namespace holdfast::director::console
