// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "archive/protection.h"
#include "config/file_daemon_resources.h"

namespace holdfast::client {

/// Whether backups of this FileSet are encrypted: because the Client resource or the FileSet says so.
bool is_encrypted(const config::FileDaemon& self, const selection::FileSet& files);

/// How a backup of this FileSet is to be protected, with a new session key and the files of keys read anew; null where
/// neither the Client resource nor the FileSet asks for anything. Throws Error where it cannot be protected as it must
/// be; then nothing may be saved.
std::shared_ptr<const archive::Protection> protection_for(const config::FileDaemon& self,
                                                          const selection::FileSet& files);

}  // namespace holdfast::client
