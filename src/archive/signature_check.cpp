// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/signature_check.h"

#include <fmt/core.h>

#include "archive/protection.h"
#include "base/text.h"

namespace holdfast::archive {

namespace {

using crypto::DigestKind;
using format::FileType;

/// Those that a signature may be over.
const std::set<DigestKind> all_kinds{DigestKind::md5, DigestKind::sha1, DigestKind::sha256,
                                     DigestKind::sha512};
/// What writers use today.
const std::set<DigestKind> usual_kind{DigestKind::sha256};

// More names of keys say nothing more.
constexpr std::size_t most_ids = 8;

}  // namespace

SignatureCheck::SignatureCheck(const crypto::KeyRing* keys, Signatures wanted)
    : keys_(keys), wanted_(wanted) {
  if (is_asked()) choose(all_kinds);
}

void SignatureCheck::choose(const Kinds& kinds) {
  std::erase_if(digests_, [&](const auto& entry) { return !kinds.contains(entry.first); });
  for (const auto kind : kinds) digests_.try_emplace(kind, kind);
}

void SignatureCheck::start_file() {
  if (has_begun_) finished_digests();
  record_.clear();
}

void SignatureCheck::data(Bytes saved) {
  if (!is_asked()) return;
  has_begun_ = true;
  for (auto& [kind, digest] : digests_) digest.update(saved);
}

void SignatureCheck::record(Bytes payload) {
  if (is_asked()) record_ = to_buffer(payload);
}

std::map<DigestKind, crypto::DigestValue> SignatureCheck::finished_digests() {
  std::map<DigestKind, crypto::DigestValue> values;
  for (auto& [kind, digest] : digests_) values[kind] = digest.finish();
  has_begun_ = false;
  return values;
}

std::optional<std::string> SignatureCheck::finish_file(FileType type, const std::string& path) {
  if (!is_asked()) return std::nullopt;
  if (record_.empty()) {
    choose(usual_kind);
    if (wanted_ == Signatures::checked_where_there_are || !is_digested(type)) return std::nullopt;
    return fmt::format("Missing cryptographic signature for {}", printable(path));
  }
  const auto signatures = crypto::parse_signature_record(record_);
  if (!signatures)
    return fmt::format("Signature validation failed for file {}: ERR={}", printable(path),
                       signatures.error());
  return verdict(*signatures, path);
}

/// One good signature of somebody who is trusted is enough.
std::optional<std::string> SignatureCheck::verdict(const std::vector<crypto::Signature>& signatures,
                                                   const std::string& path) {
  const auto values = finished_digests();
  std::string reason;
  Kinds kinds;
  for (const auto& signature : signatures) {
    if (!keys_->trusts(signature.key_id)) {
      if (unknown_ids_.size() < most_ids) unknown_ids_.insert(crypto::printed_key_id(signature.key_id));
      continue;
    }
    const auto value = signature.digest ? values.find(*signature.digest) : values.end();
    if (signature.digest) kinds.insert(*signature.digest);
    if (value == values.end()) {
      reason = "it is of an algorithm that was not computed";
    } else if (keys_->is_good(signature, value->second)) {
      choose(kinds);
      return std::nullopt;
    } else {
      reason = "the data is not what was signed";
    }
  }
  if (reason.empty()) {
    ++unknown_signer_;
    return std::nullopt;
  }
  choose(all_kinds);
  return fmt::format("Signature validation failed for file {}: ERR={}", printable(path), reason);
}

std::optional<std::string> SignatureCheck::summary() const {
  if (unknown_signer_ == 0) return std::nullopt;
  std::string ids;
  for (const auto& id : unknown_ids_) ids += (ids.empty() ? "" : ", ") + id;
  return fmt::format(
      "The signatures of {} files were not verified: the certificates of their signers ({}) are not among "
      "those trusted here",
      unknown_signer_, ids);
}

}  // namespace holdfast::archive
