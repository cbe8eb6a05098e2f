// SPDX-License-Identifier: AGPL-3.0-or-later
#include "client/protection.h"

#include "base/error.h"
#include "client/key_file.h"

namespace holdfast::client {

namespace {

template <typename Take>
void for_each_options(const selection::FileSet& files, Take take) {
  for (const auto& include : files.includes)
    for (const auto& options : include.options) take(options);
}

/// Whether the FileSet demands encryption, which naming a cipher does, too.
bool is_forced(const selection::FileSet& files) {
  bool found = false;
  for_each_options(files, [&](const selection::FileOptions& options) {
    found = found || options.force_encryption || !options.cipher.empty();
  });
  return found;
}

/// The cipher of the FileSet, else that of the Client resource.
crypto::DataCipher cipher_for(const config::FileDaemon& self, const selection::FileSet& files) {
  std::string wanted;
  for_each_options(files, [&](const selection::FileOptions& options) {
    if (!wanted.empty() && !options.cipher.empty() && options.cipher != wanted)
      throw Error(
          ErrorKind::invalid,
          "The FileSet names two ciphers, {} and {}, but a job is encrypted with one; nothing was saved",
          wanted, options.cipher);
    if (!options.cipher.empty()) wanted = options.cipher;
  });
  if (wanted.empty()) wanted = config::to_string(self.pki_cipher);
  const auto cipher = crypto::data_cipher_named(wanted);
  if (!cipher)
    throw Error(
        ErrorKind::unsupported,
        "Encryption error: backups cannot be encrypted with {}, nor could they be read again; nothing was "
        "saved. Use aes128, aes192, aes256 or camellia… as PKI Cipher",
        wanted);
  return *cipher;
}

archive::Protection made_protection(const config::FileDaemon& self, const selection::FileSet& files) {
  archive::Protection protection{crypto::BackupKeys(read_key_file(self.pki_key_pair), self.pki_key_pair),
                                 {},
                                 !self.encrypt_without_signatures};
  for (const auto& path : self.pki_master_key) protection.keys.add_recipients(read_key_file(path), path);
  if (is_encrypted(self, files))
    protection.encryption = protection.keys.start_session(cipher_for(self, files));
  return protection;
}

}  // namespace

bool is_encrypted(const config::FileDaemon& self, const selection::FileSet& files) {
  return self.pki_encryption || is_forced(files);
}

std::shared_ptr<const archive::Protection> protection_for(const config::FileDaemon& self,
                                                          const selection::FileSet& files) {
  if (!is_encrypted(self, files) && !self.pki_signatures) return nullptr;
  if (self.pki_key_pair.empty())
    throw Error(
        ErrorKind::invalid,
        "The FileSet forces encryption, but no PKI Key Pair is configured for Client {}; nothing was saved",
        self.name);
  try {
    return std::make_shared<const archive::Protection>(made_protection(self, files));
  } catch (...) {
    rethrow_with("PKI keys of Client {}", self.name);
  }
}

}  // namespace holdfast::client
