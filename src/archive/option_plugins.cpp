// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/option_plugins.h"

namespace holdfast::archive {

void OptionPlugins::found(selection::Found file, tree::Directory* contents) {
  if (file.options->plugin.empty()) return batcher_.found(std::move(file), contents);
  std::string link;
  if (file.stat.kind() == tree::Kind::symlink && file.parent != nullptr)
    link = file.parent->read_link(std::string(file.name())).value_or("");
  batcher_.flush();
  questions_.be_of(*file.options);
  if (objects_.handle(file, link, options_for(file)) == PluginObjects::Handled::by_core)
    batcher_.found(std::move(file), contents);
}

const selection::FileOptions& OptionPlugins::options_for(const selection::Found& file) {
  const auto known = options_.find(file.options);
  if (known != options_.end()) return known->second;
  return options_.emplace(file.options, options_for_plugins(*file.options)).first->second;
}

}  // namespace holdfast::archive
