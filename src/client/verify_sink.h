// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include "archive/data_digest.h"
#include "archive/record_sink.h"
#include "archive/restore.h"
#include "transport/channel.h"

namespace holdfast::client {

/// Tells the Director attributes and digests of files instead of saving them (interop 02, section 5.7). What a
/// backup would send comes in by begin(), data() and end(); what lies on volumes by record().
class VerifySink final : public archive::RecordSink {
 public:
  enum class Lstat { as_stored, without_stream };

  /// `options` are what the Director is to compare, "Vpins5".
  VerifySink(transport::Channel& director, std::string options, Lstat lstat)
      : director_(director), options_(std::move(options)), lstat_(lstat) {}

  void begin(std::int32_t file_index, format::StreamId stream) override;
  void data(Bytes record) override;
  void end() override {}

  /// A record read from a volume; files are counted anew from 1.
  void record(const archive::RecordHead& head, Bytes payload);
  /// From here on digests that record() sends are computed of the data it is given; files of which that is not possible
  /// are told to `report` as errors (level Data). `keys` unlock encrypted data; null for none.
  void digest_anew(const selection::FileSet& files, const crypto::KeyRing* keys, archive::Report& report);

  std::uint64_t files() const { return files_; }

 private:
  void attributes(Bytes payload);
  void digest(Bytes payload);
  void digest_of_data();
  void send_digest(Bytes digest);

  transport::Channel& director_;
  std::string options_;
  Lstat lstat_;
  std::uint32_t file_index_ = 0;
  format::StreamId stream_ = format::StreamId::none;
  std::int32_t volume_file_index_ = 0;
  std::uint64_t files_ = 0;
  std::optional<archive::DataDigest> anew_;
  archive::Report* report_ = nullptr;  ///< only with `anew_`
  std::string name_;                   ///< of the present file, only with `anew_`
};

}  // namespace holdfast::client
