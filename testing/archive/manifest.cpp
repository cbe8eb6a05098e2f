// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/archive/manifest.h"

#include <fmt/core.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "crypto/digest.h"
#include "os/files_at.h"

namespace holdfast::archive {

namespace {

using nlohmann::json;

void append_utf8(std::string& to, unsigned code) {
  if (code < 0x80) {
    to += static_cast<char>(code);
  } else if (code < 0x800) {
    to += static_cast<char>(0xC0 | code >> 6);
    to += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    to += static_cast<char>(0xE0 | code >> 12);
    to += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    to += static_cast<char>(0x80 | (code & 0x3F));
  }
}

/// Names stand with the escapes of Python: \n, \\, \xNN and \uNNNN for characters, \udcNN for bytes.
std::string unescaped(const std::string& text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
    const std::size_t digits = next == 'x' ? 2 : next == 'u' ? 4 : 0;
    if (digits > 0) {
      const auto code = static_cast<unsigned>(std::stoul(text.substr(i + 2, digits), nullptr, 16));
      if (code >= 0xDC80 && code <= 0xDCFF) {
        name += static_cast<char>(code & 0xFF);
      } else {
        append_utf8(name, code);
      }
      i += 1 + digits;
    } else if (next != '\0') {
      name += next == 'n' ? '\n' : next;
      ++i;
    } else {
      name += text[i];
    }
  }
  return name;
}

std::string hex(Bytes bytes) {
  std::string text;
  for (const auto byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned>(byte));
  return text;
}

std::string sha256_of(tree::ReadableFile& file) {
  crypto::Digest digest(crypto::DigestKind::sha256);
  Buffer block(262144);
  for (;;) {
    const auto count = file.read(block).value();
    digest.update(Bytes(block).first(count));
    if (count < block.size()) return hex(digest.finish().bytes());
  }
}

class Comparison {
 public:
  Comparison(tree::FileSource& source, std::string root, HardLinks links)
      : source_(source), root_(std::move(root)), links_(links) {}

  void check(const json& entry) {
    path_ = unescaped(entry["path"].get<std::string>());
    const auto mode = std::stoul(entry["mode"].get<std::string>().substr(2), nullptr, 8);
    if (os::kind_of_mode(static_cast<std::uint32_t>(mode)) == os::FileKind::socket) return;
    const auto full = path_ == "." ? root_ : root_ + "/" + path_;
    const auto slash = full.rfind('/');
    auto parent = source_.open_directory(full.substr(0, slash));
    if (!parent) return differ("parent", "missing", "there");
    parent_ = std::move(*parent);
    name_ = full.substr(slash + 1);
    const auto stat = parent_->stat(name_);
    if (!stat) return differ("it", "missing", "there");
    check_stat(entry, *stat, mode);
    if (entry.contains("sha256")) check_content(entry);
    if (entry.contains("target")) expect("target", parent_->read_link(name_).value(), entry["target"]);
    check_attributes(entry, *stat);
    if (entry.contains("hardlink_of") && links_ == HardLinks::tracked) check_link(entry, *stat);
  }
  std::vector<std::string> take() { return std::move(found_); }

 private:
  template <typename A, typename B>
  void expect(const char* what, const A& actual, const B& expected) {
    if (!(actual == expected)) differ(what, json(actual).dump(), json(expected).dump());
  }
  void differ(const char* what, const std::string& actual, const std::string& expected) {
    found_.push_back(fmt::format("{}: {} is {} and not {}", path_, what, actual, expected));
  }

  void check_stat(const json& entry, const tree::FileStat& stat, unsigned long mode) {
    expect("mode", static_cast<unsigned long>(stat.mode), mode);
    expect("uid", stat.uid, entry["uid"].get<std::uint32_t>());
    expect("gid", stat.gid, entry["gid"].get<std::uint32_t>());
    if (entry.contains("mtime"))
      expect("mtime", stat.modification.seconds, entry["mtime"].get<std::int64_t>());
    if (entry.contains("size")) expect("size", stat.size, entry["size"].get<std::int64_t>());
    if (!entry.contains("rdev")) return;
    expect("major", (stat.rdev >> 8) & 0xFFF, entry["rdev"][0].get<std::uint64_t>());
    expect("minor", stat.rdev & 0xFF, entry["rdev"][1].get<std::uint64_t>());
  }
  void check_content(const json& entry) {
    const auto file = parent_->open_file(name_, tree::Directory::AccessTime::keep);
    if (!file) return differ("content", file.error().message(), "readable");
    expect("content", sha256_of(**file), entry["sha256"].get<std::string>());
  }
  void check_attributes(const json& entry, const tree::FileStat& stat) {
    if (stat.kind() == os::FileKind::symlink) return;
    std::map<std::string, std::string> actual, expected;
    const auto attributes = parent_->attributes(name_).value();
    for (const auto& attribute : attributes) actual[attribute.name] = hex(attribute.value);
    if (entry.contains("xattr")) expected = entry["xattr"].get<std::map<std::string, std::string>>();
    expect("xattr", actual, expected);
  }
  void check_link(const json& entry, const tree::FileStat& stat) {
    const auto key = entry["hardlink_of"].get<std::string>();
    const auto known = inodes_.try_emplace(key, stat.inode).first;
    expect("inode", stat.inode, known->second);
  }

  tree::FileSource& source_;
  std::string root_;
  HardLinks links_;
  std::string path_;
  std::unique_ptr<tree::Directory> parent_;
  std::string name_;
  std::map<std::string, std::uint64_t> inodes_;
  std::vector<std::string> found_;
};

}  // namespace

std::vector<std::string> differences(tree::FileSource& source, const std::string& root,
                                     const std::filesystem::path& manifest, HardLinks links) {
  Comparison comparison(source, root, links);
  std::ifstream lines(manifest);
  for (std::string line; std::getline(lines, line);) comparison.check(json::parse(line));
  return comparison.take();
}

}  // namespace holdfast::archive
