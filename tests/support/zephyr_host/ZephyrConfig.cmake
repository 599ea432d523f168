# The few commands of Zephyr's build system that a module of edgekws and its samples use, for this
# machine. OPTIONS names a file that sets the CONFIG_ variables, which Zephyr takes from Kconfig.

project(Zephyr-Kernel C)
include(${OPTIONS})
add_library(zephyr_interface INTERFACE)
add_executable(app)
target_link_libraries(app PRIVATE zephyr_interface)

macro(zephyr_library_named name)
  set(ZEPHYR_CURRENT_LIBRARY ${name})
  add_library(${name} STATIC)
  target_link_libraries(${name} PRIVATE zephyr_interface)
  target_link_libraries(app PRIVATE ${name})
endmacro()

function(zephyr_library_sources)
  target_sources(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGN})
endfunction()

function(zephyr_library_compile_definitions)
  target_compile_definitions(${ZEPHYR_CURRENT_LIBRARY} PRIVATE ${ARGN})
endfunction()

function(zephyr_include_directories)
  foreach(folder ${ARGN})
    target_include_directories(zephyr_interface INTERFACE ${CMAKE_CURRENT_SOURCE_DIR}/${folder})
  endforeach()
endfunction()

foreach(module ${EXTRA_ZEPHYR_MODULES})
  add_subdirectory(${module} ${CMAKE_BINARY_DIR}/module)
endforeach()
