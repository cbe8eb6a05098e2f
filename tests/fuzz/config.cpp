// SPDX-License-Identifier: AGPL-3.0-or-later
// Configurations of all four programs: whatever the text, reading ends with findings, and what was read without any
// prints as text that reads back and prints the same.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>

#include "config/console_resources.h"
#include "config/director_resources.h"
#include "config/file_daemon_resources.h"
#include "config/load.h"
#include "config/print.h"
#include "config/storage_resources.h"

namespace {

using namespace holdfast;

/// One file that may include itself; commands print it too.
class OneFile : public config::Surroundings {
 public:
  explicit OneFile(std::string text) : text_(std::move(text)) {}

  Expected<std::string, std::string> read_file(const std::string& path) override {
    if (path == "a") return text_;
    return unexpected(std::string("No such file or directory"));
  }
  std::vector<std::string> expand(const std::string& pattern) override {
    if (pattern.find('*') != std::string::npos) return {"a"};
    return {pattern};
  }
  Expected<std::string, std::string> run(const std::vector<std::string>& words) override {
    if (words.empty()) return unexpected(std::string("nothing to run"));
    return words.front();
  }
  std::optional<std::string> expand_in_shell(const std::string&) override { return std::nullopt; }
  std::string md5(std::string_view) override { return std::string(32, 'a'); }
  std::optional<std::uint16_t> service_port(const std::string&) override { return std::nullopt; }

 private:
  std::string text_;
};

template <typename Load>
void read_and_print(const std::string& text, Load load) {
  OneFile surroundings(text);
  load("a", surroundings, config::Depth::checked);
  const auto parsed = load("a", surroundings, config::Depth::parsed);
  for (const auto& error : parsed.errors) error.render();
  if (!parsed.is_good()) return;
  const std::string printed = config::print_configuration(parsed.value);
  OneFile again(printed);
  const auto reread = load("a", again, config::Depth::parsed);
  if (!reread.is_good() || config::print_configuration(reread.value) != printed) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  // One program for each input, so that runs stay short; the Director, which has most of the language, for half of them.
  switch (size % 6) {
    case 0: read_and_print(text, config::load_storage); break;
    case 1: read_and_print(text, config::load_file_daemon); break;
    case 2: read_and_print(text, config::load_console); break;
    default: read_and_print(text, config::load_director);
  }
  return 0;
}
