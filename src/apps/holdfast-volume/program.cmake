# SPDX-License-Identifier: AGPL-3.0-or-later
holdfast_program(holdfast-volume
  SOURCES ${CMAKE_CURRENT_LIST_DIR}/main.cpp ${CMAKE_CURRENT_LIST_DIR}/source.cpp
          ${CMAKE_CURRENT_LIST_DIR}/list.cpp ${CMAKE_CURRENT_LIST_DIR}/extract.cpp
  USES apps_common volumes archive
  LINKS bls bextract)
