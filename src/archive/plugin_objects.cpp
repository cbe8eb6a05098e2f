// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/plugin_objects.h"

#include <fmt/core.h>

#include "archive/content_digest.h"
#include "archive/data_writer.h"
#include "archive/metadata.h"
#include "base/text.h"
#include "codec/compression.h"
#include "format/plugin_name.h"
#include "os/posix_acl.h"

namespace holdfast::archive {

namespace {

using format::FileType;
using format::StreamId;

// Restore objects up to this size are stored as they are.
constexpr std::size_t smallest_compressed = 1000;
// A record goes through the wire in one packet.
constexpr std::size_t largest_restore_object = 900'000;

Notice plugin_error(const std::string& name, const std::string& reason) {
  return file_error(MessageType::error, fmt::format("     {}: {}", printable(name), reason));
}

/// An object of a plugin, read like a file.
class OfferedFile final : public tree::ReadableFile {
 public:
  OfferedFile(plugins::ObjectSource& source, tree::FileStat stat) : source_(source), stat_(stat) {}

  tree::Outcome<tree::FileStat> stat() override { return stat_; }

  tree::Outcome<std::size_t> read(MutableBytes into) override {
    std::size_t done = 0;
    while (done < into.size()) {
      const auto count = source_.read(into.subspan(done));
      if (!count) return failed(count.error());
      if (*count == 0) break;
      done += *count;
    }
    return done;
  }

  /// What the plugin tells behind the data, which ends the object.
  tree::Outcome<tree::ExtendedAttributes> attributes() override {
    is_finished_ = true;
    auto extras = source_.finish();
    if (!extras) {
      reasons_.push_back(extras.error());
      return tree::ExtendedAttributes{};
    }
    if (extras->acl.empty()) return std::move(extras->attributes);
    if (auto acl = os::acl_value(extras->acl)) {
      extras->attributes.push_back({"system.posix_acl_access", std::move(*acl)});
    } else {
      reasons_.push_back("its ACL was not saved: " + acl.error());
    }
    return std::move(extras->attributes);
  }

  /// What went wrong.
  std::vector<std::string> finish() {
    if (!is_finished_) attributes();
    return std::move(reasons_);
  }

 private:
  tree::Outcome<std::size_t> failed(const std::string& reason) {
    reasons_.push_back(reason);
    return unexpected(std::make_error_code(std::errc::io_error));
  }

  plugins::ObjectSource& source_;
  tree::FileStat stat_;
  bool is_finished_ = false;
  std::vector<std::string> reasons_;
};

/// Lets a file be used that somebody else owns.
class Borrowed final : public tree::ReadableFile {
 public:
  explicit Borrowed(tree::ReadableFile& file) : file_(file) {}
  tree::Outcome<tree::FileStat> stat() override { return file_.stat(); }
  tree::Outcome<std::size_t> read(MutableBytes into) override { return file_.read(into); }
  tree::Outcome<tree::ExtendedAttributes> attributes() override { return file_.attributes(); }

 private:
  tree::ReadableFile& file_;
};

/// "<type> <index> <length> <full length> <compression> <plugin>\0<name>\0<object>\0".
std::string restore_object_text(const plugins::Offer& offer, const std::string& command) {
  Bytes stored = offer.object;
  const auto compressor = codec::make_compressor({codec::Algorithm::gzip, 9});
  bool is_compressed = false;
  if (stored.size() > smallest_compressed) {
    const auto packed = compressor->compress(stored);
    is_compressed = packed.size() < stored.size();
    if (is_compressed) stored = packed;
  }
  std::string text = fmt::format("{} {} {} {} {} ", format::number(offer.type), offer.object_index,
                                 stored.size(), offer.object.size(), is_compressed ? 1 : 0);
  for (const auto part : {std::string_view(command), std::string_view(offer.object_name), as_text(stored)}) {
    text += part;
    text += '\0';
  }
  return text;
}

}  // namespace

void add_indexed_stream(Batch& batch, StreamId stream, std::string_view rest) {
  auto& arena = batch.arena;
  arena.reserve(index_room + rest.size());
  arena.commit(index_room);
  const auto offset = static_cast<std::uint32_t>(arena.size());
  arena.append(rest);
  batch.steps.push_back({Step::Kind::begin, stream});
  batch.steps.push_back({Step::Kind::attributes, stream, offset, static_cast<std::uint32_t>(rest.size())});
  batch.steps.push_back({Step::Kind::end, stream});
}

selection::FileOptions options_for_plugins(const selection::FileOptions& options) {
  selection::FileOptions changed = options;
  changed.patterns.clear();
  changed.strip_path = 0;
  changed.hard_links = false;
  // Where the data ends is known only when it is there; so nobody could say which block of zeros is the last.
  changed.sparse = false;
  changed.check_changes = false;
  return changed;
}

PluginObjects::PluginObjects(plugins::PluginSet& plugins, Pipeline& pipeline, selection::Changes& changes,
                             std::uint32_t block_size, const Protection* protection)
    : plugins_(plugins),
      pipeline_(pipeline),
      changes_(changes),
      block_size_(block_size),
      tools_(protection) {}

void PluginObjects::save(const std::string& command, const selection::FileOptions& options) {
  command_ = command;
  source_ = &plugins_.source(command);
  for (;;) {
    auto offer = source_->next();
    note_words(options);
    if (!offer) return;
    object(std::move(*offer), options);
    if (pipeline_.is_stopped()) return;
  }
}

PluginObjects::Handled PluginObjects::handle(const selection::Found& file, const std::string& link,
                                             const selection::FileOptions& options) {
  command_ = file.options->plugin;
  auto& plugin = plugins_.handler(command_);
  source_ = &plugin;
  auto handled = plugin.handle({file.path, link, file.type, file.stat});
  note_words(options);
  if (auto* offer = std::get_if<plugins::Offer>(&handled)) {
    object(std::move(*offer), options);
    return Handled::saved;
  }
  return std::get<plugins::Handling>(handled) == plugins::Handling::by_core ? Handled::by_core
                                                                            : Handled::left_out;
}

void PluginObjects::note_words(const selection::FileOptions& options) {
  note_sightings(options);
  if (auto told = messages(); !told.empty()) tell(std::move(told));
}

void PluginObjects::object(plugins::Offer offer, const selection::FileOptions& options) {
  if (offer.is_restore_object()) return restore_object(offer);
  Item item;
  item.kind = Item::Kind::large_start;
  item.found.path = offer.name;
  item.found.stat = offer.stat;
  item.found.type = offer.type;
  item.found.options = &options;
  // Whether it is worth saving is the plugin's decision; but it is there.
  changes_.judge(item.found);
  item.found.known_digest.clear();
  item.found.delta_sequence = offer.delta_sequence;
  const bool takes_data = offer.has_data && offer.type != FileType::symlink &&
                          offer.type != FileType::directory && offer.type != FileType::special &&
                          offer.type != FileType::regular_empty;
  if (takes_data) {
    with_data(std::move(item), offer);
  } else {
    without_data(std::move(item), offer);
  }
}

void PluginObjects::restore_object(const plugins::Offer& offer) {
  static const selection::FileOptions no_options;
  Item item;
  item.kind = Item::Kind::large_start;
  item.found.path = offer.name;
  item.found.options = &no_options;
  // So much and no more is inflated when it is given back.
  if (offer.object.size() > codec::largest_block)
    return tell(
        {plugin_error(offer.name, fmt::format("a restore object of {} bytes cannot be stored; at most {} can",
                                              offer.object.size(), codec::largest_block))});
  const auto text = restore_object_text(offer, command_);
  if (text.size() > largest_restore_object)
    return tell(
        {plugin_error(offer.name, fmt::format("a restore object of {} bytes cannot be stored; at most {} can",
                                              text.size(), largest_restore_object))});
  auto batch = pipeline_.fresh();
  add_indexed_stream(*batch, StreamId::restore_object, text);
  put(std::move(batch), std::move(item));
}

void PluginObjects::without_data(Item item, const plugins::Offer& offer) {
  auto batch = pipeline_.fresh();
  OfferedFile file(*source_, offer.stat);
  const auto& options = *item.found.options;
  add_indexed_stream(*batch, StreamId::plugin_name, format::plugin_start(offer.is_portable, command_));
  add_attributes(*batch, item.found, offer.stat, offer.type, offer.link, 0);
  const bool is_file = offer.type == FileType::regular || offer.type == FileType::regular_empty;
  if (is_file) add_session_record(*batch, item.found, tools_);
  const auto attributes = file.attributes();
  if (wants_attributes(options)) add_extended_attributes(*batch, item, attributes);
  if (is_file) {
    ContentDigest digest(options, tools_);
    digest.finish(item);
    digest.store(*batch, item);
  }
  add_indexed_stream(*batch, StreamId::plugin_name, format::plugin_end);
  for (const auto& reason : file.finish()) item.notices.push_back(plugin_error(offer.name, reason));
  put(std::move(batch), std::move(item));
}

void PluginObjects::with_data(Item item, const plugins::Offer& offer) {
  OfferedFile file(*source_, offer.stat);
  const ObjectFrame frame{format::plugin_start(offer.is_portable, command_), std::string(format::plugin_end)};
  if (!stream_object(std::move(item), {pipeline_, tools_, block_size_}, std::make_unique<Borrowed>(file),
                     offer.stat, frame))
    return;  // stopped
  auto notices = messages();
  for (const auto& reason : file.finish()) notices.push_back(plugin_error(offer.name, reason));
  if (!notices.empty()) tell(std::move(notices));
}

void PluginObjects::put(std::unique_ptr<Batch> batch, Item item) {
  item.steps = static_cast<std::uint32_t>(batch->steps.size());
  batch->cost = batch->arena.size();
  batch->is_prepared = true;
  batch->items.push_back(std::move(item));
  pipeline_.put(std::move(batch));
}

void PluginObjects::tell(std::vector<Notice> notices) {
  auto batch = pipeline_.fresh();
  Item item;
  item.kind = Item::Kind::notices;
  item.notices = std::move(notices);
  put(std::move(batch), std::move(item));
}

void PluginObjects::note_sightings(const selection::FileOptions& options) {
  using Met = selection::Changes::Met;
  for (auto& [kind, name] : plugins_.take_sightings()) {
    const auto met = kind == plugins::Sighting::Kind::seen ? Met::yes : Met::no;
    if (name.empty()) {
      changes_.set_all_met(met);
      continue;
    }
    selection::Found found;
    if (name.size() > 1 && name.ends_with('/')) {
      found.type = FileType::directory;
      name.pop_back();
    }
    found.path = std::move(name);
    found.options = &options;
    changes_.set_met(found, met);
  }
}

std::vector<Notice> PluginObjects::messages() {
  std::vector<Notice> notices;
  for (auto& message : plugins_.take_messages()) {
    const bool is_error = message.type == MessageType::error || message.type == MessageType::not_saved;
    notices.push_back(
        {message.type, std::move(message.text), is_error ? Notice::Weight::error : Notice::Weight::notice});
  }
  return notices;
}

}  // namespace holdfast::archive
