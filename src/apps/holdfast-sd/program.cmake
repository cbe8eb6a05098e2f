# SPDX-License-Identifier: AGPL-3.0-or-later
holdfast_program(holdfast-sd
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/main.cpp
  USES apps_common storage
  LINKS bareos-sd)
