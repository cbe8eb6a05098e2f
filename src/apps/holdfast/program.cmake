# SPDX-License-Identifier: AGPL-3.0-or-later
file(GLOB holdfast_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.cpp)
holdfast_program(holdfast
  SOURCES ${holdfast_sources}
  USES apps_common console os
  LINKS bconsole bconsole-unsafe)
