// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/decryption_keys.h"

#include "base/error.h"
#include "client/key_file.h"

namespace holdfast::client {

std::shared_ptr<const crypto::KeyRing> decryption_keys(const config::FileDaemon& self) {
  if (self.pki_key_pair.empty() && self.pki_signer.empty()) return nullptr;
  auto keys = std::make_shared<crypto::KeyRing>();
  try {
    if (!self.pki_key_pair.empty()) keys->add_key_pair(read_key_file(self.pki_key_pair), self.pki_key_pair);
    for (const auto& path : self.pki_signer) keys->add_signers(read_key_file(path), path);
  } catch (...) {
    rethrow_with("PKI keys of Client {}", self.name);
  }
  return keys;
}

}  // namespace holdfast::client
