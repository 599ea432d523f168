# The few commands of ESP-IDF's build system that a project of edgekws uses, for this machine.
# OPTIONS names a file that sets the CONFIG_ variables, which ESP-IDF takes from Kconfig.

include(${OPTIONS})
set(HOST_DIR ${CMAKE_CURRENT_LIST_DIR})

function(idf_component_register)
  cmake_parse_arguments(ARG "" "" "SRCS;INCLUDE_DIRS;REQUIRES;PRIV_REQUIRES" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "unknown: ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  get_filename_component(name ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  add_library(__idf_${name} STATIC ${ARG_SRCS})
  target_include_directories(__idf_${name} PUBLIC ${ARG_INCLUDE_DIRS})
  foreach(other ${ARG_REQUIRES} ${ARG_PRIV_REQUIRES})
    target_link_libraries(__idf_${name} PRIVATE __idf_${other})
  endforeach()
  set(COMPONENT_LIB __idf_${name} PARENT_SCOPE)
endfunction()

macro(project name)
  _project(${name} C)
  file(GLOB components ${CMAKE_CURRENT_SOURCE_DIR}/components/*)
  foreach(component ${components} ${CMAKE_CURRENT_SOURCE_DIR}/main)
    add_subdirectory(${component})
  endforeach()
  add_executable(program ${HOST_DIR}/start.c)
  target_link_libraries(program PRIVATE __idf_main)
endmacro()
