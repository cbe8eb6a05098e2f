// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/verify_sink.h"

#include "base/error.h"
#include "crypto/base64.h"
#include "format/attributes.h"
#include "wire/client_to_director.h"

namespace holdfast::client {

namespace {

std::string_view digest_name(format::StreamId stream) {
  switch (stream) {
    case format::StreamId::md5_digest: return "MD5";
    case format::StreamId::sha1_digest: return "SHA1";
    case format::StreamId::sha256_digest: return "SHA256";
    case format::StreamId::sha512_digest: return "SHA512";
    default: return "XXH128";
  }
}

/// With 0 as the data stream, the last of its fields: nothing was sent.
std::string without_stream(std::string_view packed) {
  const auto last = packed.rfind(' ');
  return last == std::string_view::npos ? std::string(packed) : std::string(packed.substr(0, last)) + " A";
}

}  // namespace

void VerifySink::begin(std::int32_t file_index, format::StreamId stream) {
  file_index_ = static_cast<std::uint32_t>(file_index);
  stream_ = stream;
}

void VerifySink::data(Bytes record) {
  if (format::is_attributes(stream_)) attributes(record);
  if (format::is_digest(stream_)) digest(record);
}

void VerifySink::record(const archive::RecordHead& head, Bytes payload) {
  stream_ = static_cast<format::StreamId>(head.stream & format::stream_id_mask);
  if (format::is_attributes(stream_) && head.file_index != volume_file_index_) {
    volume_file_index_ = head.file_index;
    file_index_ = static_cast<std::uint32_t>(files_ + 1);
  }
  if (anew_ && stream_ == format::StreamId::encryption_session) anew_->session(payload);
  if (anew_ && format::is_file_data(stream_)) anew_->data(stream_, payload);
  if (anew_ && format::is_digest(stream_)) return digest_of_data();
  data(payload);
}

void VerifySink::digest_anew(const selection::FileSet& files, const crypto::KeyRing* keys,
                             archive::Report& report) {
  anew_.emplace(files, keys);
  report_ = &report;
}

void VerifySink::digest_of_data() {
  const auto found = anew_->finish(stream_);
  if (found) return send_digest(found->bytes());
  if (!found.error().empty())
    report_->message(MessageType::error, fmt::format("{} was not verified: {}", name_, found.error()));
}

void VerifySink::attributes(Bytes payload) {
  const auto file = format::parse_attributes(payload);
  if (!file) throw Error(ErrorKind::corrupt, "attributes of file {} cannot be read", file_index_);
  ++files_;
  if (anew_) {
    anew_->start_file(*file);
    name_ = file->name;
  }
  const bool has_link =
      file->type == format::FileType::symlink || file->type == format::FileType::hard_link_saved;
  wire::client::VerifyAttributes packet;
  packet.file_index = file->type == format::FileType::deleted ? 0 : file_index_;
  packet.options = options_;
  packet.name = file->name;
  packet.packed_stat =
      lstat_ == Lstat::without_stream ? without_stream(file->packed_stat) : std::string(file->packed_stat);
  if (has_link) packet.link = file->link;
  director_.send(wire::encode(packet));
}

void VerifySink::digest(Bytes payload) {
  const auto size = format::digest_size(stream_);
  if (payload.size() < size)
    throw Error(ErrorKind::corrupt, "the digest of file {} is too short", file_index_);
  send_digest(payload.first(size));
}

void VerifySink::send_digest(Bytes digest) {
  director_.send(wire::encode(wire::client::VerifyDigest{
      file_index_, format::number(stream_), crypto::encode_base64(digest, crypto::Base64::standard),
      fmt::format("*{}-{}*", digest_name(stream_), file_index_)}));
}

}  // namespace holdfast::client
