// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include "config/file_set.h"
#include "config/value_reader.h"

namespace holdfast::config {

/// Reads an Options block behind its keyword, up to and including the closing brace.
void read_file_set_options(ValueReader& from, FileSetOptions& options);

/// Appends "    Options { ... }\n".
void print_file_set_options(std::string& to, const FileSetOptions& options);

}  // namespace holdfast::config
