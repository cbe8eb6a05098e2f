// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/data_digest.h"

#include <fmt/core.h>

#include <array>

namespace holdfast::archive {

using crypto::DigestKind;
using format::StreamId;

namespace {

constexpr std::array all_kinds{DigestKind::md5, DigestKind::sha1, DigestKind::sha256, DigestKind::sha512,
                               DigestKind::xxh128};

DigestKind kind_of(StreamId stream) {
  switch (stream) {
    case StreamId::md5_digest: return DigestKind::md5;
    case StreamId::sha1_digest: return DigestKind::sha1;
    case StreamId::sha256_digest: return DigestKind::sha256;
    case StreamId::sha512_digest: return DigestKind::sha512;
    default: return DigestKind::xxh128;
  }
}

}  // namespace

DataDigest::DataDigest(const selection::FileSet& files, const crypto::KeyRing* keys) : decoder_(keys) {
  for (const selection::Include& include : files.includes)
    for (const selection::FileOptions& options : include.options)
      if (options.signature) digests_.try_emplace(*options.signature, *options.signature);
  if (!digests_.empty()) return;
  for (const DigestKind kind : all_kinds) digests_.try_emplace(kind, kind);
}

void DataDigest::start_file(const format::Attributes& file) {
  if (has_begun_)
    for (auto& [kind, digest] : digests_) digest.finish();
  has_begun_ = false;
  failure_.clear();
  has_data_elsewhere_ = file.type == format::FileType::hard_link_saved;
  const auto stat = format::unpack_stat(file.packed_stat);
  decoder_.start_file(stat ? stat->data_stream : StreamId::none);
}

void DataDigest::data(StreamId stream, Bytes payload) {
  has_data_elsewhere_ = false;  // links that were not tracked carry data of their own
  if (!failure_.empty()) return;
  if (const auto done = decoder_.decode(stream, payload, *this); !done) failure_ = done.error();
}

void DataDigest::session(Bytes record) {
  // Files without data need no key; with data, the decoder repeats why there is none.
  (void)decoder_.session(record);
}

void DataDigest::saved(Bytes data) {
  has_begun_ = true;
  for (auto& [kind, digest] : digests_) digest.update(data);
}

Expected<crypto::DigestValue, std::string> DataDigest::finish(StreamId digest_stream) {
  if (has_data_elsewhere_) return unexpected(std::string());
  if (failure_.empty())
    if (const auto finished = decoder_.finish(*this); !finished) failure_ = finished.error();
  if (!failure_.empty()) return unexpected(failure_);
  const DigestKind kind = kind_of(digest_stream);
  const auto [place, is_new] = digests_.try_emplace(kind, kind);
  crypto::DigestValue found;
  for (auto& [other, digest] : digests_) {
    auto value = digest.finish();
    if (other == kind) found = value;
  }
  const bool was_computed = !is_new || !has_begun_;
  has_begun_ = false;
  if (was_computed) return found;
  return unexpected(fmt::format("its digest is {}, which no Options of the FileSet of this job name",
                                crypto::to_string(kind)));
}

}  // namespace holdfast::archive
