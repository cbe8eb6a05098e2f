// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "archive/data_decoder.h"
#include "crypto/digest.h"
#include "format/attributes.h"
#include "volumes/checker/session_facts.h"

namespace holdfast::apps {

struct FileCheckTotals {
  std::uint64_t files = 0;       ///< attributes records
  std::uint64_t verified = 0;    ///< their data have the digest that was stored
  std::uint64_t undigested = 0;  ///< have data and no digest; they could be unpacked
  std::uint64_t encrypted = 0;   ///< cannot be looked into
  std::uint64_t bytes = 0;       ///< of the data, unpacked

  void operator+=(const FileCheckTotals& other);
};

/// Unpacks the data of one session's files and compares them with the digests stored behind them. Memory: one record, and
/// what decompression needs. One thread.
class FileCheck final : private archive::PlainData {
 public:
  /// A file of the session is damaged; the name is empty where it was lost with the attributes.
  using Damaged =
      std::function<void(std::uint32_t file_index, const std::string& name, const std::string& why)>;

  /// Without `keys` encrypted files are only counted; they must outlive this.
  FileCheck(const crypto::KeyRing* keys, Damaged damaged)
      : damaged_(std::move(damaged)), has_keys_(keys != nullptr), decoder_(keys) {}

  void record(std::uint32_t file_index, format::StreamId stream, Bytes payload);
  /// Records behind the one given last are missing.
  void lose();
  /// Nothing follows.
  void finish();

  std::uint32_t file_index() const { return file_index_; }
  const std::string& name() const { return name_; }
  const FileCheckTotals& totals() const { return totals_; }

 private:
  void start(std::uint32_t file_index, Bytes payload);
  void data(format::StreamId stream, Bytes payload);
  void saved(Bytes data) override;
  void fail(const std::string& why);
  void digest(format::StreamId stream, Bytes payload);
  void use_all_digests();

  enum class State { good, damaged, encrypted };

  Damaged damaged_;
  bool has_keys_;
  archive::DataDecoder decoder_;
  /// Which digest a job stores is seen behind the first file that has one; until then each is computed.
  std::map<crypto::DigestKind, crypto::Digest> digests_;
  std::uint32_t file_index_ = 0;
  std::string name_;
  State state_ = State::good;
  bool is_link_ = false;
  bool has_data_ = false;
  bool has_digest_ = false;
  FileCheckTotals totals_;
};

}  // namespace holdfast::apps
