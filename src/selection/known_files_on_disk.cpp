// SPDX-License-Identifier: AGPL-3.0-or-later
#include "selection/known_files_on_disk.h"

#include <fmt/core.h>
#include <lmdb.h>

#include <random>
#include <utility>
#include <vector>

#include "base/error.h"
#include "crypto/digest.h"
#include "os/file.h"
#include "selection/known_entry.h"

namespace holdfast::selection {

namespace {

// Address space, not memory: some hundred million files.
constexpr std::size_t largest_file = std::size_t{64} << 30;
// Pages changed since the last commit lie in memory, up to one for each name where they do not come in order.
constexpr unsigned names_per_commit = 4096;
constexpr std::uint64_t reads_per_mapping = 16384;
// LMDB takes keys of up to 511 bytes. Longer names are cut and told apart by a digest behind.
constexpr std::size_t longest_plain_key = 500;
constexpr std::size_t cut_name = longest_plain_key - 16;

void check(int result, const char* what) {
  if (result == MDB_SUCCESS) return;
  const auto kind = result == ENOSPC || result == MDB_MAP_FULL ? ErrorKind::no_space : ErrorKind::io;
  throw Error(
      kind, "The list of known files of this accurate backup cannot be kept in the Working Directory: {}: {}",
      what, mdb_strerror(result));
}

MDB_val value_of(std::string_view text) { return {text.size(), const_cast<char*>(text.data())}; }
std::string_view text_of(const MDB_val& value) {
  return {static_cast<const char*>(value.mv_data), value.mv_size};
}

std::string unused_path(const std::string& directory) {
  std::random_device random;
  return fmt::format("{}/{}{:08x}{:08x}", directory, KnownFilesOnDisk::file_prefix, random(), random());
}

}  // namespace

/// Key: the name, or the front of a long one and its digest. Value: the number of the entry, the length of a long name,
/// that name, and known_entry.h.
class KnownFilesOnDisk::Database {
 public:
  explicit Database(const std::string& directory) {
    check(mdb_env_create(&environment_), "create");
    try {
      open(unused_path(directory));
    } catch (...) {
      mdb_env_close(environment_);
      throw;
    }
  }
  ~Database() {
    end_reading();
    mdb_env_close(environment_);
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void add(std::string_view name, const KnownFile& file) {
    if (transaction_ == nullptr) check(mdb_txn_begin(environment_, nullptr, 0, &transaction_), "begin");
    const auto key_text = key_of(name);
    value_.clear();
    append_varint(value_, count_++);
    append_varint(value_, key_text == name ? 0 : name.size());
    if (key_text != name) value_ += name;
    append_entry(value_, file);
    auto key = value_of(key_text), value = value_of(value_);
    // What comes in order fills pages to the end instead of leaving each half empty.
    const bool is_last = key_text > last_key_;
    if (is_last) last_key_ = key_text;
    check(mdb_put(transaction_, table_, &key, &value, is_last ? MDB_APPEND : 0), "put");
    if (++uncommitted_ >= names_per_commit) {
      commit();
      unmap();
    }
  }

  void complete() {
    commit();
    begin_reading();
    seen_.assign(count_, false);
  }

  std::optional<KnownFile> find(std::string_view name, Mark mark) {
    if (name.empty()) return std::nullopt;
    if (++read_ % reads_per_mapping == 0) read_anew();
    auto key = value_of(key_of(name));
    MDB_val value;
    // A cursor that stands near by finds it without a way through the tree.
    const int result = mdb_cursor_get(cursor_, &key, &value, MDB_SET_KEY);
    if (result == MDB_NOTFOUND) return std::nullopt;
    check(result, "find");
    const auto entry = decoded(key, value);
    if (entry.name != name) return std::nullopt;
    if (mark != Mark::none) seen_.at(entry.number) = mark == Mark::seen;
    return entry.file;
  }

  void forget_marks() { seen_.assign(count_, false); }

  void list_unseen(const Visitor& visit) {
    MDB_val key, value;
    std::string last;
    int result = mdb_cursor_get(cursor_, &key, &value, MDB_FIRST);
    for (; result == MDB_SUCCESS; result = mdb_cursor_get(cursor_, &key, &value, MDB_NEXT)) {
      if (++read_ % reads_per_mapping == 0) {
        last = text_of(key);
        read_anew();
        key = value_of(last);
        check(mdb_cursor_get(cursor_, &key, &value, MDB_SET_KEY), "go on");
      }
      const auto entry = decoded(key, value);
      if (!seen_.at(entry.number)) visit(entry.name, entry.file);
    }
    if (result != MDB_NOTFOUND) check(result, "list");
  }

 private:
  struct Entry {
    std::uint64_t number;
    std::string_view name;
    KnownFile file;
  };

  void open(const std::string& path) {
    check(mdb_env_set_mapsize(environment_, largest_file), "size");
    // Nothing here has to survive: no waiting for the disk, no lock file. Not MDB_WRITEMAP: with that a full disk
    // would be a signal that ends the program, and not an error.
    constexpr unsigned flags =
        MDB_NOSUBDIR | MDB_NOSYNC | MDB_NOLOCK | MDB_NOTLS | MDB_NORDAHEAD | MDB_NOMEMINIT;
    const int result = mdb_env_open(environment_, path.c_str(), flags, 0600);
    os::remove_file(path);
    check(result, path.c_str());
    MDB_txn* first = nullptr;
    check(mdb_txn_begin(environment_, nullptr, 0, &first), "begin");
    const int opened = mdb_dbi_open(first, nullptr, 0, &table_);
    if (opened != MDB_SUCCESS) mdb_txn_abort(first);
    check(opened, "open");
    check(mdb_txn_commit(first), "commit");
  }

  void begin_reading() {
    check(mdb_txn_begin(environment_, nullptr, MDB_RDONLY, &transaction_), "begin reading");
    check(mdb_cursor_open(transaction_, table_, &cursor_), "open a cursor");
  }
  void end_reading() {
    if (cursor_ != nullptr) mdb_cursor_close(std::exchange(cursor_, nullptr));
    if (transaction_ != nullptr) mdb_txn_abort(std::exchange(transaction_, nullptr));
  }
  void read_anew() {
    end_reading();
    unmap();
    begin_reading();
  }
  /// Pages of the file that were read count as memory of the program as long as they are mapped. LMDB maps the file
  /// anew when its size is set, and then none does.
  void unmap() { check(mdb_env_set_mapsize(environment_, largest_file), "map"); }

  void commit() {
    if (transaction_ == nullptr) return;
    uncommitted_ = 0;
    check(mdb_txn_commit(std::exchange(transaction_, nullptr)), "write");
  }

  /// Valid until the next call.
  std::string_view key_of(std::string_view name) {
    if (name.size() <= longest_plain_key) return name;
    const auto digest = crypto::digest_of(crypto::DigestKind::xxh128, as_bytes(name));
    key_.assign(name.substr(0, cut_name)).append(as_text(digest.bytes()));
    return key_;
  }

  static Entry decoded(const MDB_val& key, const MDB_val& value) {
    auto left = text_of(value);
    const auto number = take_varint(left), long_name = take_varint(left);
    std::string_view name = text_of(key);
    if (long_name.value_or(0) > 0) {
      name = left.substr(0, static_cast<std::size_t>(*long_name));
      left.remove_prefix(name.size());
    }
    const auto file = take_entry(left);
    if (!number || !file) throw Error(ErrorKind::corrupt, "The list of known files is damaged");
    return {*number, name, *file};
  }

  MDB_env* environment_ = nullptr;
  MDB_dbi table_ = 0;
  MDB_txn* transaction_ = nullptr;
  MDB_cursor* cursor_ = nullptr;
  unsigned uncommitted_ = 0;
  std::uint64_t count_ = 0;
  std::vector<bool> seen_;
  std::uint64_t read_ = 0;
  std::string key_, value_, last_key_;
};

KnownFilesOnDisk::KnownFilesOnDisk(const std::string& directory)
    : database_(std::make_unique<Database>(directory)) {}
KnownFilesOnDisk::~KnownFilesOnDisk() = default;

void KnownFilesOnDisk::add(std::string_view name, const KnownFile& file) { database_->add(name, file); }
void KnownFilesOnDisk::complete() { database_->complete(); }
std::optional<KnownFile> KnownFilesOnDisk::find(std::string_view name, Mark mark) {
  return database_->find(name, mark);
}
void KnownFilesOnDisk::forget_marks() { database_->forget_marks(); }
void KnownFilesOnDisk::list_unseen(const Visitor& visit) { database_->list_unseen(visit); }

void remove_stale_known_files(const std::string& directory) {
  try {
    for (const auto& name : os::regular_files(directory))
      if (name.starts_with(KnownFilesOnDisk::file_prefix)) os::remove_file(directory + "/" + name);
  } catch (const Error&) {
    // Nobody needs them gone; a directory that does not work is told when it is needed.
  }
}

}  // namespace holdfast::selection
