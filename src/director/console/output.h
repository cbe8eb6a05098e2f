// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "director/console/json.h"
#include "director/console/link.h"

namespace holdfast::director::console {

/// How a console wants its answers (interop 09, section 3): text for people, text without decoration, or one
/// JSON document per command.
enum class Api { text = 0, plain = 1, json = 2 };

/// What one console session has chosen; nothing of it outlives the connection.
struct Settings {
  Api api = Api::text;
  bool compact = false;      ///< JSON without white space
  bool gui = false;          ///< numbers without thousands separators, no "You have messages."
  bool autodisplay = false;  ///< messages are shown as they come
  bool automount = true;     ///< a labelled volume is mounted
  std::string catalog;       ///< name of the catalog in use, empty before the first choice
};

/// Counts what filters of a listing removed; told to JSON clients as "meta".
struct ListedRange {
  bool active = false;
  std::optional<std::int64_t> limit;
  std::optional<std::int64_t> offset;
  std::int64_t filtered = 0;
};

/// Where a command puts its answer. Handlers give texts, fields and rows; this class renders them for the mode
/// of the session. Texts of no message class do not exist in JSON, fields do not exist in text.
class Output {
 public:
  Output(ConsoleLink& link, const Settings& settings) : link_(link), settings_(settings) {}

  Api api() const { return settings_.api; }
  bool is_json() const { return settings_.api == Api::json; }
  const Settings& settings() const { return settings_; }

  /// @name Texts
  /// Sent at once, one packet each, except in JSON.
  void text(std::string_view text);
  /// For people only: api 0. Goes out together with what follows it in a table.
  void decoration(std::string_view text);
  /// Shown in every mode; in JSON only where the command fails. An error makes the command a failure there.
  void info(std::string_view text);
  void warning(std::string_view text);
  void error(std::string_view text);
  /// Sent as it is in every mode, JSON too: what the protocol has outside of documents.
  void direct(std::string_view text);
  void signal(wire::Signal signal);
  /// Text that comes behind the status of the command.
  void text_after_status(std::string_view text) { after_status_ += is_json() ? "" : text; }

  /// @name JSON
  /// All of these do nothing in text modes. A Scope closes what it opened.
  class Scope {
   public:
    explicit Scope(Output* output) : output_(output) {}
    Scope(Scope&& other) noexcept : output_(std::exchange(other.output_, nullptr)) {}
    Scope& operator=(Scope&&) = delete;
    ~Scope() {
      if (output_) output_->close();
    }

   private:
    Output* output_;
  };
  enum class KeyCase { lower, kept };

  /// Opens an object under a key; one that exists is continued.
  [[nodiscard]] Scope object(std::string_view key, KeyCase key_case = KeyCase::lower);
  /// Opens an array under a key. One that exists is not opened again: its rows land in what encloses it.
  [[nodiscard]] Scope array(std::string_view key);
  /// Opens a row: a new object in an array, and the enclosing object itself outside of arrays.
  [[nodiscard]] Scope row();
  void value(std::string_view key, Json value, KeyCase key_case = KeyCase::lower);
  /// A plain value in an array.
  void item(Json value);

  /// @name Life of a command
  void begin();
  enum class Status { ok, failed };
  /// CMD_OK or CMD_FAILED, then the rest of the text or the JSON document.
  void finish(Status status);
  /// Only the rest of the text or the JSON document: the reply to something that was no command.
  void finish_unrecognised();
  void status_signal(Status status);

  ListedRange& range() { return range_; }
  /// Sends what decoration() still holds.
  void flush_pending();
  /// Puts gathered decoration in front of a packet of a table.
  void table_packet(std::string_view text);

 private:
  void message(std::string_view text, wire::Signal signal, std::string_view message_class);
  void close() { stack_.pop_back(); }
  Json& top() { return *stack_.back(); }
  [[nodiscard]] Scope open(Json* level);
  void send_document(Status status);
  Json error_document();

  ConsoleLink& link_;
  const Settings& settings_;
  std::string pending_;
  std::string after_status_;
  Json result_ = Json::object();
  std::vector<Json*> stack_{&result_};
  Json messages_ = Json::object();  ///< per class, in order of first occurrence
  ListedRange range_;
};

}  // namespace holdfast::director::console
