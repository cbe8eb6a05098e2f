// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// For the .cpp files of TLS only.

#include <openssl/x509.h>

#include <string>
#include <vector>

namespace holdfast::crypto {

/// The common names of the subject, in their order.
std::vector<std::string> common_names(X509* certificate);

/// Whether the first common name is one of `allowed`, exactly.
bool has_allowed_name(X509* certificate, const std::vector<std::string>& allowed);

/// Whether `host` is, ignoring case, a DNS name or common name of the certificate; no wildcards, no addresses.
bool is_of_host(X509* certificate, const std::string& host);

}  // namespace holdfast::crypto
