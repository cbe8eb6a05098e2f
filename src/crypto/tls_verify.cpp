// SPDX-License-Identifier: AGPL-3.0-or-later
#include "crypto/tls_verify.h"

#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

#include "base/text.h"

namespace holdfast::crypto {

namespace {

std::string text_of(const ASN1_STRING* string) {
  unsigned char* utf8 = nullptr;
  const int size = ::ASN1_STRING_to_UTF8(&utf8, string);
  if (size < 0) return "";
  // A name with a NUL inside must not pass for what stands before it; std::string compares all of it.
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
  ::OPENSSL_free(utf8);
  return text;
}

std::vector<std::string> dns_names(X509* certificate) {
  std::vector<std::string> names;
  auto* const all =
      static_cast<GENERAL_NAMES*>(::X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  if (all == nullptr) return names;
  for (int i = 0; i < sk_GENERAL_NAME_num(all); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all, i);
    if (name->type == GEN_DNS) names.push_back(text_of(name->d.dNSName));
  }
  ::GENERAL_NAMES_free(all);
  return names;
}

bool contains_ignoring_case(const std::vector<std::string>& names, const std::string& wanted) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return equal_ignoring_case(name, wanted); });
}

}  // namespace

std::vector<std::string> common_names(X509* certificate) {
  std::vector<std::string> names;
  X509_NAME* const subject = ::X509_get_subject_name(certificate);
  for (int at = -1; (at = ::X509_NAME_get_index_by_NID(subject, NID_commonName, at)) >= 0;) {
    names.push_back(text_of(::X509_NAME_ENTRY_get_data(::X509_NAME_get_entry(subject, at))));
  }
  return names;
}

bool has_allowed_name(X509* certificate, const std::vector<std::string>& allowed) {
  const auto names = common_names(certificate);
  return !names.empty() && std::find(allowed.begin(), allowed.end(), names.front()) != allowed.end();
}

bool is_of_host(X509* certificate, const std::string& host) {
  return contains_ignoring_case(dns_names(certificate), host) ||
         contains_ignoring_case(common_names(certificate), host);
}

}  // namespace holdfast::crypto
