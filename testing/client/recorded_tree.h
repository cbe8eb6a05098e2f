// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "format/packed_stat.h"
#include "testing/wire/transcript.h"
#include "tree/file_source.h"

namespace holdfast::testing_support {

/// The files that a recorded backup saved, as it met them: the same attributes, contents and order of names in
/// each directory. Later recordings put over earlier ones what had changed, and take away what was deleted. Any thread.
class RecordedTree final : public tree::FileSource {
 public:
  /// `packets` are those of a data connection (interop 02, section 8.2).
  void add(const std::vector<RecordedPacket>& packets);
  tree::Outcome<std::unique_ptr<tree::Directory>> open_directory(const std::string& path) override;

  struct Node {
    std::string name;
    tree::FileStat stat;
    std::string content;
    std::string link;
    std::vector<std::shared_ptr<Node>> children;

    Node* child(const std::string& wanted) const;
  };

  /// Makes the nodes on the way to a path; the one it ends at.
  Node& at(const std::string& path);
  void remove(const std::string& path);

 private:
  std::shared_ptr<Node> root_ = std::make_shared<Node>();
};

}  // namespace holdfast::testing_support
