# How every target of the project is made: C++20, warnings as errors, includes from the source root.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(VITALD_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")
option(VITALD_COVERAGE "Instrument for gcov" OFF)

include(GNUInstallDirs)

find_program(VITALD_CCACHE ccache)
if(VITALD_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${VITALD_CCACHE})
endif()

add_library(vitald_options INTERFACE)
target_include_directories(vitald_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(vitald_options INTERFACE -Wall -Wextra -Wconversion -Wshadow)
if(NOT VITALD_SANITIZE STREQUAL "thread")  # GCC 12's TSan warns on Asio's fences
  target_compile_options(vitald_options INTERFACE -Werror)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")  # GCC 12 says so of Asio's frames where it inlines one half of a pair
  target_compile_options(vitald_options INTERFACE -Wno-mismatched-new-delete)
endif()
if(CMAKE_UNITY_BUILD)  # GCC takes a frame of a coroutine in a file that is included for a type of a header
  target_compile_options(vitald_options INTERFACE -Wno-subobject-linkage)
endif()
if(VITALD_SANITIZE)
  # Line tables are all that a sanitizer's report needs; with -g a build takes half as long again.
  target_compile_options(vitald_options INTERFACE -fsanitize=${VITALD_SANITIZE} -fno-omit-frame-pointer -g1)
  target_link_options(vitald_options INTERFACE -fsanitize=${VITALD_SANITIZE})
  if(VITALD_SANITIZE MATCHES "undefined")
    target_compile_options(vitald_options INTERFACE -fno-sanitize-recover=undefined)
  endif()
endif()
if(VITALD_COVERAGE)
  target_compile_options(vitald_options INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(vitald_options INTERFACE --coverage)
endif()

# vitald_library(<folder with _> SOURCES ... [PUBLIC libs...] [PRIVATE libs...]): one library a folder, named after it.
function(vitald_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_link_libraries(${name} PUBLIC vitald_options ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
endfunction()

# vitald_program(<name> SOURCES ... LIBS ...): an installed program.
function(vitald_program name)
  cmake_parse_arguments(arg "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE vitald_options ${arg_LIBS})
  install(TARGETS ${name} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT ${name})
endfunction()

# vitald_test(<name> SOURCES ... LIBS ... [LABELS ...] [TIMEOUT s]): a Catch2 program that is one CTest test, run from the
# source root. A case that lacks what it needs prints "SKIPPED: reason" and returns: it counts as passed, so that its
# neighbours' failures still show (CTest's SKIP_REGULAR_EXPRESSION would turn the whole program into a skip, failed cases
# included). ./check lists every SKIPPED line at its end.
function(vitald_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LIBS;LABELS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE vitald_options test_support ${arg_LIBS})
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 120)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
endfunction()
