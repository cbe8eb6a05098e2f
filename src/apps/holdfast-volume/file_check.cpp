// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast-volume/file_check.h"

#include <fmt/core.h>

#include <array>

namespace holdfast::apps {
namespace {

using crypto::DigestKind;
using format::StreamId;

constexpr std::pair<StreamId, DigestKind> kinds[] = {{StreamId::md5_digest, DigestKind::md5},
                                                     {StreamId::sha1_digest, DigestKind::sha1},
                                                     {StreamId::sha256_digest, DigestKind::sha256},
                                                     {StreamId::sha512_digest, DigestKind::sha512},
                                                     {StreamId::xxh128_digest, DigestKind::xxh128}};

std::optional<DigestKind> kind_of(StreamId stream) {
  for (const auto& [id, kind] : kinds)
    if (id == stream) return kind;
  return std::nullopt;
}

}  // namespace

void FileCheckTotals::operator+=(const FileCheckTotals& other) {
  files += other.files;
  verified += other.verified;
  undigested += other.undigested;
  encrypted += other.encrypted;
  bytes += other.bytes;
}

void FileCheck::record(std::uint32_t file_index, StreamId stream, Bytes payload) {
  if (format::is_attributes(stream)) return start(file_index, payload);
  if (file_index != file_index_ || state_ == State::damaged) return;
  if (stream == StreamId::encryption_session && has_keys_) {
    // What none of the keys unlocks is not damaged.
    if (const auto unlocked = decoder_.session(payload); !unlocked) state_ = State::encrypted;
    return;
  }
  if (format::is_file_data(stream)) return data(stream, payload);
  if (format::is_digest(stream)) digest(stream, payload);
}

void FileCheck::start(std::uint32_t file_index, Bytes payload) {
  finish();
  file_index_ = file_index;
  state_ = State::good;
  has_data_ = has_digest_ = is_link_ = false;
  name_.clear();
  ++totals_.files;
  const auto attributes = format::parse_attributes(payload);
  if (!attributes) return fail("its attributes cannot be read");
  name_ = attributes->name;
  is_link_ = attributes->type == format::FileType::hard_link_saved;
  const auto stat = format::unpack_stat(attributes->packed_stat);
  decoder_.start_file(stat ? stat->data_stream : StreamId::none);
}

void FileCheck::use_all_digests() {
  for (const auto& [stream, kind] : kinds) digests_.try_emplace(kind, kind);
}

void FileCheck::data(StreamId stream, Bytes payload) {
  has_data_ = true;
  if (state_ != State::good) return;
  if (format::traits(stream).has_encryption && !has_keys_) {
    state_ = State::encrypted;
    return;
  }
  if (digests_.empty()) use_all_digests();
  if (const auto done = decoder_.decode(stream, payload, *this); !done) fail(done.error());
}

void FileCheck::saved(Bytes data) {
  totals_.bytes += data.size();
  for (auto& [kind, digest] : digests_) digest.update(data);
}

void FileCheck::fail(const std::string& why) {
  state_ = State::damaged;
  damaged_(file_index_, name_, why);
}

void FileCheck::digest(StreamId stream, Bytes payload) {
  const auto kind = kind_of(stream);
  // Links that carry no data of their own repeat the digest of the name that does.
  if (!kind || state_ == State::encrypted || (is_link_ && !has_data_)) return;
  if (digests_.empty()) use_all_digests();
  if (const auto finished = decoder_.finish(*this); !finished) return fail(finished.error());
  crypto::DigestValue found;
  const bool was_computed = digests_.contains(*kind);
  for (auto& [other, digest] : digests_) {
    auto value = digest.finish();
    if (other == *kind) found = value;
  }
  if (!was_computed) return use_all_digests();  // from the next file on
  std::erase_if(digests_, [&](const auto& entry) { return entry.first != *kind; });
  has_digest_ = true;
  if (equal(found.bytes(), payload)) {
    ++totals_.verified;
    return;
  }
  state_ = State::damaged;
  damaged_(file_index_, name_,
           fmt::format("its data do not have the {} digest that was stored", crypto::to_string(*kind)));
}

void FileCheck::lose() { state_ = State::damaged; }

void FileCheck::finish() {
  if (state_ == State::good && has_data_ && !has_digest_)
    if (const auto finished = decoder_.finish(*this); !finished) fail(finished.error());
  if (state_ == State::encrypted) ++totals_.encrypted;
  if (state_ == State::good && has_data_ && !has_digest_) ++totals_.undigested;
  for (auto& [kind, digest] : digests_) digest.finish();
}

}  // namespace holdfast::apps
