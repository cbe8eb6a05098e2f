// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <cstdio>
#include <memory>
#include <string>
#include <string_view>

namespace holdfast::console {

/// Where a console's output goes: the terminal, a file, or both (`@output`, `@tee`).
class Printer {
 public:
  explicit Printer(std::FILE* screen) : screen_(screen) {}

  enum class Also { file_only, screen_too };

  void print(std::string_view text);
  void flush();
  /// Empty where it worked, else the reason. `mode` as for fopen.
  std::string open_file(const std::string& path, const std::string& mode, Also also);
  void close_file() { file_.reset(); }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::FILE* screen_;
  std::unique_ptr<std::FILE, Close> file_;
  bool screen_too_ = true;
};

}  // namespace holdfast::console
