# SPDX-License-Identifier: AGPL-3.0-or-later
file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.cpp)
holdfast_program(holdfast-volume
  SOURCES ${sources}
  USES apps_common volumes archive catalog jobs
  LINKS bls bextract bscrypto bcopy bscan btape)
