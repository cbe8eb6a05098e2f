// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "config/file_set.h"
#include "config/value_reader.h"

namespace holdfast::config {

/// Reads an Options block behind its keyword, up to and including the closing brace.
void read_file_set_options(ValueReader& from, FileSetOptions& options);

/// The block as it is shown: the options in the order written, with the defaults that are sent (HardLinks, AclSupport,
/// XattrSupport) behind them, then the patterns.
SettingBlock describe_file_set_options(const FileSetOptions& options);

}  // namespace holdfast::config
