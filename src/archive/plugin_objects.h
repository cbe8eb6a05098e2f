// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "archive/large_file.h"
#include "plugins/plugin_set.h"
#include "selection/changes.h"

namespace holdfast::archive {

/// Saves what plugins offer, behind the files, on the thread of the walk (interop 05, section 12).
class PluginObjects {
 public:
  /// What is referred to must live as long. `changes` hears what was met; `protection` of the job: null for none.
  PluginObjects(plugins::PluginSet& plugins, Pipeline& pipeline, selection::Changes& changes,
                std::uint32_t block_size, const Protection* protection);

  /// What plugins had to say when they began. To be called before the walk.
  void begin(const selection::FileOptions& options) { note_words(options); }

  /// Every object of the plugin that `command` names, with these options as far as they make sense for objects that
  /// are no files: how they are digested, compressed and protected. The options live as long as the pipeline.
  void save(const std::string& command, const selection::FileOptions& options);

  enum class Handled { by_core, left_out, saved };
  /// Asks the plugin of the file's options what is to become of it. `options` as above; what was found before must be in
  /// the pipeline.
  Handled handle(const selection::Found& file, const std::string& link,
                 const selection::FileOptions& options);

 private:
  void object(plugins::Offer offer, const selection::FileOptions& options);
  void restore_object(const plugins::Offer& offer);
  void without_data(Item item, const plugins::Offer& offer);
  void with_data(Item item, const plugins::Offer& offer);
  void put(std::unique_ptr<Batch> batch, Item item);
  void note_words(const selection::FileOptions& options);
  void note_sightings(const selection::FileOptions& options);
  void tell(std::vector<Notice> notices);
  std::vector<Notice> messages();

  plugins::PluginSet& plugins_;
  Pipeline& pipeline_;
  selection::Changes& changes_;
  std::uint32_t block_size_;
  Tools tools_;
  std::string command_;
  plugins::ObjectSource* source_ = nullptr;
};

/// Appends a stream whose only record begins with the FileIndex.
void add_indexed_stream(Batch& batch, format::StreamId stream, std::string_view rest);

/// The options of an Include as they are applied to objects of its plugins.
selection::FileOptions options_for_plugins(const selection::FileOptions& options);

}  // namespace holdfast::archive
