// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/client/recorded_tree.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "format/attributes.h"
#include "format/stream.h"
#include "wire/client_to_storage.h"

namespace holdfast::testing_support {

namespace {

using Node = RecordedTree::Node;

std::error_code none() { return std::make_error_code(std::errc::no_such_file_or_directory); }

tree::FileStat file_stat(const format::PackedStat& packed) {
  tree::FileStat stat;
  stat.device = packed.device;
  stat.inode = packed.inode;
  stat.mode = packed.mode;
  stat.links = packed.links;
  stat.uid = packed.uid;
  stat.gid = packed.gid;
  stat.rdev = packed.rdev;
  stat.size = packed.size;
  stat.block_size = packed.block_size;
  stat.blocks = packed.blocks;
  stat.access = {packed.access_time, 0};
  stat.modification = {packed.modification_time, 0};
  stat.change = {packed.change_time, 0};
  return stat;
}

class OpenFile final : public tree::ReadableFile {
 public:
  explicit OpenFile(std::shared_ptr<Node> node) : node_(std::move(node)) {}

  tree::Outcome<tree::FileStat> stat() override { return node_->stat; }
  tree::Outcome<std::size_t> read(MutableBytes into) override {
    const auto count = std::min(into.size(), node_->content.size() - position_);
    std::memcpy(into.data(), node_->content.data() + position_, count);
    position_ += count;
    return count;
  }
  tree::Outcome<tree::ExtendedAttributes> attributes() override { return tree::ExtendedAttributes{}; }

 private:
  std::shared_ptr<Node> node_;
  std::size_t position_ = 0;
};

class OpenDirectory final : public tree::Directory {
 public:
  explicit OpenDirectory(std::shared_ptr<Node> node) : node_(std::move(node)) {}

  tree::Outcome<std::optional<Entry>> next() override {
    if (next_ == node_->children.size()) return std::optional<Entry>();
    const Node& child = *node_->children[next_++];
    return std::optional<Entry>(Entry{child.name, child.stat.kind()});
  }
  tree::Outcome<tree::FileStat> stat() override { return node_->stat; }
  tree::Outcome<tree::ExtendedAttributes> attributes() override { return tree::ExtendedAttributes{}; }
  std::string file_system() override { return "EXT4"; }

  tree::Outcome<tree::FileStat> stat(const std::string& name) override {
    const auto node = find(name);
    if (!node) return unexpected(none());
    return node->stat;
  }
  tree::Outcome<std::unique_ptr<Directory>> open_directory(const std::string& name) override {
    const auto node = find(name);
    if (!node) return unexpected(none());
    return std::make_unique<OpenDirectory>(node);
  }
  tree::Outcome<std::unique_ptr<tree::ReadableFile>> open_file(const std::string& name, AccessTime) override {
    const auto node = find(name);
    if (!node) return unexpected(none());
    return std::make_unique<OpenFile>(node);
  }
  tree::Outcome<std::string> read_link(const std::string& name) override {
    const auto node = find(name);
    if (!node) return unexpected(none());
    return node->link;
  }
  tree::Outcome<tree::ExtendedAttributes> attributes(const std::string&) override {
    return tree::ExtendedAttributes{};
  }

 private:
  std::shared_ptr<Node> find(const std::string& name) const {
    const auto found = std::find_if(node_->children.begin(), node_->children.end(),
                                    [&](const auto& child) { return child->name == name; });
    return found == node_->children.end() ? nullptr : *found;
  }

  std::shared_ptr<Node> node_;
  std::size_t next_ = 0;
};

void take_attributes(RecordedTree& tree, const std::string& payload, Node*& current) {
  const auto attributes = format::parse_attributes(as_bytes(payload));
  const auto packed = attributes ? format::unpack_stat(attributes->packed_stat) : std::nullopt;
  if (!packed) return;
  if (attributes->type == format::FileType::deleted) return tree.remove(std::string(attributes->name));
  current = &tree.at(std::string(attributes->name));
  current->stat = file_stat(*packed);
  current->link = attributes->link;
  current->content.clear();
}

}  // namespace

Node* RecordedTree::Node::child(const std::string& wanted) const {
  for (const auto& node : children)
    if (node->name == wanted) return node.get();
  return nullptr;
}

Node& RecordedTree::at(const std::string& path) {
  Node* node = root_.get();
  for (const std::string_view part : split(path, '/')) {
    if (part.empty()) continue;
    const std::string name(part);
    Node* child = node->child(name);
    if (child == nullptr) {
      node->children.push_back(std::make_shared<Node>());
      child = node->children.back().get();
      child->name = name;
      child->stat.mode = 0040755;  // a directory the recording did not save
    }
    node = child;
  }
  return *node;
}

void RecordedTree::remove(const std::string& path) {
  const auto slash = path.rfind('/', path.size() - 2);
  auto& siblings = at(path.substr(0, slash)).children;
  const auto name = path.substr(slash + 1, path.find('/', slash + 1) - slash - 1);
  std::erase_if(siblings, [&](const auto& node) { return node->name == name; });
}

void RecordedTree::add(const std::vector<RecordedPacket>& packets) {
  Node* current = nullptr;
  auto stream = format::StreamId::none;
  for (const RecordedPacket& packet : packets) {
    if (packet.signal) {
      stream = format::StreamId::none;
    } else if (stream != format::StreamId::none) {
      if (format::is_attributes(stream)) take_attributes(*this, packet.payload, current);
      if (format::is_file_data(stream) && current != nullptr) current->content += packet.payload;
    } else if (const auto header = wire::decode<wire::StreamHeader>(packet.payload)) {
      if (header->file_index > 0) stream = static_cast<format::StreamId>(header->stream);
    }
  }
}

tree::Outcome<std::unique_ptr<tree::Directory>> RecordedTree::open_directory(const std::string& path) {
  std::shared_ptr<Node> node = root_;
  for (const std::string_view part : split(path, '/')) {
    if (part.empty()) continue;
    const auto found = std::find_if(node->children.begin(), node->children.end(),
                                    [part](const auto& child) { return child->name == part; });
    if (found == node->children.end()) return unexpected(none());
    node = *found;
  }
  return std::make_unique<OpenDirectory>(node);
}

}  // namespace holdfast::testing_support
