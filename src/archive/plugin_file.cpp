// SPDX-License-Identifier: AGPL-3.0-or-later
#include "archive/plugin_file.h"

#include "os/posix_acl.h"

namespace holdfast::archive {

tree::Outcome<void> PluginFile::set_attribute(const std::string& name, Bytes value) {
  if (name == "system.posix_acl_access") {
    extras_.acl = os::acl_text(value).value_or("");
  } else {
    extras_.attributes.push_back({name, to_buffer(value)});
  }
  return {};
}

tree::Outcome<void> PluginFile::write_at(std::uint64_t offset, Bytes data) {
  return outcome_of(target_.write(offset, data));
}

tree::Outcome<void> PluginFile::close() { return outcome_of(target_.finish(extras_)); }

tree::Outcome<void> PluginFile::outcome_of(const plugins::Outcome<void>& outcome) {
  if (outcome) return {};
  failure_ = outcome.error();
  return unexpected(std::make_error_code(std::errc::io_error));
}

}  // namespace holdfast::archive
