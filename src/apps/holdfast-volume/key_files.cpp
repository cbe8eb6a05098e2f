// SPDX-License-Identifier: AGPL-3.0-or-later
#include "apps/holdfast-volume/key_files.h"

#include "os/text_file.h"

namespace holdfast::apps {

void KeyFiles::add_to(CommandLine& line) {
  line.existing_paths(
      "--key", "PEM file with a private key, and its certificate, to decrypt with; may be repeated.", keys);
  line.existing_paths(
      "--signer",
      "PEM file with certificates whose signatures are verified, besides those of --key; may be "
      "repeated.",
      signers);
}

std::shared_ptr<const crypto::KeyRing> KeyFiles::ring() const {
  constexpr std::size_t longest = 1024 * 1024;
  auto ring = std::make_shared<crypto::KeyRing>();
  for (const auto& path : keys) ring->add_key_pair(os::read_text(path, longest), path);
  for (const auto& path : signers) ring->add_signers(os::read_text(path, longest), path);
  return ring;
}

}  // namespace holdfast::apps
