// SPDX-License-Identifier: AGPL-3.0-or-later
#include "config/message_directives.h"

#include <array>

#include "config/value_types.h"

namespace holdfast::config {

namespace {

using Kind = MessageDestination::Kind;

constexpr Directive destination(Kind kind, std::string_view name, std::string_view help) {
  return field<&Messages::destinations>(name, help).coded(static_cast<unsigned>(kind));
}

constexpr std::array directives{
    field<&Messages::name>("Name", "The name other resources use for these settings.", types::resource_name),
    field<&Messages::description>("Description", "Free text for people."),
    field<&Messages::mail_command>("MailCommand",
                                   "Command that sends the mail of the destinations after it."),
    field<&Messages::operator_command>("OperatorCommand",
                                       "Command for each message of the Operator destinations after it."),
    field<&Messages::timestamp_format>("TimestampFormat",
                                       "strftime format before each message of the destinations after it."),
    destination(Kind::syslog, "Syslog",
                "Message classes for syslog, with or without a facility before them."),
    destination(Kind::mail, "Mail", "Recipients and classes of a mail sent at the end of every job."),
    destination(Kind::mail_on_error, "MailOnError", "Like Mail, unless the job ended well."),
    destination(Kind::mail_on_success, "MailOnSuccess", "Like Mail, only if the job ended well."),
    destination(Kind::file, "File", "A file that each job starts anew, and the classes for it."),
    destination(Kind::append, "Append", "A file that is appended to, and the classes for it."),
    destination(Kind::standard_output, "Stdout", "Message classes for standard output."),
    destination(Kind::standard_error, "Stderr", "Message classes for standard error."),
    destination(Kind::director, "Director", "Message classes that go to the Director."),
    destination(Kind::console, "Console", "Message classes that consoles show."),
    destination(Kind::operator_command, "Operator", "Recipients and classes of messages sent at once."),
    destination(Kind::catalog, "Catalog", "Message classes for the job log in the catalog."),
    destination(Kind::webhook, "Webhook",
                "Address to which messages of the classes are posted as JSON (Holdfast's own)."),
    field<&Messages::mail_server>("MailServer",
                                  "smtp:// or smtps:// address for mail without command (Holdfast's own)."),
    field<&Messages::mail_from>("MailFrom", "Sender of mail through MailServer (Holdfast's own)."),
    field<&Messages::mail_user>("MailUser", "Login name at MailServer (Holdfast's own)."),
    field<&Messages::mail_password>("MailPassword", "Password at MailServer (Holdfast's own).",
                                    types::clear_password),
};

}  // namespace

std::span<const Directive> message_directives() { return directives; }

std::string_view destination_name(Kind kind) {
  for (const Directive& directive : directives) {
    if (directive.code == static_cast<unsigned>(kind)) return directive.name;
  }
  return {};
}

}  // namespace holdfast::config
