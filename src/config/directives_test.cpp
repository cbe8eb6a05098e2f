// SPDX-License-Identifier: AGPL-3.0-or-later
#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "config/directive.h"
#include "config/print.h"
#include "testing/config/interop.h"
#include "testing/config/known_directives.h"

namespace holdfast::config {
namespace {

using Json = nlohmann::ordered_json;
using testing_support::interop;
using testing_support::known_directives;

const Component* component_named(std::string_view name) {
  for (const Component* component :
       {&director_component(), &storage_component(), &file_daemon_component(), &console_component()}) {
    if (component->name == name) return component;
  }
  return nullptr;
}

std::string names_in_order(const ResourceType& type) {
  std::string names;
  for (const Directive& directive : type.directives)
    names += std::string(names.empty() ? "" : " ") + std::string(directive.name);
  return names;
}

TEST(Directives, AreThoseOfTheListAndNoOthers) {
  std::size_t types = 0;
  for (const auto& known : known_directives) {
    const ResourceType* type = component_named(known.component)->find_type(known.type);
    ASSERT_NE(type, nullptr) << known.type;
    EXPECT_EQ(names_in_order(*type),
              replace_all(std::string(known.names), "Tls*", testing_support::tls_directive_names))
        << known.component << " " << known.type;
    ++types;
  }
  EXPECT_EQ(types, 25u);
}

TEST(Directives, HaveDifferentNamesAndFitTheirSet) {
  for (const auto& known : known_directives) {
    const ResourceType* type = component_named(known.component)->find_type(known.type);
    auto names = type->keywords();
    for (auto& name : names) EXPECT_EQ(type->find_directive(to_lower(name)), type->find_directive(name));
    std::sort(names.begin(), names.end());
    EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end()) << known.type;
    EXPECT_LE(type->directives.size(), Resource::max_directives);
    for (const Directive& directive : type->directives)
      EXPECT_FALSE(directive.help.empty()) << directive.name;
  }
}

/// The schema of a component as it is printed.
Json schema_of(const std::string& component) {
  return Json::parse(print_schema(*component_named(component)))["resource"][component];
}

/// What the facts say about a directive, in the words of the schema.
Json expected_entry(const Json& fact) {
  Json entry;
  entry["datatype"] = fact["type"];
  entry["code"] = fact.value("code", 0);
  if (!fact["default"].is_null()) entry["default_value"] = fact["default"];
  if (fact.value("platform_specific", false)) entry["platform_specific"] = true;
  const bool is_deprecated = fact["deprecated"].is_string();
  if (is_deprecated) entry["deprecated"] = true;
  entry["equals"] = fact.value("equals", true);
  if (fact["required"].get<bool>()) entry["required"] = true;
  const std::string since = fact["since"].is_null() ? "" : fact["since"].get<std::string>();
  const std::string until = is_deprecated ? fact["deprecated"].get<std::string>() : "";
  if (!since.empty() || !until.empty()) entry["versions"] = since + "-" + until;
  return entry;
}

TEST(Directives, AgreeWithEveryFactOfTheChapter) {
  const auto path = interop("directives.json");
  if (!path) GTEST_SKIP() << "the interoperability chapters are not at hand";
  const Json facts = Json::parse(std::ifstream(*path));
  std::size_t compared = 0;
  for (const std::string component : {"bareos-dir", "bareos-sd", "bareos-fd", "bconsole"}) {
    const Json schema = schema_of(component);
    for (const auto& [type, directives] : facts[component].items()) {
      for (const auto& [name, fact] : directives.items()) {
        Json entry = schema[type][name];
        entry.erase("description");
        EXPECT_EQ(entry, expected_entry(fact)) << component << " " << type << " " << name;
        for (const auto& alias : fact["aliases"]) {
          EXPECT_TRUE(schema[type][alias.get<std::string>()].value("alias", false)) << alias;
        }
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 700u);
}

TEST(DataTypes, AreThoseOfTheChapter) {
  const auto path = interop("directives.json");
  if (!path) GTEST_SKIP() << "the interoperability chapters are not at hand";
  const Json facts = Json::parse(std::ifstream(*path))["_types"];
  const Json listed = Json::parse(print_schema(director_component()))["datatype"];
  EXPECT_EQ(listed.size(), facts.size());
  for (const auto& [name, fact] : facts.items()) EXPECT_EQ(listed[name]["number"], fact["number"][0]) << name;
}

TEST(DataTypes, OfKeywordsTellWhatTheWordsStandFor) {
  const Json listed = Json::parse(print_schema(director_component()))["datatype"];
  EXPECT_EQ(listed["BACKUP_LEVEL"]["class"], "keyword");
  EXPECT_EQ(listed["BACKUP_LEVEL"]["values"]["VirtualFull"], Json({{"level", 'f'}, {"type", 'B'}}));
  EXPECT_EQ(listed["JOB_TYPE"]["values"]["Copy"], Json({{"type", 'c'}}));
  EXPECT_EQ(listed["REPLACE_OPTION"]["values"]["IfNewer"], Json({{"token", 'w'}}));
}

TEST(DataTypes, OfBlocksListTheirDirectives) {
  const Json listed = Json::parse(print_schema(director_component()))["datatype"];
  EXPECT_EQ(listed["OPTIONS"]["class"], "sub");
  EXPECT_EQ(listed["RUNSCRIPT"]["values"]["RunsWhen"]["datatype"], "RUNSCRIPT_WHEN");
  EXPECT_EQ(listed["INCLUDE_EXCLUDE_ITEM"]["values"]["Options"]["equals"], false);
  EXPECT_FALSE(Json::parse(print_schema(storage_component())).contains("datatype"));
}

TEST(Directives, OfResourcesHaveTheCodesAndPluralsOfTheChapter) {
  const auto path = interop("directives.json");
  if (!path) GTEST_SKIP() << "the interoperability chapters are not at hand";
  const Json facts = Json::parse(std::ifstream(*path))["_resources"];
  for (const std::string component : {"bareos-dir", "bareos-sd", "bareos-fd", "bconsole"}) {
    for (const auto& [name, fact] : facts[component].items()) {
      const ResourceType* type = component_named(component)->find_type(name);
      if (!fact.value("configurable", true)) {
        EXPECT_EQ(type, nullptr) << name;
        continue;
      }
      ASSERT_NE(type, nullptr) << name;
      EXPECT_EQ(type->code, fact["code"].get<unsigned>()) << name;
      EXPECT_EQ(type->plural, fact["plural"].get<std::string>()) << name;
    }
  }
}

TEST(Schema, OpensWithFormatComponentAndVersion) {
  const Json schema = Json::parse(print_schema(file_daemon_component()));
  EXPECT_EQ(schema["format-version"], 2);
  EXPECT_EQ(schema["component"], "bareos-fd");
  EXPECT_EQ(schema["version"], "25.1.0");
}

}  // namespace
}  // namespace holdfast::config
