// SPDX-License-Identifier: AGPL-3.0-or-later
#include "jobs/label_format.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace holdfast::jobs {
namespace {

/// The values with which the chapter's examples were observed in November 2026.
LabelVariables observed() {
  LabelVariables variables;
  variables.now = catalog::Moment(std::chrono::seconds(1'795'384'266));
  variables.job = "selftest";
  variables.job_id = JobId(4);
  variables.pool = "Pool17";
  variables.media_type = "DiskVolume";
  variables.catalog = "MainCatalog";
  return variables;
}

TEST(LabelFormat, ExpandsAsObserved) {
  setenv("ARR", "zero|one|two", 1);
  const std::pair<const char*, const char*> examples[] = {
      {"${Year:p/6/0/r}", "002026"},
      {"${Month:p/2/0/r}", "11"},
      {"a${JobId}b", "a4b"},
      {"${Pool:u}", "POOL17"},
      {"${Pool:o0,2}", "Poo"},
      {"${Pool:o2-3}", "ol1"},
      {"${Pool:s/ool/x/g}", "Px17"},
      {"${Pool:#}", "6"},
      {"x${Undefined:-def}", "xdef"},
      {"A${J}", "Aselftest"},
      {"${Job:o0,1}", "se"},
      {"X[${ARR[#]}.]", "Xzero.one.two."},
      {"C${Level}", "CFull"},
      {"${MediaType}.${Catalog}", "DiskVolume.MainCatalog"},
      {"${ARR[1]}", "one"},
      {"$ARR", "zero"},
      {"${Pool:y/a-z/A-Z/}", "POOL17"},
      {"${Pool:+there}${Pool:*gone}", "there"},
      {"\\$Pool", "$Pool"},
  };
  for (const auto& [format, expected] : examples)
    EXPECT_EQ(expand_label_format(format, observed()), expected) << format;
}

TEST(LabelFormat, WhatCannotBeExpandedStaysAndIsNoName) {
  std::string growing = "${Pool";
  for (int i = 0; i < 20; ++i) growing += ":s/.*/$0$0/";
  growing += '}';
  for (const char* format :
       {"${Undefined_variable_x}", "a$", "a${Pool", "${Pool:s/(/x/}", "${Pool:o5}", growing.c_str()}) {
    const std::string text = expand_label_format(format, observed());
    EXPECT_FALSE(is_legal_volume_name(text)) << format << " gave " << text;
  }
}

TEST(LabelFormat, CountersAreAskedForAndStepped) {
  auto variables = observed();
  int value = 7;
  variables.counter = [&](std::string_view name, bool step) -> std::optional<std::string> {
    if (name != "Cnt") return std::nullopt;
    return std::to_string(step ? value++ : value);
  };
  EXPECT_EQ(expand_label_format("V${Cnt+}", variables), "V7");
  EXPECT_EQ(expand_label_format("V${Cnt}-${Cnt:p/3/0/r}", variables), "V8-008");
}

TEST(LabelFormat, KnowsSimpleFormatsAndLegalNames) {
  EXPECT_TRUE(is_simple_label_format("Full-"));
  EXPECT_TRUE(is_simple_label_format("a:b.c_d/e"));
  EXPECT_FALSE(is_simple_label_format("/etc"));
  EXPECT_FALSE(is_simple_label_format("${Pool}"));
  EXPECT_FALSE(is_simple_label_format(""));
  EXPECT_FALSE(is_legal_volume_name("with blank"));
  EXPECT_FALSE(is_legal_volume_name(std::string(128, 'a')));
  EXPECT_TRUE(is_legal_volume_name(std::string(127, 'a')));
}

}  // namespace
}  // namespace holdfast::jobs
