// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/content_digest.h"

#include "archive/metadata.h"

namespace holdfast::archive {

ContentDigest::ContentDigest(const selection::FileOptions& options, Tools& tools) : tools_(tools) {
  if (options.signature) stored_ = &tools.digest(*options.signature);
  if (tools.signs()) signed_ = &tools.digest(crypto::Signer::digest_kind);
}

void ContentDigest::update(Bytes data) {
  if (stored_ != nullptr) stored_->update(data);
  if (signed_ != nullptr && signed_ != stored_) signed_->update(data);
}

void ContentDigest::finish(Item& item) {
  item.digest = stored_ != nullptr ? stored_->finish() : crypto::DigestValue();
  if (signed_ != nullptr) to_sign_ = signed_ == stored_ ? item.digest : signed_->finish();
}

void ContentDigest::store(Batch& batch, const Item& item) {
  if (!is_digested(item.found.type)) return;
  if (signed_ != nullptr) add_stream(batch, format::StreamId::signature, tools_.signer().sign(to_sign_));
  if (stored_ != nullptr) add_digest(batch, stored_->kind(), item.digest);
}

}  // namespace holdfast::archive
