// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "config/storage_resources.h"
#include "device/changer.h"
#include "device/device.h"
#include "device/tape_traits.h"

namespace holdfast::apps {

enum class DeviceType { file, tape, emulated_tape, fifo, dedupable };

/// As configured, else guessed from what its Archive Device is. Throws Error{unsupported} for types we do not have.
DeviceType device_type_of(const config::Device& configured);

/// Where the volumes of a configured device are. Nothing is opened. Throws Error{unsupported} for types we do not have,
/// Error{invalid} for Device Options that make no sense.
std::unique_ptr<device::Drive> make_drive(const config::Device& configured);

/// The robot of an autochanger that has a changer command; throws Error{invalid}.
std::unique_ptr<device::Changer> make_changer(const config::Autochanger& configured);

device::TapeTraits tape_traits(const config::Device& configured);

}  // namespace holdfast::apps
