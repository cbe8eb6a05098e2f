// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "wire/layout.h"

// The first messages of a connection (interop 01, sections 8 and 11). How they follow each other is the
// handshake's business in transport.

namespace holdfast::wire {

/// The version our programs announce where a peer parses one, and its date in the two forms in use.
inline constexpr std::string_view announced_version = "25.1.0";
inline constexpr std::string_view announced_date = "03 August 2026";
inline constexpr std::string_view announced_short_date = "03Aug26";
/// What a client announces in its reply to a Director's Hello.
inline constexpr std::uint32_t client_protocol = 54;

/// Director or monitor to a File Daemon or Storage Daemon.
struct DirectorHello {
  std::string director;
  template <typename = void>
  static constexpr auto layout() {
    return message("Hello Director ", bashed<&DirectorHello::director>, " calling\n");
  }
};

/// Client to a Director that waits for it. The name is not bashed.
struct ClientHello {
  std::string client;
  std::optional<std::uint32_t> protocol;
  template <typename = void>
  static constexpr auto layout() {
    return message("Hello Client ", field<&ClientHello::client>,
                   optional<&ClientHello::protocol>(" FdProtocolVersion="), " calling\n");
  }
};

/// Console to Director.
struct ConsoleHello {
  std::string console;
  std::optional<std::string> version;
  template <typename = void>
  static constexpr auto layout() {
    return message("Hello ", bashed<&ConsoleHello::console>, " calling",
                   optional<&ConsoleHello::version>(" version "), "\n");
  }
};

/// File Daemon to Storage Daemon, for a job.
struct StartJobHello {
  std::string job;
  template <typename = void>
  static constexpr auto layout() {
    return message("Hello Start Job ", field<&StartJobHello::job>, "\n");
  }
};

/// Storage Daemon to a passive File Daemon, for a job.
struct StorageCallingHello {
  std::string job;
  template <typename = void>
  static constexpr auto layout() {
    return message("Hello Storage calling Start Job ", field<&StorageCallingHello::job>, "\n");
  }
};

/// Storage Daemon to Storage Daemon, for the job of the writing one.
struct StartStorageJobHello {
  std::string job;
  template <typename = void>
  static constexpr auto layout() {
    return message("Hello Start Storage Job ", field<&StartStorageJobHello::job>, "\n");
  }
};

/// "auth cram-md5 <r.t@name> ssl=<policy>\n"; `challenge` includes the angle brackets.
struct AuthenticationChallenge {
  bool standard_base64 = false;  ///< the form cram-md5c, answered in the standard flavour
  std::string challenge;
  std::optional<std::uint32_t> policy;
  template <typename = void>
  static constexpr auto layout() {
    return message("auth cram-md5", flag<&AuthenticationChallenge::standard_base64>("c"), " ",
                   field<&AuthenticationChallenge::challenge>.up_to(512),
                   optional<&AuthenticationChallenge::policy>(" ssl="), "\n");
  }
};

inline constexpr std::string_view authenticated = "1000 OK auth\n";
inline constexpr std::string_view authentication_failed = "1999 Authorization failed.\n";

/// File Daemon to Director after both are authenticated; without a number it is 0.
struct ClientHelloReply {
  std::optional<std::uint32_t> protocol = client_protocol;
  template <typename = void>
  static constexpr auto layout() {
    return message("2000 OK Hello", optional<&ClientHelloReply::protocol>(" "), "\n");
  }
};

inline constexpr std::string_view storage_hello_reply = "3000 OK Hello\n";
inline constexpr std::string_view storage_hello_refused = "3999 No go\n";
inline constexpr std::string_view client_hello_refused = "2999 Authentication failed.\n";

/// What a Director tells a console: the number decides, fields are separated by \x1e and nothing ends it.
struct ConsoleReply {
  static constexpr std::uint32_t logged_in = 1000;
  static constexpr std::uint32_t pam_required = 1001;
  static constexpr std::uint32_t welcome = 1002;

  std::uint32_t code = logged_in;
  std::string text;
  template <typename = void>
  static constexpr auto layout() {
    return message(field<&ConsoleReply::code>, "\x1e", rest<&ConsoleReply::text>);
  }
};

/// Console to Director after ConsoleReply::pam_required.
struct PamLogin {
  std::string user_and_password;  ///< separated by \x1e
  template <typename = void>
  static constexpr auto layout() {
    return message("4002\x1e", rest<&PamLogin::user_and_password>);
  }
};
inline constexpr std::string_view interactive_pam_login = "4001\x1e";

/// Director to a client that connected by itself; the client reads it and ignores what it says.
struct DirectorHelloReply {
  std::string text;  ///< "<director> Version: <version> (<date>)"
  template <typename = void>
  static constexpr auto layout() {
    return message("1000 OK: ", line<&DirectorHelloReply::text>, "\n");
  }
};
inline constexpr std::string_view director_hello_refused = "1999 You are not authorized.\n";

}  // namespace holdfast::wire
