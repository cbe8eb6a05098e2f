# SPDX-License-Identifier: AGPL-3.0-or-later
holdfast_program(holdfast-dir
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/main.cpp ${CMAKE_CURRENT_LIST_DIR}/setup_catalog.cpp
  USES apps_common director
  LINKS bareos-dir)
