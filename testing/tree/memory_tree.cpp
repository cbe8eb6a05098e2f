// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/tree/memory_tree.h"

#include <algorithm>

#include "base/text.h"

namespace holdfast::tree {

namespace {

auto failure(std::errc reason) { return unexpected(std::make_error_code(reason)); }

using Node = MemoryTree::Node;
using Lock = std::lock_guard<std::mutex>;

void set(ExtendedAttributes& attributes, const std::string& name, Bytes value) {
  for (auto& attribute : attributes)
    if (attribute.name == name) {
      attribute.value = to_buffer(value);
      return;
    }
  attributes.push_back({name, to_buffer(value)});
}

}  // namespace

class MemoryReadable final : public ReadableFile {
 public:
  MemoryReadable(MemoryTree& tree, std::shared_ptr<Node> node) : tree_(tree), node_(std::move(node)) {}

  Outcome<FileStat> stat() override {
    const Lock lock(tree_.mutex_);
    return node_->stat;
  }
  Outcome<std::size_t> read(MutableBytes into) override {
    const Lock lock(tree_.mutex_);
    const Bytes left = Bytes(node_->content).subspan(std::min(position_, node_->content.size()));
    const auto taken = left.first(std::min(left.size(), into.size()));
    std::copy(taken.begin(), taken.end(), into.begin());
    position_ += taken.size();
    return taken.size();
  }
  Outcome<std::size_t> read_at_least(MutableBytes into, std::size_t) override { return read(into); }
  Outcome<ExtendedAttributes> attributes() override {
    const Lock lock(tree_.mutex_);
    return node_->attributes;
  }

 private:
  MemoryTree& tree_;
  std::shared_ptr<Node> node_;
  std::size_t position_ = 0;
};

class MemoryDirectory final : public Directory {
 public:
  MemoryDirectory(MemoryTree& tree, std::shared_ptr<Node> node) : tree_(tree), node_(std::move(node)) {}

  Outcome<std::optional<Entry>> next() override {
    const Lock lock(tree_.mutex_);
    const auto child = node_->children.upper_bound(last_);
    if (child == node_->children.end()) return std::nullopt;
    last_ = child->first;
    return Entry{last_, child->second->stat.kind()};
  }
  Outcome<FileStat> stat() override {
    const Lock lock(tree_.mutex_);
    return node_->stat;
  }
  Outcome<ExtendedAttributes> attributes() override {
    const Lock lock(tree_.mutex_);
    return node_->attributes;
  }
  Outcome<std::uint64_t> mount() override {
    const Lock lock(tree_.mutex_);
    if (!tree_.tells_mounts) return failure(std::errc::not_supported);
    return node_->mount.value_or(node_->stat.device);
  }
  std::string file_system() override { return "MEMORY"; }

  Outcome<FileStat> stat(const std::string& name) override {
    return with(name, [](const auto& child) -> Outcome<FileStat> { return child->stat; });
  }
  Outcome<std::unique_ptr<Directory>> open_directory(const std::string& name) override {
    return with(name, [&](const auto& child) -> Outcome<std::unique_ptr<Directory>> {
      if (child->stat.kind() != Kind::directory) return failure(std::errc::not_a_directory);
      return std::make_unique<MemoryDirectory>(tree_, child);
    });
  }
  Outcome<std::unique_ptr<ReadableFile>> open_file(const std::string& name, AccessTime) override {
    return with(name, [&](const auto& child) -> Outcome<std::unique_ptr<ReadableFile>> {
      if (child->stat.kind() == Kind::symlink) return failure(std::errc::too_many_symbolic_link_levels);
      return std::make_unique<MemoryReadable>(tree_, child);
    });
  }
  Outcome<std::string> read_link(const std::string& name) override {
    return with(name, [](const auto& child) -> Outcome<std::string> {
      if (child->stat.kind() != Kind::symlink) return failure(std::errc::invalid_argument);
      return child->link;
    });
  }
  Outcome<ExtendedAttributes> attributes(const std::string& name) override {
    return with(name, [](const auto& child) -> Outcome<ExtendedAttributes> { return child->attributes; });
  }
  Outcome<void> remove(const std::string& name) override {
    return with(name, [&](const std::shared_ptr<Node>& child) -> Outcome<void> {
      if (!child->children.empty()) return failure(std::errc::directory_not_empty);
      const auto kept = child;
      --kept->stat.links;
      node_->children.erase(name);
      return {};
    });
  }

 private:
  template <typename Action>
  auto with(const std::string& name, Action action)
      -> decltype(action(std::declval<const std::shared_ptr<Node>&>())) {
    const Lock lock(tree_.mutex_);
    const auto child = node_->children.find(name);
    if (child == node_->children.end()) return failure(std::errc::no_such_file_or_directory);
    return action(child->second);
  }
  MemoryTree& tree_;
  std::shared_ptr<Node> node_;
  std::string last_;
};

class MemoryWritable final : public WritableFile {
 public:
  MemoryWritable(MemoryTree& tree, std::shared_ptr<Node> node) : tree_(tree), node_(std::move(node)) {}

  Outcome<void> write_at(std::uint64_t offset, Bytes data) override {
    {
      const Lock lock(tree_.mutex_);
      if (tree_.room < data.size()) return failure(std::errc::no_space_on_device);
      tree_.room -= data.size();
    }
    return change([&](Node& node) {
      if (node.content.size() < offset + data.size()) node.content.resize(offset + data.size());
      std::copy(data.begin(), data.end(), node.content.begin() + static_cast<std::ptrdiff_t>(offset));
      node.stat.size = static_cast<std::int64_t>(node.content.size());
    });
  }
  Outcome<void> set_size(std::uint64_t size) override {
    return change([&](Node& node) {
      node.content.resize(size);
      node.stat.size = static_cast<std::int64_t>(size);
    });
  }
  Outcome<FileStat> stat() override {
    const Lock lock(tree_.mutex_);
    return node_->stat;
  }
  Outcome<void> close() override { return {}; }
  Outcome<std::size_t> read_at(std::uint64_t offset, MutableBytes into) override {
    const Lock lock(tree_.mutex_);
    const auto left = Bytes(node_->content).subspan(std::min<std::size_t>(offset, node_->content.size()));
    const auto taken = left.first(std::min(left.size(), into.size()));
    std::copy(taken.begin(), taken.end(), into.begin());
    return taken.size();
  }
  Outcome<void> clear(std::uint64_t offset, std::uint64_t size) override {
    return change([&](Node& node) {
      for (auto i = offset; i < std::min<std::uint64_t>(offset + size, node.content.size()); ++i)
        node.content[i] = std::byte{0};
    });
  }

  Outcome<void> set_owner(Owner owner) override {
    return change([&](Node& node) {
      node.stat.uid = owner.uid;
      node.stat.gid = owner.gid;
      if (node.stat.kind() == Kind::regular) node.stat.mode &= ~06000U;
      std::erase_if(node.attributes, [](const auto& known) { return known.name == "security.capability"; });
    });
  }
  Outcome<void> set_mode(std::uint32_t permissions) override {
    return change([&](Node& node) {
      if (node.stat.kind() == Kind::symlink) return;
      node.stat.mode = (node.stat.mode & os::mode_type_mask) | (permissions & os::mode_permissions);
    });
  }
  Outcome<void> set_times(Timestamp access, Timestamp modification) override {
    return change([&](Node& node) {
      node.stat.access = access;
      node.stat.modification = modification;
    });
  }
  Outcome<void> set_attribute(const std::string& name, Bytes value) override {
    return change([&](Node& node) { set(node.attributes, name, value); });
  }
  Outcome<void> remove_attribute(const std::string& name) override {
    return change([&](Node& node) {
      std::erase_if(node.attributes, [&](const auto& known) { return known.name == name; });
    });
  }
  Outcome<void> set_flags(std::uint32_t flags) override {
    return change([&](Node& node) { node.stat.flags = flags; });
  }

 private:
  template <typename Change>
  Outcome<void> change(Change action) {
    const Lock lock(tree_.mutex_);
    action(*node_);
    return {};
  }
  MemoryTree& tree_;
  std::shared_ptr<Node> node_;
};

namespace {

/// The same tree, owned by somebody else.
class SameTree final : public FileTarget {
 public:
  explicit SameTree(MemoryTree& tree) : tree_(tree) {}

  Outcome<FileStat> stat(const std::string& path) override { return tree_.stat(path); }
  Outcome<std::unique_ptr<WritableFile>> create_file(const std::string& path,
                                                     std::uint32_t permissions) override {
    return tree_.create_file(path, permissions);
  }
  Outcome<std::unique_ptr<WritableFile>> open_existing(const std::string& path) override {
    return tree_.open_existing(path);
  }
  Outcome<std::unique_ptr<WritableFile>> open_to_change(const std::string& path) override {
    return tree_.open_to_change(path);
  }
  Outcome<void> make_directory(const std::string& path, std::uint32_t permissions) override {
    return tree_.make_directory(path, permissions);
  }
  Outcome<void> make_symlink(const std::string& target, const std::string& path) override {
    return tree_.make_symlink(target, path);
  }
  Outcome<void> make_hard_link(const std::string& existing, const std::string& path) override {
    return tree_.make_hard_link(existing, path);
  }
  Outcome<void> make_node(const std::string& path, std::uint32_t mode, std::uint64_t rdev) override {
    return tree_.make_node(path, mode, rdev);
  }
  Outcome<void> remove(const std::string& path) override { return tree_.remove(path); }
  Outcome<std::unique_ptr<Attributable>> named(const std::string& path) override { return tree_.named(path); }
  std::unique_ptr<FileTarget> another() override { return tree_.another(); }

 private:
  MemoryTree& tree_;
};

}  // namespace

std::unique_ptr<FileTarget> MemoryTree::another() { return std::make_unique<SameTree>(*this); }

MemoryTree::MemoryTree() : root_(std::make_shared<Node>()) {
  root_->stat.mode = 0040755;
  root_->stat.links = 2;
  root_->stat.device = device;
  root_->stat.inode = last_inode_;
  root_->stat.modification = now;
}

Outcome<MemoryTree::Found> MemoryTree::look_up(const std::string& path) {
  if (!path.starts_with('/')) return failure(std::errc::invalid_argument);
  Found found{nullptr, "", root_};
  for (const auto part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (!found.node) return failure(std::errc::no_such_file_or_directory);
    if (part == "..") return failure(std::errc::invalid_argument);
    if (found.node->stat.kind() == Kind::symlink) return failure(std::errc::too_many_symbolic_link_levels);
    if (found.node->stat.kind() != Kind::directory) return failure(std::errc::not_a_directory);
    const auto child = found.node->children.find(std::string(part));
    auto next = child == found.node->children.end() ? nullptr : child->second;
    found = Found{found.node, std::string(part), std::move(next)};
  }
  return found;
}

Outcome<std::shared_ptr<Node>> MemoryTree::add(const std::string& path, std::uint32_t mode) {
  auto found = look_up(path);
  if (!found) return unexpected(found.error());
  if (found->node) return failure(std::errc::file_exists);
  auto node = std::make_shared<Node>();
  node->stat.mode = mode;
  node->stat.device = device;
  node->stat.inode = ++last_inode_;
  node->stat.links = 1;
  node->stat.access = node->stat.modification = node->stat.change = now;
  found->parent->children[found->name] = node;
  found->parent->stat.modification = now;
  return node;
}

void MemoryTree::put(const std::string& path, std::string_view content) {
  for (auto slash = path.find('/', 1); slash != path.npos; slash = path.find('/', slash + 1))
    (void)make_directory(path.substr(0, slash), 0755);
  const Lock lock(mutex_);
  auto node = add(path, 0100644);
  if (!node) node = look_up(path)->node;
  (*node)->content = to_buffer(content);
  (*node)->stat.size = static_cast<std::int64_t>(content.size());
}

Node* MemoryTree::find(const std::string& path) {
  const Lock lock(mutex_);
  const auto found = look_up(path);
  return found ? found->node.get() : nullptr;
}

Outcome<std::unique_ptr<Directory>> MemoryTree::open_directory(const std::string& path) {
  const Lock lock(mutex_);
  const auto found = look_up(path);
  if (!found) return unexpected(found.error());
  if (!found->node) return failure(std::errc::no_such_file_or_directory);
  if (found->node->stat.kind() != Kind::directory) return failure(std::errc::not_a_directory);
  return std::make_unique<MemoryDirectory>(*this, found->node);
}

Outcome<FileStat> MemoryTree::stat(const std::string& path) {
  const Lock lock(mutex_);
  const auto found = look_up(path);
  if (!found) return unexpected(found.error());
  if (!found->node) return failure(std::errc::no_such_file_or_directory);
  return found->node->stat;
}

Outcome<std::unique_ptr<WritableFile>> MemoryTree::create_file(const std::string& path,
                                                               std::uint32_t permissions) {
  const Lock lock(mutex_);
  auto node = add(path, 0100000 | permissions);
  if (!node) return unexpected(node.error());
  return std::make_unique<MemoryWritable>(*this, std::move(*node));
}

Outcome<std::unique_ptr<WritableFile>> MemoryTree::open_existing(const std::string& path) {
  const Lock lock(mutex_);
  const auto found = look_up(path);
  if (!found) return unexpected(found.error());
  if (!found->node) return failure(std::errc::no_such_file_or_directory);
  return std::make_unique<MemoryWritable>(*this, found->node);
}

Outcome<std::unique_ptr<WritableFile>> MemoryTree::open_to_change(const std::string& path) {
  auto opened = open_existing(path);
  if (opened) find(path)->attributes.clear();
  return opened;
}

Outcome<void> MemoryTree::make_directory(const std::string& path, std::uint32_t permissions) {
  const Lock lock(mutex_);
  const auto node = add(path, 0040000 | permissions);
  if (!node) return unexpected(node.error());
  (*node)->stat.links = 2;
  return {};
}

Outcome<void> MemoryTree::make_symlink(const std::string& target, const std::string& path) {
  const Lock lock(mutex_);
  const auto node = add(path, 0120777);
  if (!node) return unexpected(node.error());
  (*node)->link = target;
  (*node)->stat.size = static_cast<std::int64_t>(target.size());
  return {};
}

Outcome<void> MemoryTree::make_hard_link(const std::string& existing, const std::string& path) {
  const Lock lock(mutex_);
  const auto from = look_up(existing);
  if (!from) return unexpected(from.error());
  if (!from->node) return failure(std::errc::no_such_file_or_directory);
  if (from->node->stat.kind() == Kind::directory) return failure(std::errc::operation_not_permitted);
  const auto to = look_up(path);
  if (!to) return unexpected(to.error());
  if (to->node) return failure(std::errc::file_exists);
  to->parent->children[to->name] = from->node;
  to->parent->stat.modification = now;
  ++from->node->stat.links;
  return {};
}

Outcome<void> MemoryTree::make_node(const std::string& path, std::uint32_t mode, std::uint64_t rdev) {
  const Lock lock(mutex_);
  const auto node = add(path, mode);
  if (!node) return unexpected(node.error());
  (*node)->stat.rdev = rdev;
  return {};
}

Outcome<void> MemoryTree::remove(const std::string& path) {
  const Lock lock(mutex_);
  const auto found = look_up(path);
  if (!found) return unexpected(found.error());
  if (!found->node) return failure(std::errc::no_such_file_or_directory);
  if (!found->parent) return failure(std::errc::device_or_resource_busy);
  if (!found->node->children.empty()) return failure(std::errc::directory_not_empty);
  --found->node->stat.links;
  found->parent->children.erase(found->name);
  found->parent->stat.modification = now;
  return {};
}

Outcome<std::unique_ptr<Attributable>> MemoryTree::named(const std::string& path) {
  auto file = open_existing(path);
  if (!file) return unexpected(file.error());
  return std::unique_ptr<Attributable>(std::move(*file));
}

}  // namespace holdfast::tree
