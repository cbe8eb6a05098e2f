// SPDX-License-Identifier: AGPL-3.0-or-later
#include "director/console/output.h"

#include "base/text.h"

namespace holdfast::director::console {

void Output::flush_pending() {
  if (pending_.empty()) return;
  link_.send(pending_);
  pending_.clear();
}

void Output::text(std::string_view text) {
  if (is_json() || text.empty()) return;
  direct(text);
}

void Output::direct(std::string_view text) {
  flush_pending();
  link_.send(text);
}

void Output::signal(wire::Signal signal) {
  flush_pending();
  link_.send(signal);
}

void Output::decoration(std::string_view text) {
  if (api() == Api::text) pending_ += text;
}

void Output::table_packet(std::string_view text) {
  if (is_json()) return;
  pending_ += text;
  flush_pending();
}

void Output::info(std::string_view text) { message(text, wire::Signal::info_message, "info"); }
void Output::warning(std::string_view text) { message(text, wire::Signal::warning_message, "warning"); }
void Output::error(std::string_view text) { message(text, wire::Signal::error_message, "error"); }

void Output::message(std::string_view text, wire::Signal signal, std::string_view message_class) {
  flush_pending();
  if (api() != Api::text) link_.send(signal);
  if (!is_json()) return link_.send(text);
  Json* collected = messages_.find(message_class);
  if (!collected) collected = &messages_.set(message_class, Json::array());
  collected->push(text);
}

Output::Scope Output::open(Json* level) {
  stack_.push_back(level);
  return Scope(this);
}

Output::Scope Output::object(std::string_view key, KeyCase key_case) {
  if (!is_json() || top().is_array()) return row();
  const std::string name = key_case == KeyCase::lower ? to_lower(key) : std::string(key);
  Json* present = top().find(name);
  return open(present && present->is_object() ? present : &top().set(name, Json::object()));
}

Output::Scope Output::array(std::string_view key) {
  if (!is_json() || top().is_array() || top().find(to_lower(key))) return Scope(nullptr);
  return open(&top().set(to_lower(key), Json::array()));
}

Output::Scope Output::row() {
  if (!is_json() || !top().is_array()) return Scope(nullptr);
  return open(&top().push(Json::object()));
}

void Output::value(std::string_view key, Json value, KeyCase key_case) {
  if (!is_json() || !top().is_object()) return;
  top().set(key_case == KeyCase::lower ? to_lower(key) : std::string(key), std::move(value));
}

void Output::item(Json value) {
  if (is_json() && top().is_array()) top().push(std::move(value));
}

void Output::begin() {
  if (api() != Api::text) link_.send(wire::Signal::command_begin);
}

void Output::status_signal(Status status) {
  if (api() != Api::text)
    signal(status == Status::ok ? wire::Signal::command_ok : wire::Signal::command_failed);
}

void Output::finish(Status status) {
  flush_pending();
  status_signal(status);
  send_document(status);
}

void Output::finish_unrecognised() { send_document(Status::failed); }

void Output::send_document(Status status) {
  if (!is_json()) {
    pending_ += after_status_;
    flush_pending();
    return;
  }
  Json document = Json::object();
  document.set("jsonrpc", "2.0");
  document.set("id", Json());
  if (status == Status::failed || messages_.find("error")) {
    document.set("error", error_document());
  } else {
    if (range_.active) {
      Json range = Json::object();
      if (range_.limit) range.set("limit", *range_.limit);
      if (range_.offset) range.set("offset", *range_.offset);
      range.set("filtered", range_.filtered);
      result_.set("meta", Json(Json::Object{{"range", std::move(range)}}));
    }
    document.set("result", std::move(result_));
  }
  link_.send(document.text(settings_.compact ? Json::Layout::compact : Json::Layout::indented));
}

Json Output::error_document() {
  Json data = Json::object();
  data.set("result", std::move(result_));
  data.set("messages", std::move(messages_));
  Json error = Json::object();
  error.set("code", Json::number(1));
  error.set("message", "failed");
  error.set("data", std::move(data));
  return error;
}

}  // namespace holdfast::director::console
