// SPDX-License-Identifier: AGPL-3.0-or-later
#include "plugins/python_plugin.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/text.h"
#include "plugins/command.h"

namespace holdfast::plugins {

namespace {

constexpr std::size_t read_size = 256 * 1024;
// What a host may ask for at once when it has data, and what is given to it.
constexpr std::size_t largest_read = 4 * 1024 * 1024;
constexpr std::size_t longest_text = 64 * 1024;
constexpr std::chrono::seconds time_to_end(2);

std::vector<std::string> host_program(const Settings& settings) {
  return {settings.python, "-s", "-u", "-X", "utf8", settings.modules + "/holdfast_plugin_host.py"};
}

/// Letters of the wire are numbers and letters of message types; nobody can send a message that ends the daemon.
MessageType message_type(std::string_view text) {
  static constexpr std::array allowed{MessageType::fatal,    MessageType::error,     MessageType::warning,
                                      MessageType::info,     MessageType::not_saved, MessageType::skipped,
                                      MessageType::restored, MessageType::security,  MessageType::alert};
  const auto number = parse_number<int>(text);
  const auto found = std::find_if(allowed.begin(), allowed.end(),
                                  [&](MessageType type) { return number == static_cast<int>(type); });
  return found == allowed.end() ? MessageType::info : *found;
}

/// To be said behind so much of a text as is shown.
std::string what_is_left_of(std::string_view text) {
  return text.size() <= longest_text ? "" : fmt::format(" … and {} bytes more", text.size() - longest_text);
}

std::string refusal(const Fields& answer) {
  return answer.size() > 1 ? printable(answer[1].substr(0, longest_text)) + what_is_left_of(answer[1])
                           : std::string("the plugin gave no reason");
}

std::string module_of(std::string_view command) {
  static constexpr std::string_view key = "module_name=";
  for (const auto& part : split_plugin_command(command))
    if (part.starts_with(key)) return part.substr(key.size());
  return {};
}

/// Every plugin of a job is to get its own objects only: those stored by the same command, or, where that was changed in
/// the meantime and there are none, by the same module.
std::vector<const StoredObject*> objects_for(const std::string& command,
                                             const std::vector<StoredObject>& all) {
  std::vector<const StoredObject*> exact, similar;
  const auto module = module_of(command);
  for (const auto& object : all) {
    if (object.plugin == command) exact.push_back(&object);
    if (!module.empty() && module_of(object.plugin) == module) similar.push_back(&object);
  }
  return exact.empty() ? similar : exact;
}

}  // namespace

HostConversation::HostConversation(const std::string& command, const Surroundings& surroundings)
    : command_(command.substr(0, command.find(':'))),
      messages_(surroundings.messages),
      files_(surroundings.files),
      process_(
          host_program(surroundings.settings), {os::PipedProcess::Talks::both, surroundings.settings.timeout},
          [&messages = surroundings.messages](std::string_view line) {
            messages.add(MessageType::info, fmt::format("plugin: {}", printable(line)));
          },
          surroundings.stop) {}

Fields HostConversation::ask(std::span<const std::string_view> request,
                             std::initializer_list<std::string_view> expected) {
  sent_.clear();
  append_message(sent_, request);
  try {
    if (!process_.write(sent_)) gone();
    for (;;) {
      auto fields = parse_message(receive());
      if (is_told_in_between(fields)) continue;
      if (std::find(expected.begin(), expected.end(), fields[0]) != expected.end()) return fields;
      if (fields[0] == "broken") throw Error(ErrorKind::invalid, "the plugin failed: {}", refusal(fields));
      throw Error(ErrorKind::corrupt, "the plugin host answered \"{}\" to \"{}\"",
                  printable(fields[0].substr(0, 100)), request.front());
    }
  } catch (...) {
    rethrow_with("Plugin {}", command_);
  }
}

bool HostConversation::is_told_in_between(const Fields& message) {
  const auto word = message[0];
  const auto rest = std::span(message).subspan(1);
  if (word == "message") {
    tell(message);
  } else if (word == "seen" || word == "unseen") {
    messages_.add_sighting({word == "seen" ? Sighting::Kind::seen : Sighting::Kind::unseen,
                            std::string(rest.empty() ? "" : rest[0])});
  } else if (word == "include") {
    auto change = read_change(rest);
    if (!change) throw Error(ErrorKind::corrupt, "the plugin host changes the FileSet in a way unknown");
    messages_.add_change(std::move(*change));
  } else if (word == "accept") {
    tell_accepted(rest);
  } else if (word == "compare") {
    tell_comparison(rest);
  } else {
    return false;
  }
  return true;
}

void HostConversation::tell_accepted(std::span<const std::string_view> file) {
  const auto asked = read_named_file(file);
  if (!asked)
    throw Error(ErrorKind::invalid, "the plugin asks whether a file is wanted that cannot be named");
  say({files_ == nullptr || files_->accepts(*asked) ? "yes" : "no"});
}

void HostConversation::tell_comparison(std::span<const std::string_view> file) {
  const auto asked = read_named_file(file);
  if (!asked)
    throw Error(ErrorKind::invalid, "the plugin asks whether a file was changed that cannot be named");
  const auto found = files_ == nullptr ? JobFiles::Comparison() : files_->compare(*asked);
  say({found.is_changed ? "changed" : "unchanged", found.was_saved ? "known" : "new",
       std::to_string(found.delta_sequence)});
}

void HostConversation::say(std::initializer_list<std::string_view> words) {
  sent_.clear();
  append_message(sent_, std::span(words.begin(), words.size()));
  if (!process_.write(sent_)) gone();
}

Bytes HostConversation::receive() {
  const auto rest = std::exchange(taken_, 0);
  std::copy(received_.begin() + static_cast<std::ptrdiff_t>(rest),
            received_.begin() + static_cast<std::ptrdiff_t>(length_), received_.begin());
  length_ -= rest;
  for (;;) {
    const auto wanted = message_length(Bytes(received_).first(length_));
    if (wanted && length_ >= *wanted) {
      taken_ = *wanted;
      return Bytes(received_).first(taken_);
    }
    const auto needed = std::max(length_ + read_size, wanted.value_or(0));
    // Grows with what comes, not with what a message says it has.
    if (received_.size() < length_ + read_size) received_.resize(std::min(needed, 2 * length_ + read_size));
    const auto count = process_.read(MutableBytes(received_).subspan(length_));
    if (count == 0) gone();
    length_ += count;
  }
}

void HostConversation::gone() {
  const auto end = process_.wait();
  throw Error(ErrorKind::io, "the process of the plugin ended unexpectedly: {}", end.text());
}

void HostConversation::tell(const Fields& message) {
  if (message.size() < 3) return;
  auto text = message[2];
  while (text.ends_with('\n')) text.remove_suffix(1);
  // A traceback has lines.
  std::string shown;
  for (const auto line : split(text.substr(0, longest_text), '\n'))
    shown += (shown.empty() ? "" : "\n") + printable(line);
  messages_.add(message_type(message[1]), shown + what_is_left_of(text));
}

void HostConversation::close() {
  process_.close_input();
  // Nothing more is wanted of it: what it still does, a thread of the plugin perhaps, is ended by the destructor.
  process_.ends_within(time_to_end);
}

PythonPlugin::PythonPlugin(const std::string& command, const Surroundings& surroundings)
    : host_(command, surroundings) {
  give_facts(surroundings);
  load(command, surroundings);
  give_objects(command, surroundings);
  host_.ask({"start"}, {"ok"});
}

void PythonPlugin::load(const std::string& command, const Surroundings& surroundings) {
  std::vector<std::string_view> request{"load", command};
  for (const auto& option : surroundings.options) {
    const auto name = plugin_name(option);
    if (name == "python3" || name == "python" || name == plugin_name(command)) request.push_back(option);
  }
  const auto answer = host_.ask(request, {"ok"});
  knows_files_ = answer.size() > 1 && answer[1] == "checks_files";
}

void PythonPlugin::give_facts(const Surroundings& surroundings) {
  const auto& job = surroundings.job;
  const auto flag = [](bool is_set) { return std::string(is_set ? "1" : "0"); };
  struct Fact {
    std::string_view name;
    std::string value;
  };
  const std::array facts{
      Fact{"id", std::to_string(job.id)},
      Fact{"name", job.name},
      Fact{"client", job.client},
      Fact{"working_directory", job.working_directory},
      Fact{"programs", surroundings.settings.programs},
      Fact{"type", std::string(1, job.type)},
      Fact{"level", std::string(1, job.level)},
      Fact{"since", std::to_string(job.since)},
      Fact{"accurate", flag(job.is_accurate)},
      Fact{"estimate", flag(job.is_estimate)},
      Fact{"where", job.where},
      Fact{"regex_where", job.regex_where},
      Fact{"replace", std::string(1, job.replace)},
      Fact{"prefix_links", flag(job.prefixes_links)},
      Fact{"plugin_directory", surroundings.settings.directory},
  };
  std::vector<std::string_view> request{"begin"};
  for (const auto& fact : facts) request.insert(request.end(), {fact.name, fact.value});
  host_.ask(request, {"ok"});
}

void PythonPlugin::give_objects(const std::string& command, const Surroundings& surroundings) {
  for (const auto* object : objects_for(command, surroundings.objects)) {
    const auto type = std::to_string(object->type), index = std::to_string(object->index),
               file_index = std::to_string(object->file_index), job = std::to_string(object->job);
    host_.ask({"restore_object", "type", type, "index", index, "file_index", file_index, "job", job, "plugin",
               object->plugin, "name", object->name, "object", as_text(object->object)},
              {"ok"});
  }
}

void PythonPlugin::end() {
  host_.ask({"end"}, {"ok"});
  host_.close();
}

std::optional<Offer> PythonPlugin::next() {
  const auto answer = host_.ask({"next"}, {"object", "end"});
  if (answer[0] == "end") return std::nullopt;
  auto offer = read_offer(std::span(answer).subspan(1));
  if (!offer) throw Error(ErrorKind::invalid, "The plugin offers {}", offer.error());
  return std::move(*offer);
}

Outcome<std::size_t> PythonPlugin::read(MutableBytes into) {
  const auto count = std::to_string(std::min(into.size(), largest_read));
  const auto answer = host_.ask({"read", count}, {"data", "failed"});
  if (answer[0] == "failed") return unexpected(refusal(answer));
  const auto data = answer.size() > 1 ? as_bytes(answer[1]) : Bytes();
  if (data.size() > into.size())
    throw Error(ErrorKind::corrupt, "The plugin gave {} bytes where {} were asked for", data.size(),
                into.size());
  std::copy(data.begin(), data.end(), into.begin());
  return data.size();
}

Outcome<Extras> PythonPlugin::finish() {
  const auto answer = host_.ask({"finish"}, {"finished", "failed"});
  if (answer[0] == "failed") return unexpected(refusal(answer));
  return read_extras(std::span(answer).subspan(1));
}

std::variant<Handling, Offer> PythonPlugin::handle(const NamedFile& file) {
  const auto type = std::to_string(format::number(file.type)), stat = describe(file.stat);
  const auto answer = host_.ask({"handle", "name", file.name, "link", file.link, "type", type, "stat", stat},
                                {"object", "core", "skip"});
  if (answer[0] == "core") return Handling::by_core;
  if (answer[0] == "skip") return Handling::left_out;
  auto offer = read_offer(std::span(answer).subspan(1));
  if (!offer) throw Error(ErrorKind::invalid, "The plugin offers {}", offer.error());
  return std::move(*offer);
}

bool PythonPlugin::knows_of(std::string_view name) {
  return knows_files_ && host_.ask({"is_there", name}, {"yes", "no"})[0] == "yes";
}

Created PythonPlugin::create(const RestoredObject& object) {
  const auto type = std::to_string(format::number(object.type)), index = std::to_string(object.file_index),
             stat = describe(object.stat);
  const auto answer = host_.ask({"create", "name", object.name, "stored_name", object.stored_name, "link",
                                 object.link, "type", type, "file_index", index, "stat", stat},
                                {"created"});
  struct Word {
    std::string_view text;
    Created created;
  };
  static constexpr std::array words{Word{"skip", Created::skipped}, Word{"extract", Created::takes_data},
                                    Word{"created", Created::made}, Word{"core", Created::by_core}};
  for (const auto& word : words)
    if (answer.size() > 1 && answer[1] == word.text) return word.created;
  return Created::failed;
}

Outcome<void> PythonPlugin::write(std::uint64_t position, Bytes data) {
  const auto offset = std::to_string(position);
  const auto answer = host_.ask({"write", offset, as_text(data)}, {"ok", "failed"});
  if (answer[0] == "failed") return unexpected(refusal(answer));
  return {};
}

Outcome<void> PythonPlugin::finish(const Extras& extras) {
  std::vector<std::string_view> request{"restored"};
  if (!extras.acl.empty()) request.insert(request.end(), {"acl", extras.acl});
  for (const auto& attribute : extras.attributes)
    request.insert(request.end(), {"xattr", attribute.name, as_text(attribute.value)});
  const auto answer = host_.ask(request, {"ok", "failed"});
  if (answer[0] == "failed") return unexpected(refusal(answer));
  return {};
}

}  // namespace holdfast::plugins
