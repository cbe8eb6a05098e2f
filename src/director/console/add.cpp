// SPDX-License-Identifier: AGPL-3.0-or-later
// create: the record of a pool. add: records of volumes that something else has labelled.
#include "base/text.h"
#include "director/catalog_rows.h"
#include "director/console/choose.h"
#include "director/console/handlers.h"
#include "director/console/retention.h"
#include "jobs/recycling.h"

namespace holdfast::director::console::handle {
namespace {

constexpr std::int64_t most_at_once = 1000;

const config::Pool* named_or_chosen_pool(Command& command) {
  const auto name = command.line.value("pool");
  if (!name) return select_pool(command);
  if (const config::Pool* pool = permitted_pool(command, *name)) return pool;
  command.out.error(fmt::format("Pool \"{}\" not found.\n", printable(*name)));
  return select_pool(command);
}

/// What is to be added, as it was asked for.
struct Wanted {
  std::int64_t count = 0;  ///< 0: one, by its whole name
  std::string name;
  std::int64_t first = 1;
  std::int32_t slot = 0;
  bool in_changer = false;

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (std::int64_t i = 0; i < count; ++i) names.push_back(fmt::format("{}{:04}", name, first + i));
    if (count == 0) names.push_back(name);
    return names;
  }
};

/// Makes room in a full pool, where wanted; false where there is none.
bool make_room(Command& command, catalog::Catalog& catalog, catalog::PoolRow& pool) {
  while (pool.max_volumes > 0 && pool.volumes >= pool.max_volumes) {
    command.out.warning(fmt::format("Pool already has maximum volumes={}\n", pool.max_volumes));
    const auto maximum = command.ask.number("Enter new maximum (zero for unlimited): ");
    if (!maximum || *maximum > std::numeric_limits<std::int32_t>::max()) return false;
    pool.max_volumes = static_cast<std::uint32_t>(*maximum);
    catalog.pools().put(pool);
  }
  return true;
}

std::optional<std::int64_t> ask_count(Command& command, const catalog::PoolRow& pool) {
  const std::int64_t room =
      pool.max_volumes > 0 ? std::int64_t{pool.max_volumes} - pool.volumes : most_at_once;
  const std::int64_t most = std::min(room, most_at_once);
  const std::string prompt = fmt::format("Enter number of Volumes to create. 0=>fixed name. Max={}: ", most);
  while (const auto count = command.ask.number(prompt)) {
    if (*count <= most) return count;
    command.out.warning(fmt::format("The number must be between 0 and {}\n", most));
  }
  return std::nullopt;
}

std::optional<std::string> ask_name(Command& command, std::string_view prompt) {
  while (auto name = command.ask.line(prompt)) {
    const std::string problem = volume_name_error(*name);
    if (problem.empty()) return name;
    command.out.error(problem);
  }
  return std::nullopt;
}

std::optional<std::int64_t> ask_first(Command& command) {
  while (const auto first = command.ask.number("Enter the starting number: ")) {
    if (*first > 0 && *first < std::numeric_limits<std::int32_t>::max()) return first;
    command.out.warning("Start number must be greater than zero.\n");
  }
  return std::nullopt;
}

bool ask_slot(Command& command, Wanted& wanted) {
  const auto slot = command.ask.number("Enter slot (0 for none): ");
  if (!slot || *slot > std::numeric_limits<std::int32_t>::max()) return false;
  const auto in_changer = command.ask.yes_no("InChanger? yes/no: ");
  if (!in_changer) return false;
  wanted.slot = static_cast<std::int32_t>(*slot);
  wanted.in_changer = *in_changer;
  return true;
}

/// Empty where an answer was refused.
std::optional<Wanted> ask_what(Command& command, const catalog::PoolRow& pool,
                               const config::Storage& storage) {
  Wanted wanted;
  const auto count = ask_count(command, pool);
  if (!count) return std::nullopt;
  wanted.count = *count;
  const auto name = ask_name(command, wanted.count == 0 ? "Enter Volume name: " : "Enter base volume name: ");
  if (!name) return std::nullopt;
  wanted.name = *name;
  if (wanted.count > 0) {
    const auto first = ask_first(command);
    if (!first) return std::nullopt;
    wanted.first = *first;
  }
  if (storage.is_autochanger && !ask_slot(command, wanted)) return std::nullopt;
  return wanted;
}

/// How many were created: less than all where a name is taken.
std::size_t create_all(Command& command, catalog::Catalog& catalog, const catalog::PoolRow& pool,
                       const config::Storage& storage, const Wanted& wanted) {
  catalog::VolumeRow row;
  row.pool = pool.id;
  row.storage = catalog.storages().put_storage(storage.name, storage.is_autochanger);
  row.media_type = storage.media_type;
  row.slot = wanted.slot;
  row.in_changer = wanted.in_changer;
  row.status = "Append";
  jobs::take_pool_defaults(row, pool);
  std::size_t created = 0;
  const auto held = command.services.hold_volumes();
  for (std::string& name : wanted.names()) {
    if (catalog.volumes().find(std::string_view(name))) {
      command.out.error(fmt::format("Media record for new Volume \"{}\" already exists.\n", name));
      break;
    }
    row.name = std::move(name);
    catalog.volumes().create(row);
    ++created;
    if (row.slot > 0) ++row.slot;
  }
  return created;
}

}  // namespace

Outcome create_pool(Command& command) {
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::shared);
  if (!catalog) return Outcome::failed;
  const config::Pool* pool = named_or_chosen_pool(command);
  if (!pool) return Outcome::ok;
  if (catalog->pools().find(std::string_view(pool->name)))
    command.out.error(fmt::format("Error: Pool {} already exists.\nUse update to change it.\n", pool->name));
  else
    pool_id(*catalog, *pool);
  command.out.text(fmt::format("Pool {} created.\n", pool->name));
  return Outcome::ok;
}

Outcome add_volumes(Command& command) {
  catalog::Catalog* catalog = open_catalog(command, CatalogUse::shared);
  if (!catalog) return Outcome::failed;
  command.out.text(
      "You probably don't want to be using this command since it\ncreates database records without labeling "
      "the Volumes.\nYou probably want to use the \"label\" command.\n\n");
  auto pool = choose_pool_record(command, *catalog);
  if (!pool || !make_room(command, *catalog, *pool)) return Outcome::ok;
  const config::Storage* storage = choose_storage(command);
  if (!storage) return Outcome::ok;
  const auto wanted = ask_what(command, *pool, *storage);
  if (!wanted) return Outcome::ok;
  const std::size_t created = create_all(command, *catalog, *pool, *storage, *wanted);
  command.out.text(fmt::format("{} Volumes created in pool {}\n", created, pool->name));
  return Outcome::ok;
}

}  // namespace holdfast::director::console::handle
