// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "crypto/tls_context.h"

namespace holdfast::crypto {

/// A certificate authority of its own, made for one test, with its files in a folder that goes with it.
class TestAuthority {
 public:
  TestAuthority();
  ~TestAuthority();
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  /// Settings with a new certificate for `common_name` and this authority's own certificate; peers are not
  /// verified unless the test says so.
  TlsSettings issue(const std::string& common_name, const std::vector<std::string>& dns_names = {});

  /// The path of a list in which the certificates in these settings are revoked.
  std::string revoke(const std::vector<TlsSettings>& revoked);

 private:
  struct Issuer;
  std::filesystem::path folder_;
  std::unique_ptr<Issuer> issuer_;
  long serial_ = 1;
};

}  // namespace holdfast::crypto
