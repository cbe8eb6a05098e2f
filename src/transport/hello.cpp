// SPDX-License-Identifier: AGPL-3.0-or-later
#include "transport/hello.h"

#include <array>

#include "base/error.h"
#include "base/text.h"
#include "wire/handshake.h"

namespace holdfast::transport {

namespace {

constexpr char separator = '\x1e';

struct Limits {
  Role role;
  std::size_t shortest;
  std::size_t longest;
};

// interop 01, section 4. A File Daemon gets the larger of its two limits.
constexpr std::array limits{
    Limits{Role::director, 15, 153},
    Limits{Role::storage, 25, 158},
    Limits{Role::client, 25, 500},
};

/// "25.1.0~pre12" -> 2501; 0 where it is no version.
int version_number(std::string_view text) {
  const auto parts = split(text, '.');
  if (parts.size() < 2) return 0;
  const auto major = parse_number<int>(parts[0]);
  const auto minor = parse_number<int>(parts[1].substr(0, parts[1].find_first_not_of("0123456789")));
  if (!major || !minor || *major > 9999 || *minor > 99) return 0;
  return *major * 100 + *minor;
}

template <typename Message, Conversation conversation, auto name>
std::optional<Hello> read_as(std::string_view text) {
  const auto message = wire::decode<Message>(text);
  if (!message) return std::nullopt;
  Hello hello;
  hello.conversation = conversation;
  hello.name = (*message).*name;
  if constexpr (conversation == Conversation::client) {
    hello.protocol_version = static_cast<int>(message->protocol.value_or(0));
  }
  if constexpr (conversation == Conversation::console) {
    hello.console_version = version_number(message->version.value_or(""));
  }
  return hello;
}

struct Form {
  Role role;
  std::optional<Hello> (*read)(std::string_view);
};

// Which Hello each program understands; the first that fits counts.
constexpr std::array forms{
    Form{Role::director, read_as<wire::ClientHello, Conversation::client, &wire::ClientHello::client>},
    Form{Role::director, read_as<wire::ConsoleHello, Conversation::console, &wire::ConsoleHello::console>},
    Form{Role::storage,
         read_as<wire::StartJobHello, Conversation::job_from_client, &wire::StartJobHello::job>},
    Form{Role::storage, read_as<wire::StartStorageJobHello, Conversation::job_between_storages,
                                &wire::StartStorageJobHello::job>},
    Form{Role::storage, read_as<wire::DirectorHello, Conversation::director, &wire::DirectorHello::director>},
    Form{Role::client, read_as<wire::DirectorHello, Conversation::director, &wire::DirectorHello::director>},
    Form{Role::client,
         read_as<wire::StorageCallingHello, Conversation::job_from_storage, &wire::StorageCallingHello::job>},
};

struct IdentityType {
  std::string_view type;
  Role role;  // who looks it up
  Conversation conversation;
};

constexpr std::array identity_types{
    IdentityType{"R_CONSOLE", Role::director, Conversation::console},
    IdentityType{"R_CLIENT", Role::director, Conversation::client},
    IdentityType{"R_DIRECTOR", Role::storage, Conversation::director},
    IdentityType{"R_DIRECTOR", Role::client, Conversation::director},
    IdentityType{"R_JOB", Role::storage, Conversation::job_from_client},
    IdentityType{"R_JOB", Role::client, Conversation::job_from_storage},
    IdentityType{"R_JOB", Role::storage, Conversation::job_between_storages},
};

std::string_view qualifier(Role role) {
  switch (role) {
    case Role::director: return "R_DIRECTOR";
    case Role::storage: return "R_STORAGE";
    case Role::client: return "R_CLIENT";
    case Role::console: break;
  }
  return "R_CONSOLE";
}

}  // namespace

Hello read_hello(Role role, std::string_view text) {
  for (const Limits& limit : limits) {
    if (limit.role == role && (text.size() < limit.shortest || text.size() > limit.longest)) {
      throw Error(ErrorKind::invalid, "a first message of {} bytes is no Hello", text.size());
    }
  }
  for (const Form& form : forms) {
    if (form.role != role) continue;
    auto hello = form.read(text);
    if (hello && !hello->name.empty()) return std::move(*hello);
  }
  throw Error(ErrorKind::invalid, "the first message is no Hello: \"{}\"",
              printable(trim(text).substr(0, 80)));
}

std::string write_hello(const Introduction& who) {
  switch (who.conversation) {
    case Conversation::console:
      return wire::encode(wire::ConsoleHello{who.name, std::string(wire::announced_version)});
    case Conversation::director: return wire::encode(wire::DirectorHello{who.name});
    case Conversation::client: return wire::encode(wire::ClientHello{who.name, wire::client_protocol});
    case Conversation::job_from_client: return wire::encode(wire::StartJobHello{who.job});
    case Conversation::job_from_storage: return wire::encode(wire::StorageCallingHello{who.job});
    case Conversation::job_between_storages: break;
  }
  return wire::encode(wire::StartStorageJobHello{who.job});
}

std::string tls_identity(Conversation conversation, std::string_view name) {
  for (const IdentityType& known : identity_types) {
    if (known.conversation == conversation) return fmt::format("{}{}{}", known.type, separator, name);
  }
  throw Error(ErrorKind::internal, "a conversation without identity");
}

std::optional<ClaimedIdentity> read_tls_identity(Role role, std::string_view identity) {
  const auto end = identity.find(separator);
  if (end == std::string_view::npos) return std::nullopt;
  for (const IdentityType& known : identity_types) {
    if (known.role == role && known.type == identity.substr(0, end)) {
      return ClaimedIdentity{known.conversation, identity.substr(end + 1)};
    }
  }
  return std::nullopt;
}

std::string qualified_name(Role role, std::string_view name) {
  return fmt::format("{}::{}", qualifier(role), name);
}

std::string qualified_name(const Introduction& who) {
  switch (who.conversation) {
    case Conversation::console: return qualified_name(Role::console, who.name);
    case Conversation::director: return qualified_name(Role::director, who.name);
    case Conversation::client:
    case Conversation::job_from_client: return qualified_name(Role::client, who.name);
    case Conversation::job_from_storage:
      return "File daemon";  // what the peer's Storage Daemon calls itself there
    case Conversation::job_between_storages: break;
  }
  return qualified_name(Role::storage, who.name);
}

}  // namespace holdfast::transport
