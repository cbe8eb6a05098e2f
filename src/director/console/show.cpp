// SPDX-License-Identifier: AGPL-3.0-or-later
#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "config/settings.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"
#include "director/console/retention.h"
#include "director/console/show.h"

namespace holdfast::director::console {
namespace {

using ResourceList = std::vector<const config::Resource*>;

template <auto Member>
ResourceList list_of(const config::DirectorConfiguration& configuration) {
  ResourceList list;
  for (const auto& resource : configuration.*Member) list.push_back(&resource);
  return list;
}

/// A type of resources as `show` knows it.
struct ShownType {
  std::string_view keyword;   ///< plural: key of the JSON result
  std::string_view singular;  ///< "User"
  std::optional<Acl> acl;     ///< without: the right to "configure"
  ResourceList (*list)(const config::DirectorConfiguration&);
};

using C = config::DirectorConfiguration;
constexpr std::array<ShownType, 14> types{{
    {"directors", "Director", std::nullopt, list_of<&C::directors>},
    {"clients", "Client", Acl::client, list_of<&C::clients>},
    {"jobdefs", "JobDefs", Acl::job, list_of<&C::job_defs>},
    {"jobs", "Job", Acl::job, list_of<&C::jobs>},
    {"storages", "Storage", Acl::storage, list_of<&C::storages>},
    {"catalogs", "Catalog", Acl::catalog, list_of<&C::catalogs>},
    {"schedules", "Schedule", Acl::schedule, list_of<&C::schedules>},
    {"filesets", "FileSet", Acl::file_set, list_of<&C::file_sets>},
    {"pools", "Pool", Acl::pool, list_of<&C::pools>},
    {"messages", "Messages", std::nullopt, list_of<&C::messages>},
    {"counters", "Counter", std::nullopt, list_of<&C::counters>},
    {"profiles", "Profile", std::nullopt, list_of<&C::profiles>},
    {"consoles", "Console", std::nullopt, list_of<&C::consoles>},
    {"users", "User", std::nullopt, list_of<&C::users>},
}};

/// The order in which an abbreviation is looked up, and in which `show help` names them.
constexpr std::array<std::string_view, 14> keyword_order{
    "directors", "clients", "jobs",     "jobdefs",  "storages", "catalogs", "schedules",
    "filesets",  "pools",   "messages", "counters", "profiles", "consoles", "users"};

const ShownType* find_type(std::string_view word) {
  for (const std::string_view keyword : keyword_order) {
    if (word.size() > keyword.size() || !equal_ignoring_case(word, keyword.substr(0, word.size()))) continue;
    return &*std::find_if(types.begin(), types.end(),
                          [&](const auto& type) { return type.keyword == keyword; });
  }
  return nullptr;
}

constexpr std::string_view mask = "****************";

Json strings(const std::vector<std::string>& values) {
  Json::Array array;
  for (const auto& value : values) array.emplace_back(value);
  return Json(std::move(array));
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : " ") + part;
  return text;
}

Json address_json(const config::ListenAddress& address) {
  const bool ipv4 = address.family == config::ListenAddress::Family::ipv4;
  const std::string any = ipv4 ? "0.0.0.0" : "::";
  Json inner = Json::object();
  inner.set("addr", address.host.empty() ? any : address.host);
  inner.set("port", Json::number(address.port));
  return Json(Json::Object{{ipv4 ? "ipv4" : "ipv6", std::move(inner)}});
}

Json block_json(const config::SettingBlock& block) {
  Json object = Json::object();
  add_settings(object, block.settings);
  return object;
}

/// How a value stands in JSON.
struct ToJson {
  Json operator()(const config::QuotedText& value) const { return Json(value.text); }
  Json operator()(const config::PlainText& value) const { return Json(value.text); }
  Json operator()(const config::SecretText& value) const { return Json(value.text); }
  Json operator()(std::int64_t value) const { return Json(value); }
  Json operator()(bool value) const { return Json(value); }
  Json operator()(const config::SettingList& value) const { return strings(value.values); }
  Json operator()(const config::DestinationText& value) const {
    Json object = Json::object();
    if (!value.where.empty()) object.set("where", joined(value.where));
    object.set("what", value.classes);
    return object;
  }
  Json operator()(const std::vector<config::ListenAddress>& value) const {
    Json::Array array;
    for (const auto& address : value) array.push_back(address_json(address));
    return Json(std::move(array));
  }
  Json operator()(const std::vector<config::SettingBlock>& value) const {
    Json::Array array;
    for (const auto& block : value) array.push_back(block_json(block));
    return Json(std::move(array));
  }
};

}  // namespace

void add_settings(Json& to, const config::Settings& settings) {
  for (const config::Setting& setting : settings)
    to.set(to_lower(setting.key), std::visit(ToJson(), setting.value));
}

namespace handle {
namespace {

struct ShowOptions {
  config::Shown shown = config::Shown::changed;
  bool secrets = false;
};

bool is_permitted(const Command& command, const ShownType& type, std::string_view name) {
  return type.acl ? command.access.allows(*type.acl, name) : command.access.allows(Acl::command, "configure");
}

void hide_secrets(config::Settings& settings) {
  for (config::Setting& setting : settings)
    if (auto* secret = std::get_if<config::SecretText>(&setting.value)) secret->text = mask;
}

void show_resource(Command& command, const config::Resource& resource, std::string_view type_name,
                   const ShowOptions& options) {
  config::Settings settings = config::settings_of(resource, options.shown);
  if (!options.secrets) hide_secrets(settings);
  if (!command.out.is_json()) {
    command.out.text(fmt::format("{} {{\n{}", type_name, config::settings_text(settings)));
    command.out.text("}\n\n");
    return;
  }
  Json object = Json::object();
  add_settings(object, settings);
  command.out.value(resource.name, std::move(object), Output::KeyCase::kept);
}

void show_type(Command& command, const ShownType& type, const std::optional<std::string>& name,
               const ShowOptions& options) {
  const ResourceList all = type.list(command.config());
  if (all.empty() && !name) return command.out.text(fmt::format("No {} resource defined\n", type.singular));
  ResourceList shown;
  for (const config::Resource* resource : all)
    if ((!name || resource->name == *name) && is_permitted(command, type, resource->name))
      shown.push_back(resource);
  if (shown.empty()) {
    if (name) command.out.error(fmt::format("{} resource {} not found.\n", type.keyword, *name));
    return;
  }
  const auto object = command.out.object(type.keyword);
  for (const config::Resource* resource : shown) show_resource(command, *resource, type.singular, options);
}

/// What is shown for people.
template <typename Resources>
std::string show_disabled_of(Command& command, std::string_view key, std::string_view title,
                             const Resources& resources, Toggled kind, Acl acl) {
  std::vector<std::string> names;
  for (const auto& resource : resources)
    if (command.access.allows(acl, resource.name) && !command.services.is_enabled(kind, resource.name))
      names.push_back(resource.name);
  std::string text =
      names.empty() ? fmt::format("No disabled {}.\n", title) : fmt::format("Disabled {}:\n", title);
  const auto array = command.out.array(key);
  for (const auto& name : names) {
    text += fmt::format("   {}\n", name);
    command.out.item(name);
  }
  return text;
}

void show_disabled(Command& command) {
  const auto has = [&](std::string_view word) { return command.line.has(word); };
  const bool all = !has("jobs") && !has("clients") && !has("schedules");
  const auto object = command.out.object("disabled");
  const auto& config = command.config();
  std::string text;
  if (all || has("jobs"))
    text += show_disabled_of(command, "jobs", "Jobs", config.jobs, Toggled::job, Acl::job);
  if (all || has("clients"))
    text += show_disabled_of(command, "clients", "Clients", config.clients, Toggled::client, Acl::client);
  if (all || has("schedules"))
    text += show_disabled_of(command, "schedules", "Schedules", config.schedules, Toggled::schedule,
                             Acl::schedule);
  command.out.text(text);
}

void show_help(Command& command) {
  command.out.info("Keywords for the show command are:\n");
  for (const std::string_view keyword : keyword_order) command.out.info(fmt::format("{}\n", keyword));
}

}  // namespace

Outcome show(Command& command) {
  ShowOptions options;
  options.shown = command.line.has("verbose") ? config::Shown::everything : config::Shown::changed;
  options.secrets = command.access.allows(Acl::command, "configure");
  if (command.line.has("disabled")) {
    show_disabled(command);
    return Outcome::ok;
  }
  if (command.line.has("holds")) return show_holds(command);
  bool some_named = false;
  for (const Word& word : command.line.arguments()) {
    if (equal_ignoring_case(word.keyword, "verbose") || equal_ignoring_case(word.keyword, "all")) continue;
    some_named = true;
    if (equal_ignoring_case(word.keyword, "help")) {
      show_help(command);
    } else if (const ShownType* type = find_type(word.keyword)) {
      show_type(command, *type, word.value, options);
    } else {
      command.out.error(fmt::format("Resource {} not found\n", printable(word.keyword)));
    }
  }
  if (!some_named)
    for (const ShownType& type : types) show_type(command, type, std::nullopt, options);
  return Outcome::ok;
}

}  // namespace handle
}  // namespace holdfast::director::console
