// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/change_watch.h"

#include <fmt/core.h>

#include "archive/metadata.h"
#include "base/text.h"

namespace holdfast::archive {

namespace {

/// Who wrote to a file a moment ago may well go on.
constexpr std::int64_t moment = 2;  // seconds

/// A write stamps the file once, when it begins; then it copies, and may have to wait for a processor or for the disk.
constexpr std::uint32_t longest_write = 100'000'000;  // nanoseconds

/// The earliest beginning of a write that may still have gone on at `time`.
tree::Timestamp beginning_of_writes_at(tree::Timestamp time) {
  if (time.nanoseconds < longest_write) {
    --time.seconds;
    time.nanoseconds += 1'000'000'000;
  }
  time.nanoseconds -= longest_write;
  return time;
}

}  // namespace

bool ChangeWatch::must_look_again(const tree::FileStat& opened) const {
  const auto age = begun_.seconds - opened.modification.seconds;
  return blocks_ > 1 || (age >= -moment && age <= moment);
}

bool ChangeWatch::has_changed(const tree::FileStat& opened, const tree::Outcome<tree::FileStat>& now) const {
  if (!now || now->modification != opened.modification || now->size != opened.size) return true;
  // One that was written to since we began may have been before it was opened, or after: times of files stand still for some
  // milliseconds. A write that began shortly before may have gone on since.
  return now->modification >= beginning_of_writes_at(begun_) && now->modification <= os::file_time();
}

void ChangeWatch::finish(const selection::Found& found, const tree::FileStat& opened,
                         tree::ReadableFile& file, std::vector<Notice>& notices) const {
  if (opened.kind() != tree::Kind::regular) return;
  if (found.options->check_changes) {
    for (auto& change : changes(found.path, opened, file.stat())) notices.push_back(std::move(change));
    return;
  }
  if (is_longer_ || (must_look_again(opened) && has_changed(opened, file.stat())))
    notices.push_back(
        {MessageType::warning,
         fmt::format("     File \"{}\" changed while it was read: what is saved may be a mixture",
                     printable(found.path)),
         Notice::Weight::notice});
}

}  // namespace holdfast::archive
