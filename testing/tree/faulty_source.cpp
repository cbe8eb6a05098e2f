// SPDX-License-Identifier: AGPL-3.0-or-later
#include "testing/tree/faulty_source.h"

namespace holdfast::tree {

namespace {

using Before = FaultySource::Before;

class FaultyFile final : public ReadableFile {
 public:
  FaultyFile(std::unique_ptr<ReadableFile> inner, const Before& before, std::string path)
      : inner_(std::move(inner)), before_(before), path_(std::move(path)) {}

  Outcome<FileStat> stat() override { return inner_->stat(); }
  Outcome<void> wait_for_data() override { return inner_->wait_for_data(); }
  Outcome<std::size_t> read(MutableBytes into) override {
    if (const auto reason = before_(SourceCall::read, path_)) return unexpected(reason);
    return inner_->read(into);
  }
  Outcome<std::size_t> read_at_least(MutableBytes into, std::size_t enough) override {
    if (const auto reason = before_(SourceCall::read, path_)) return unexpected(reason);
    return inner_->read_at_least(into, enough);
  }
  Outcome<std::uint64_t> skip_hole(std::uint64_t position, std::uint64_t unit, std::uint64_t limit) override {
    return inner_->skip_hole(position, unit, limit);
  }
  Outcome<ExtendedAttributes> attributes() override {
    if (const auto reason = before_(SourceCall::attributes, path_)) return unexpected(reason);
    return inner_->attributes();
  }

 private:
  std::unique_ptr<ReadableFile> inner_;
  const Before& before_;
  std::string path_;
};

class FaultyDirectory final : public Directory {
 public:
  FaultyDirectory(std::unique_ptr<Directory> inner, const Before& before, std::string path)
      : inner_(std::move(inner)), before_(before), path_(std::move(path)) {}

  Outcome<std::optional<Entry>> next() override {
    if (const auto reason = before_(SourceCall::next, path_)) return unexpected(reason);
    return inner_->next();
  }
  Outcome<FileStat> stat() override { return inner_->stat(); }
  Outcome<ExtendedAttributes> attributes() override {
    if (const auto reason = before_(SourceCall::attributes, path_)) return unexpected(reason);
    return inner_->attributes();
  }
  Outcome<std::uint64_t> mount() override { return inner_->mount(); }
  std::string file_system() override { return inner_->file_system(); }

  Outcome<FileStat> stat(const std::string& name) override {
    if (const auto reason = before_(SourceCall::stat, of(name))) return unexpected(reason);
    return inner_->stat(name);
  }
  Outcome<std::unique_ptr<Directory>> open_directory(const std::string& name) override {
    if (const auto reason = before_(SourceCall::open_directory, of(name))) return unexpected(reason);
    auto opened = inner_->open_directory(name);
    if (!opened) return opened;
    return std::make_unique<FaultyDirectory>(std::move(*opened), before_, of(name));
  }
  Outcome<std::unique_ptr<ReadableFile>> open_file(const std::string& name, AccessTime access) override {
    if (const auto reason = before_(SourceCall::open_file, of(name))) return unexpected(reason);
    auto opened = inner_->open_file(name, access);
    if (!opened) return opened;
    return std::make_unique<FaultyFile>(std::move(*opened), before_, of(name));
  }
  Outcome<std::string> read_link(const std::string& name) override {
    if (const auto reason = before_(SourceCall::read_link, of(name))) return unexpected(reason);
    return inner_->read_link(name);
  }
  Outcome<ExtendedAttributes> attributes(const std::string& name) override {
    if (const auto reason = before_(SourceCall::attributes, of(name))) return unexpected(reason);
    return inner_->attributes(name);
  }
  Outcome<void> remove(const std::string& name) override {
    if (const auto reason = before_(SourceCall::remove, of(name))) return unexpected(reason);
    return inner_->remove(name);
  }

 private:
  std::string of(const std::string& name) const { return path_ == "/" ? "/" + name : path_ + "/" + name; }
  std::unique_ptr<Directory> inner_;
  const Before& before_;
  std::string path_;
};

}  // namespace

Outcome<std::unique_ptr<Directory>> FaultySource::open_directory(const std::string& path) {
  if (const auto reason = before_(SourceCall::open_root, path)) return unexpected(reason);
  auto opened = inner_.open_directory(path);
  if (!opened) return opened;
  return std::make_unique<FaultyDirectory>(std::move(*opened), before_, path);
}

}  // namespace holdfast::tree
