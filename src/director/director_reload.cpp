// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/error.h"
#include "config/difference.h"
#include "director/accept_settings.h"
#include "director/catalog_rows.h"
#include "director/director.h"

namespace holdfast::director {

namespace {

/// More lines than these nobody reads.
constexpr std::size_t most_changes = 50;

/// Directives of the Director's own resource that are looked at only when it starts.
constexpr std::array<std::string_view, 6> only_at_start{"Name", "WorkingDirectory", "Addresses", "Address",
                                                        "Port", "PidDirectory"};

}  // namespace

bool Director::reload() {
  if (!parts_.load_again) return false;
  const std::unique_lock<std::mutex> alone(reloading_, std::try_to_lock);
  if (!alone) {
    say(MessageType::error, "Already reloading. Request ignored.\n");
    return false;
  }
  try {
    auto loaded = parts_.load_again();
    for (const auto& finding : loaded.errors) say(MessageType::error, finding.render() + "\n");
    if (!loaded.is_good())
      throw Error(ErrorKind::invalid, "Please correct the configuration in {}", parts_.configuration_source);
    use_configuration(std::move(loaded));
  } catch (const Error& error) {
    say(MessageType::error, error.message() + "\n");
    say(MessageType::error, "Resetting to previous configuration.\n");
    return false;
  }
  connector_.forget();
  jobs_.set_limits(queue_limits(*configuration()));
  scheduler_->reload(configuration());
  return true;
}

config::Loaded<config::DirectorConfiguration> Director::load_configuration(const std::string& path) {
  if (!parts_.load_from) throw Error(ErrorKind::unsupported, "This Director cannot read configurations.");
  return parts_.load_from(path);
}

// Whatever can fail comes first; from then on the new configuration counts, for everything that starts later. Running jobs
// hold the one they began with.
void Director::use_configuration(config::Loaded<config::DirectorConfiguration> loaded) {
  auto configuration = std::make_shared<const config::DirectorConfiguration>(std::move(loaded.value));
  auto accept = make_accept_settings(configuration);
  for (const auto& resource : configuration->catalogs) {
    const auto catalog = open_catalog(resource);
    put_resources(*catalog, *configuration);
    if (&resource == &configuration->catalogs.front()) keep_schedules(*catalog, *configuration, parts_.clock);
  }
  const auto before = this->configuration();
  send_messages_by(configuration);
  current_.with([&](Current& current) {
    current.configuration = configuration;
    current.accept = std::move(accept);
    current.warnings.clear();
    for (const auto& finding : loaded.warnings) current.warnings.push_back(finding.text);
    current.toggled.clear();
  });
  say_what_changed(*before, *configuration);
  say_what_is_not_honoured();
}

void Director::say_what_changed(const config::DirectorConfiguration& before,
                                const config::DirectorConfiguration& after) {
  const auto changes = config::differences(before, after);
  std::string text =
      changes.empty() ? "Reloaded the configuration; nothing changed.\n" : "Reloaded the configuration:\n";
  for (std::size_t i = 0; i < changes.size() && i < most_changes; ++i)
    text += "  " + changes[i].text() + "\n";
  if (changes.size() > most_changes)
    text += fmt::format("  and {} more changes\n", changes.size() - most_changes);
  say(MessageType::info, text);
  for (const auto& change : changes) {
    if (change.resource_type != "Director") continue;
    for (const std::string& directive : change.directives)
      if (std::find(only_at_start.begin(), only_at_start.end(), directive) != only_at_start.end())
        say(MessageType::warning,
            fmt::format("The new {} of the Director counts when it is started again.\n", directive));
  }
}

}  // namespace holdfast::director
