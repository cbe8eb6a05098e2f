// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/expected.h"
#include "crypto/data_cipher.h"
#include "crypto/digest.h"

namespace holdfast::crypto {

/// For whom a session key was encrypted. Views into the record.
struct Recipient {
  Bytes key_id;         ///< subjectKeyIdentifier of the certificate
  Bytes encrypted_key;  ///< the raw session key under RSA, PKCS#1 v1.5
};

/// Stream 22 of a file (interop 05, section 11.2).
struct SessionRecord {
  DataCipher cipher = DataCipher::aes128;
  Bytes iv;
  std::vector<Recipient> recipients;  ///< those with RSA keys
};

/// Of views into `record`; or what is wrong with it, for a message. The input is not trusted.
Expected<SessionRecord, std::string> parse_session_record(Bytes record);

/// The record, as parse_session_record() reads it. DER orders the recipients by their bytes.
Buffer session_record(const SessionRecord& session);

struct Signature {
  Bytes key_id;  ///< subjectKeyIdentifier of the signer's certificate
  std::optional<DigestKind>
      digest;   ///< of the data; nothing for an algorithm that this program does not know
  Bytes value;  ///< RSASSA-PKCS1-v1_5 over the digest
};

/// Stream 19 of a file (interop 05, section 11.4): its signatures, of views into `record`; or what is wrong with it,
/// for a message. The input is not trusted.
Expected<std::vector<Signature>, std::string> parse_signature_record(Bytes record);

/// The record with one signature, which must have a digest other than XXH128.
Buffer signature_record(const Signature& signature);

/// Octets that identify a key as people see them in `openssl x509 -text`: "A8:70:93".
std::string printed_key_id(Bytes key_id);

}  // namespace holdfast::crypto
