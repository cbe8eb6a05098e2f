// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/checks.h"

#include <fmt/core.h>

#include "base/text.h"
#include "config/check_counts.h"

namespace holdfast::config {

namespace {

void check_keys(FileDaemon& client, const std::string& file, Findings& findings) {
  if (client.pki_signatures && client.encrypt_without_signatures)
    add_error(findings,
              "PkiSignatures and EncryptWithoutSignatures contradict each other: leave one of them out.",
              &client);
  if (client.pki_encryption && !client.encrypt_without_signatures) client.pki_signatures = true;
  if ((!client.pki_signatures && !client.pki_encryption) || !client.pki_key_pair.empty()) return;
  add_error(
      findings,
      fmt::format(
          "\"PKI Key Pair\" must be defined for File daemon \"{}\" in {} if either \"PKI Sign\" or \"PKI "
          "Encrypt\" are enabled.",
          client.name, file),
      &client);
}

void check_commands(const Resource& resource, const std::vector<std::string>& commands, Findings& findings) {
  for (const auto& command : commands) {
    bool is_known = false;
    for (const auto known : {"backup", "restore", "verify", "estimate", "runscript"}) {
      is_known = is_known || equal_ignoring_case(known, command);
    }
    if (is_known) continue;
    add_warning(
        findings,
        fmt::format(
            "Unknown command \"{}\" in AllowedJobCommand; there are backup, restore, verify, estimate and "
            "runscript.",
            printable(command)),
        resource);
  }
}

}  // namespace

void check(FileDaemonConfiguration& configuration, const std::string& file, Findings& findings) {
  expect_some(configuration.clients, "No File daemon resource defined in " + file, findings);
  expect_one(configuration.clients, "Only one Client resource permitted in " + file, findings);
  expect_some(configuration.messages, "No Messages resource defined in " + file, findings);
  expect_some(configuration.directors, "No Director resource defined in " + file, findings);
  use_first_messages(configuration.clients, configuration);
  for (FileDaemon& client : configuration.clients) {
    check_keys(client, file, findings);
    check_commands(client, client.allowed_job_command, findings);
  }
  for (const FileDaemonDirector& director : configuration.directors) {
    check_commands(director, director.allowed_job_command, findings);
  }
}

void check(ConsoleConfiguration& configuration, const std::string& file, Findings& findings) {
  expect_some(
      configuration.directors,
      fmt::format(
          "No Director resource defined in {}\nWithout that I don't know how to speak to the Director "
          ":-(",
          file),
      findings);
  if (!configuration.consoles.empty()) return;
  for (const ConsoleDirector& director : configuration.directors) {
    if (director.password.kind != Password::Kind::none) continue;
    add_error(findings,
              "Password item is required in Director resource (since no Console resource is specified), but "
              "not found.",
              &director);
  }
}

}  // namespace holdfast::config
