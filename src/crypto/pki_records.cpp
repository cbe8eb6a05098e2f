// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/pki_records.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "crypto/der_writer.h"

namespace holdfast::crypto {

namespace {

using namespace std::string_view_literals;

constexpr auto rsa_encryption = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"sv;

// Writers make one or a few entries; more only cost time.
constexpr std::size_t most_entries = 1000;

struct DigestAlgorithm {
  DigestKind kind;
  std::string_view object_identifier;
};
constexpr std::array digest_algorithms{
    DigestAlgorithm{DigestKind::md5, "\x2a\x86\x48\x86\xf7\x0d\x02\x05"sv},
    DigestAlgorithm{DigestKind::sha1, "\x2b\x0e\x03\x02\x1a"sv},
    DigestAlgorithm{DigestKind::sha256, "\x60\x86\x48\x01\x65\x03\x04\x02\x01"sv},
    DigestAlgorithm{DigestKind::sha512, "\x60\x86\x48\x01\x65\x03\x04\x02\x03"sv},
};

std::optional<DigestKind> find_digest(Bytes object_identifier) {
  for (const auto& algorithm : digest_algorithms)
    if (algorithm.object_identifier == as_text(object_identifier)) return algorithm.kind;
  return std::nullopt;
}

Bytes object_identifier_of(std::optional<DigestKind> kind) {
  for (const auto& algorithm : digest_algorithms)
    if (algorithm.kind == kind) return as_bytes(algorithm.object_identifier);
  throw Error(ErrorKind::internal, "A signature over a digest that has no object identifier");
}

Buffer der(DerTag tag, Bytes contents) {
  Buffer element;
  append_der(element, tag, contents);
  return element;
}

Buffer recipient_entry(const Recipient& recipient) {
  Buffer fields;
  append_version_zero(fields);
  append_der(fields, DerTag::octet_string, recipient.key_id);
  append_der(fields, DerTag::object_identifier, as_bytes(rsa_encryption));
  append_der(fields, DerTag::octet_string, recipient.encrypted_key);
  return der(DerTag::sequence, fields);
}

/// The only sequence of a record, at whose start its version stands.
std::optional<DerReader> opened(Bytes record) {
  DerReader outer(record);
  const auto contents = outer.take(DerTag::sequence);
  if (!contents || !outer.at_end()) return std::nullopt;
  DerReader inner(*contents);
  if (!inner.take_version_zero()) return std::nullopt;
  return inner;
}

/// Calls `take` with each of the sequences in the set that ends `reader`; false where something is not right.
template <typename Take>
bool for_each_in_set(DerReader& reader, Take take) {
  const auto set = reader.take(DerTag::set);
  if (!set || !reader.at_end()) return false;
  DerReader entries(*set);
  for (std::size_t count = 0; !entries.at_end(); ++count) {
    const auto entry = entries.take(DerTag::sequence);
    if (!entry || count == most_entries) return false;
    DerReader fields(*entry);
    if (!fields.take_version_zero() || !take(fields) || !fields.at_end()) return false;
  }
  return true;
}

bool take_recipient(DerReader& fields, std::vector<Recipient>& to) {
  const auto key_id = fields.take(DerTag::octet_string);
  const auto algorithm = fields.take(DerTag::object_identifier);
  const auto encrypted_key = fields.take(DerTag::octet_string);
  if (!key_id || !algorithm || !encrypted_key) return false;
  if (as_text(*algorithm) == rsa_encryption) to.push_back({*key_id, *encrypted_key});
  return true;
}

bool take_signature(DerReader& fields, std::vector<Signature>& to) {
  const auto key_id = fields.take(DerTag::octet_string);
  const auto digest = fields.take(DerTag::object_identifier);
  const auto algorithm = fields.take(DerTag::object_identifier);  // writers repeat the digest here
  const auto value = fields.take(DerTag::octet_string);
  if (!key_id || !digest || !algorithm || !value) return false;
  to.push_back({*key_id, find_digest(*digest), *value});
  return true;
}

}  // namespace

Expected<SessionRecord, std::string> parse_session_record(Bytes record) {
  const std::string damaged = "the record with the session key is damaged";
  auto fields = opened(record);
  if (!fields) return unexpected(damaged);
  const auto algorithm = fields->take(DerTag::object_identifier);
  const auto iv = fields->take(DerTag::octet_string);
  if (!algorithm || !iv) return unexpected(damaged);
  SessionRecord session;
  session.iv = *iv;
  const auto take = [&](DerReader& entry) { return take_recipient(entry, session.recipients); };
  if (!for_each_in_set(*fields, take)) return unexpected(damaged);
  const auto cipher = find_data_cipher(*algorithm);
  if (!cipher) return unexpected(std::string("the cipher of the data is none that this program knows"));
  if (iv->size() != iv_size(*cipher)) return unexpected(damaged);
  session.cipher = *cipher;
  return session;
}

Expected<std::vector<Signature>, std::string> parse_signature_record(Bytes record) {
  const std::string damaged = "the record with the signature is damaged";
  auto fields = opened(record);
  if (!fields) return unexpected(damaged);
  std::vector<Signature> signatures;
  const auto take = [&](DerReader& entry) { return take_signature(entry, signatures); };
  if (!for_each_in_set(*fields, take)) return unexpected(damaged);
  return signatures;
}

Buffer session_record(const SessionRecord& session) {
  std::vector<Buffer> entries;
  for (const auto& recipient : session.recipients) entries.push_back(recipient_entry(recipient));
  std::sort(entries.begin(), entries.end());
  Buffer recipients;
  for (const auto& entry : entries) append(recipients, entry);
  Buffer fields;
  append_version_zero(fields);
  append_der(fields, DerTag::object_identifier, object_identifier_of(session.cipher));
  append_der(fields, DerTag::octet_string, session.iv);
  append_der(fields, DerTag::set, recipients);
  return der(DerTag::sequence, fields);
}

Buffer signature_record(const Signature& signature) {
  Buffer entry;
  append_version_zero(entry);
  append_der(entry, DerTag::octet_string, signature.key_id);
  append_der(entry, DerTag::object_identifier, object_identifier_of(signature.digest));
  // As the algorithm of the signature, writers repeat the digest.
  append_der(entry, DerTag::object_identifier, object_identifier_of(signature.digest));
  append_der(entry, DerTag::octet_string, signature.value);
  Buffer fields;
  append_version_zero(fields);
  append_der(fields, DerTag::set, der(DerTag::sequence, entry));
  return der(DerTag::sequence, fields);
}

std::string printed_key_id(Bytes key_id) {
  std::string text;
  for (const auto byte : key_id)
    text += fmt::format("{}{:02X}", text.empty() ? "" : ":", static_cast<unsigned>(byte));
  return text;
}

}  // namespace holdfast::crypto
