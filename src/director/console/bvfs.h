// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "catalog/bvfs_catalog.h"
#include "director/console/command.h"

// What the .bvfs_ commands have in common (interop 09, section 13).
namespace holdfast::director::console::bvfs {

inline constexpr std::string_view missing_arguments = "Can't find jobid, pathid or path argument\n";
inline constexpr std::string_view unauthorized = "Unauthorized command from this console.\n";

/// "1,2"; empty where it is anything else.
template <typename Number>
std::optional<std::vector<Number>> parse_list(std::string_view text) {
  std::vector<Number> numbers;
  for (const std::string_view part : split(text, ',')) {
    const auto number = parse_number<Number>(part);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  return numbers;
}

/// Whether this console may see the job and its client.
bool may_see(const Command& command, catalog::Catalog& catalog, JobId job);

/// What `jobid=` names without those that this console may not see. Empty where none is left or it is no list; the
/// console was told.
std::vector<JobId> permitted_jobs(Command& command, catalog::Catalog& catalog, std::string_view list);

/// The page of a listing.
struct Page {
  std::int64_t limit = 2000;
  std::int64_t offset = 0;
};
Page page_of(const Command& command);

/// Gives a file's attributes as JSON. Names of accounts are those of this machine.
class Attributes {
 public:
  /// "stat", then "linkfileindex" where wanted.
  enum class LinkFileIndex { left_out, given };
  void give(Output& out, std::string_view packed, LinkFileIndex link);

 private:
  const std::string& user(std::uint32_t id);
  const std::string& group(std::uint32_t id);

  std::map<std::uint32_t, std::string> users_, groups_;
};

}  // namespace holdfast::director::console::bvfs
