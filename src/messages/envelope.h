// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/messages.h"

namespace holdfast::messages {

/// What is known of a mail besides its text. It lies beside the text (`<text>.envelope`, JSON), so that a mail survives
/// its daemon: first as it was opened, then, when the job has ended, as it is to be sent.
struct Envelope {
  enum class State {
    collecting,  ///< the job, or the daemon, still adds to the text
    ready,       ///< codes are replaced; to be sent
  };
  State state = State::collecting;
  config::MessageDestination::Kind kind = config::MessageDestination::Kind::mail;
  std::string job;         ///< unique name; empty for the daemon's own messages
  std::string recipients;  ///< separated by blanks
  std::string
      command;  ///< Mail Command; empty: by SMTP where the Messages resource names a server, else sendmail
  std::string subject;   ///< of a mail by SMTP
  std::string resource;  ///< name of the Messages resource

  std::string encode() const;
  /// Nothing where `text` is none.
  static std::optional<Envelope> decode(const std::string& text);
};

/// How much text a mail may hold: what comes after it is counted, and the mail says so.
inline constexpr std::size_t largest_mail = 16U << 20U;

/// Where the envelope of the mail `text_path` lies.
inline std::string envelope_path(const std::string& text_path) { return text_path + ".envelope"; }

/// As a part of the name of a file: no blanks and slashes.
std::string as_file_name(std::string name);

/// The texts of mails that lie in `folder`, of a daemon of this name.
std::vector<std::string> unsent_mails(const std::string& folder, const std::string& daemon);

/// Text and envelope; failures are passed over, since the mail is sent or given up already.
void remove_mail(const std::string& text_path);

/// The whole mail for SMTP: headers and body, lines no longer than a server must take.
std::string mail_text(const Envelope& envelope, const std::string& from, const std::string& body,
                      std::string_view date, std::string_view message_id);

}  // namespace holdfast::messages
