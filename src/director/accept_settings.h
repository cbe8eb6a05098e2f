// SPDX-License-Identifier: AGPL-3.0-or-later
#pragma once

#include <memory>

#include "config/director_resources.h"
#include "transport/accept.h"

namespace holdfast::director {

/// Who may connect to a Director with this configuration: the default console with the Director's password,
/// consoles with a resource of their own, clients that may connect by themselves. Throws Error{invalid} for TLS files that cannot be used.
std::shared_ptr<const transport::AcceptSettings> make_accept_settings(
    std::shared_ptr<const config::DirectorConfiguration> configuration);

}  // namespace holdfast::director
