// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/load.h"

#include <fmt/core.h>

#include <map>
#include <set>

#include "base/text.h"
#include "config/checks.h"
#include "config/directive.h"
#include "config/inheritance.h"

namespace holdfast::config {

namespace {

/// Which resources have errors, so that checks do not complain about what follows from those.
class Damage {
 public:
  Damage(const Component& component, void* configuration, const std::vector<Finding>& errors) {
    for (const ResourceType& type : component.types)
      for (std::size_t i = 0; i < type.count(configuration); ++i) {
        const Place& place = type.at(configuration, i).place;
        types_[{place.file, place.line}] = type.name;
      }
    for (const Finding& error : errors) {
      const auto start = resource_at(error.place);
      if (start == types_.end()) continue;
      damaged_.insert(start->first);
      // Jobs take directives from the one and storages from the other.
      spoils_jobs_ = spoils_jobs_ || start->second == "JobDefs" || start->second == "Pool";
    }
  }

  bool explains(const Finding& complaint) const {
    const auto start = resource_at(complaint.place);
    if (start == types_.end()) return false;
    return damaged_.contains(start->first) || (spoils_jobs_ && start->second == "Job");
  }

 private:
  using Start = std::pair<std::string, unsigned>;  // file and line
  using Types = std::map<Start, std::string_view>;

  Types::const_iterator resource_at(const Place& place) const {
    auto behind = types_.upper_bound({place.file, place.line});
    if (behind == types_.begin()) return types_.end();
    --behind;
    return behind->first.first == place.file ? behind : types_.end();
  }

  Types types_;
  std::set<Start> damaged_;
  bool spoils_jobs_ = false;
};

/// All errors together: a person who corrects one should not meet the next at the next attempt.
template <typename Configuration>
void check_what_was_read(const Component& component, Configuration& configuration, const std::string& pattern,
                         Findings& findings) {
  if (!findings.are_complete) return;
  const Damage damage(component, &configuration, findings.errors);
  Findings checked;
  if constexpr (std::is_same_v<Configuration, DirectorConfiguration>) inherit_job_defs(configuration);
  check(configuration, pattern, checked);
  for (Finding& error : checked.errors)
    if (!damage.explains(error)) findings.errors.push_back(std::move(error));
  for (Finding& warning : checked.warnings) findings.warnings.push_back(std::move(warning));
}

template <typename Configuration>
Loaded<Configuration> load(const Component& component, const std::string& pattern, Surroundings& surroundings,
                           Depth depth) {
  Loaded<Configuration> loaded;
  Findings findings = parse(component, &loaded.value, pattern, surroundings);
  if (depth == Depth::checked) check_what_was_read(component, loaded.value, pattern, findings);
  loaded.errors = std::move(findings.errors);
  loaded.warnings = std::move(findings.warnings);
  return loaded;
}

std::vector<GivenDirective> given(const Component& component, const void* configuration) {
  std::vector<GivenDirective> found;
  for (const ResourceType& type : component.types) {
    for (std::size_t i = 0; i < type.count(configuration); ++i) {
      const Resource& resource = type.at(const_cast<void*>(configuration), i);
      for (const Directive& directive : type.directives) {
        if (!resource.given.test(type.index_of(directive))) continue;
        found.push_back({std::string(type.name), resource.name, std::string(directive.name)});
      }
    }
  }
  return found;
}

}  // namespace

std::string Finding::render() const {
  std::string rendered = text;
  if (place.line == 0) return rendered;
  rendered += fmt::format("\n            : line {}, col {} of file {}", place.line, place.column, place.file);
  if (!line.empty()) rendered += "\n" + printable(line);
  return rendered;
}

Loaded<DirectorConfiguration> load_director(const std::string& pattern, Surroundings& surroundings,
                                            Depth depth) {
  return load<DirectorConfiguration>(director_component(), pattern, surroundings, depth);
}
Loaded<StorageConfiguration> load_storage(const std::string& pattern, Surroundings& surroundings,
                                          Depth depth) {
  return load<StorageConfiguration>(storage_component(), pattern, surroundings, depth);
}
Loaded<FileDaemonConfiguration> load_file_daemon(const std::string& pattern, Surroundings& surroundings,
                                                 Depth depth) {
  return load<FileDaemonConfiguration>(file_daemon_component(), pattern, surroundings, depth);
}
Loaded<ConsoleConfiguration> load_console(const std::string& pattern, Surroundings& surroundings,
                                          Depth depth) {
  return load<ConsoleConfiguration>(console_component(), pattern, surroundings, depth);
}

std::vector<GivenDirective> given_directives(const DirectorConfiguration& configuration) {
  return given(director_component(), &configuration);
}
std::vector<GivenDirective> given_directives(const StorageConfiguration& configuration) {
  return given(storage_component(), &configuration);
}
std::vector<GivenDirective> given_directives(const FileDaemonConfiguration& configuration) {
  return given(file_daemon_component(), &configuration);
}

}  // namespace holdfast::config
