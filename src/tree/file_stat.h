// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

// Files as a backup sees them: reading every kind of file with its names, times, owners and extended
// attributes (FileSource), and making them again (FileTarget). The real file system and memory implement
// both. What is saved and in which form is the business of archive.

#include "os/file_flags.h"
#include "os/file_stat.h"
#include "os/xattr.h"

namespace holdfast::tree {

/// What one operation on one file gives, or the system's reason why not; callers report it and go on.
template <typename T>
using Outcome = os::Outcome<T>;

using Kind = os::FileKind;
using os::ExtendedAttribute;
using os::ExtendedAttributes;
using os::FileStat;
using os::Timestamp;

}  // namespace holdfast::tree
