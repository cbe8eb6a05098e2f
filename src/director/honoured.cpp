// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/honoured.h"

#include <algorithm>
#include <array>
#include <map>

#include "config/load.h"
#include "config/messages.h"

namespace holdfast::director {
namespace {

/// Directives that this Director reads and does not act on yet. "*" stands for every directive of the type.
struct NotYet {
  std::string_view resource_type;
  std::string_view directive;
};
constexpr std::array not_yet{
    NotYet{"Director", "PluginDirectory"},
    NotYet{"Director", "PluginNames"},
    NotYet{"Director", "NdmpSnooping"},
    NotYet{"Director", "KeyEncryptionKey"},
    NotYet{"Job", "Protocol"},
    NotYet{"Job", "DirPluginOptions"},
    NotYet{"Storage", "PairedStorage"},
};

bool is_not_yet(const config::GivenDirective& given) {
  return std::any_of(not_yet.begin(), not_yet.end(), [&](const NotYet& entry) {
    const std::string_view type =
        given.resource_type == "JobDefs" ? "Job" : std::string_view(given.resource_type);
    if (entry.resource_type != type) return false;
    if (entry.directive == "*") return given.directive != "Name" && given.directive != "Description";
    return entry.directive == given.directive;
  });
}

}  // namespace

std::vector<std::string> not_honoured(const config::DirectorConfiguration& configuration) {
  std::map<std::string, std::string> resources;
  for (const auto& given : config::given_directives(configuration)) {
    if (!is_not_yet(given)) continue;
    std::string& names = resources[given.resource_type + ": " + given.directive];
    names += (names.empty() ? "" : ", ") + given.resource;
  }
  std::vector<std::string> messages;
  for (const auto& [directive, names] : resources)
    messages.push_back(fmt::format("{} has no effect in this version (given in: {}).\n", directive, names));
  return messages;
}

}  // namespace holdfast::director
