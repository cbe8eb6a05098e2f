# SPDX-License-Identifier: AGPL-3.0-or-later
file(GLOB holdfast_tools_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.cpp)
holdfast_program(holdfast-tools
  SOURCES ${holdfast_tools_sources}
  USES apps_common archive catalog jobs net
  LINKS bregex bwild btestls bareos-dbcheck dbcheck bsmtp)
