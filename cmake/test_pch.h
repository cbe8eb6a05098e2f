// SPDX-License-Identifier: AGPL-3.0-or-later
#include "pch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
