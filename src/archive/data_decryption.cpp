// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/data_decryption.h"

#include "base/error.h"

namespace holdfast::archive {

void DataDecryption::start_file() {
  has_session_ = false;
  stream_.reset();
}

Expected<void, std::string> DataDecryption::session(Bytes record) {
  has_session_ = true;
  stream_.reset();
  if (record_.empty() || !equal(record_, record)) {
    record_ = to_buffer(record);
    decryption_.reset();
    failure_.clear();
    if (const auto unlocked = unlock(record); !unlocked) failure_ = unlocked.error();
  }
  if (!failure_.empty()) return unexpected(failure_);
  return {};
}

Expected<void, std::string> DataDecryption::unlock(Bytes record) {
  static const crypto::KeyRing no_keys;
  const auto parsed = crypto::parse_session_record(record);
  if (!parsed) return unexpected(parsed.error());
  const auto key = (keys_ == nullptr ? no_keys : *keys_).unlock(*parsed);
  if (!key) return unexpected(key.error());
  try {
    decryption_.emplace(*key);
  } catch (const Error& error) {
    return unexpected(error.message());
  }
  return {};
}

Expected<void, std::string> DataDecryption::feed(format::StreamId stream, Bytes encrypted,
                                                 const BlockSplitter::Take& take) {
  if (!has_session_) return unexpected(std::string("no session key came before the encrypted data"));
  if (!decryption_) return unexpected(failure_);
  if (!stream_) {
    const auto& traits = format::traits(stream);
    const bool is_compressed = traits.has_compression_header || traits.has_bare_zlib;
    decryption_->start();
    splitter_.start(is_compressed ? BlockSplitter::Blocks::whole : BlockSplitter::Blocks::in_pieces);
    stream_ = stream;
  }
  return splitter_.feed(decryption_->update(encrypted), take);
}

Expected<void, std::string> DataDecryption::finish(const BlockSplitter::Take& take) {
  if (!stream_) return {};
  stream_.reset();
  const auto rest = decryption_->finish();
  if (!rest) return unexpected(rest.error());
  auto done = splitter_.feed(*rest, take);
  if (done && !splitter_.is_at_end_of_block())
    return unexpected(std::string("the encrypted data ends within a block"));
  return done;
}

}  // namespace holdfast::archive
