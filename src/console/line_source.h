// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <functional>
#include <istream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::console {

/// Where a console's input comes from. Used by one thread.
class LineSource {
 public:
  virtual ~LineSource() = default;
  /// The next line without its end; empty at the end of the input.
  virtual std::optional<std::string> next(const std::string& prompt) = 0;
  /// Whether lines are to be shown, because nobody saw them being typed.
  virtual bool is_echoed() const = 0;
};

/// A pipe, a file, or a text in a test.
class StreamLines final : public LineSource {
 public:
  explicit StreamLines(std::istream& stream) : stream_(stream) {}
  std::optional<std::string> next(const std::string& prompt) override;
  bool is_echoed() const override { return true; }

 private:
  std::istream& stream_;
};

/// Words that could stand at the end of `line`, whose last `typed` characters they replace.
using Complete = std::function<std::vector<std::string>(const std::string& line, std::size_t typed)>;

/// A terminal with editing, history and completion. One at a time in a process. The history is read from the
/// file at the beginning and written after each line, because Ctrl-C may end the program; a line that was given before
/// is kept once.
class EditedLines final : public LineSource {
 public:
  EditedLines(std::string history_file, std::size_t history_length, Complete complete);
  ~EditedLines() override;
  std::optional<std::string> next(const std::string& prompt) override;
  bool is_echoed() const override { return false; }

 private:
  void remember(const std::string& line);
  void save() const;

  std::string history_file_;
  std::size_t history_length_;
  std::vector<std::string> history_;
};

}  // namespace holdfast::console
