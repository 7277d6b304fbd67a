# Functions that keep each part's CMakeLists.txt to its list of files. No global flags: what is set here is set
# on the targets made here.

set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()
option(SELFREG_WERROR "Treat warnings as errors (set by the presets)" OFF)
option(SELFREG_STATIC "Link programs fully static (for the images)" OFF)
if(SELFREG_STATIC)
  list(PREPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_LIST_DIR}/static")
  set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
  set(OPENSSL_USE_STATIC_LIBS ON)
  set(Boost_USE_STATIC_LIBS ON)
endif()
# Several sources are compiled as one: the headers, which take most of the time, are read once for all of them.
option(SELFREG_UNITY "Compile each target's sources in batches (presets demo and asan; ci/test in a fresh clone)" OFF)
set(SELFREG_UNITY_BATCH 8 CACHE STRING "Sources in a batch; 0: all of a target's")
# The simulator's tests play years; tests of single parts are compiled more often than they take time.
set(SELFREG_OPTIMIZE "" CACHE STRING "Further optimisation, e.g. -O1, for all but the tests that simulate nothing")
set(SELFREG_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, e.g. address,undefined")

function(selfreg_target_defaults target)
  target_compile_features(${target} PUBLIC cxx_std_23)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF UNITY_BUILD ${SELFREG_UNITY}
                                             UNITY_BUILD_BATCH_SIZE ${SELFREG_UNITY_BATCH})
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wconversion
                                           -Wno-sign-conversion -Wno-missing-field-initializers)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # libstdc++ 12's stable_sort calls its own deprecated get_temporary_buffer, which only clang tells of.
    target_compile_options(${target} PRIVATE -Wno-deprecated-declarations)
  endif()
  if(SELFREG_UNITY)
    # Two warnings that mean nothing where neighbours are one source; the other presets have them.
    target_compile_options(${target} PRIVATE -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # Optimised, g++ 12 takes the member of a std::expected that is not there for an uninitialised one, and sees
    # overlapping copies in operator+ of strings (its bug 105651).
    if(SELFREG_OPTIMIZE OR CMAKE_BUILD_TYPE STREQUAL "Release")
      target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized -Wno-restrict)
    endif()
  endif()
  if(SELFREG_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(SELFREG_SANITIZE)
    target_compile_options(${target} PUBLIC -fsanitize=${SELFREG_SANITIZE} -fno-omit-frame-pointer
                                            -fno-sanitize-recover=all)
    if(SELFREG_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # Asio's fences, which the sanitizer doesn't see; the locks around them it does.
      target_compile_options(${target} PRIVATE -Wno-tsan)
    endif()
    if(SELFREG_SANITIZE MATCHES "undefined" AND SELFREG_SANITIZE MATCHES "address")
      # Checks of every pointer that is followed: half of the compile time, and address finds most of it, too.
      target_compile_options(${target} PUBLIC -fno-sanitize=null,alignment,vptr,object-size)
    endif()
    target_link_options(${target} PUBLIC -fsanitize=${SELFREG_SANITIZE})
  endif()
endfunction()

# selfreg_compile_apart(<file>...): sources of this folder whose file-local names clash with a neighbour's where
# SELFREG_UNITY compiles them together.
function(selfreg_compile_apart)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# selfreg_library(NAME INCLUDE <dir> SOURCES <file>... [PUBLIC <lib>...] [PRIVATE <lib>...])
function(selfreg_library name)
  cmake_parse_arguments(ARG "" "INCLUDE" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  selfreg_target_defaults(${name})
  target_compile_options(${name} PRIVATE ${SELFREG_OPTIMIZE})
  target_include_directories(${name} PUBLIC "${ARG_INCLUDE}")
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
endfunction()

# selfreg_program(NAME SOURCES <file>... LIBS <lib>...)
function(selfreg_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  selfreg_target_defaults(${name})
  target_compile_options(${name} PRIVATE ${SELFREG_OPTIMIZE})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS})
  if(SELFREG_STATIC)
    # The map tells ci/sbom what came from where.
    target_link_options(${name} PRIVATE -static -Wl,--gc-sections "-Wl,-Map=$<TARGET_FILE:${name}>.map")
  endif()
endfunction()

# selfreg_fast_malloc(TARGET...): tcmalloc for programs that spend their time on JSON documents, which are many small
# blocks; glibc's malloc takes a third of such a program's time. Where it isn't installed, and with sanitizers or static
# linking, which bring their own, the program is the same and slower.
function(selfreg_fast_malloc)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(TCMALLOC QUIET IMPORTED_TARGET libtcmalloc_minimal)
  if(NOT TCMALLOC_FOUND OR SELFREG_SANITIZE OR SELFREG_STATIC)
    return()
  endif()
  foreach(target IN LISTS ARGN)
    target_link_libraries(${target} PRIVATE -Wl,--no-as-needed PkgConfig::TCMALLOC -Wl,--as-needed)
  endforeach()
endfunction()

# selfreg_archive_needs(TARGET <lib>...): what the archive of a pkg-config target needs behind it on the link line of a
# static build. A shared library brings that itself, and Debian's pkg-config files don't tell it of the archive.
function(selfreg_archive_needs target)
  if(SELFREG_STATIC)
    # A target of its own, so that CMake knows the order.
    get_target_property(archive ${target} INTERFACE_LINK_LIBRARIES)
    add_library(${target}Archive STATIC IMPORTED)
    set_target_properties(${target}Archive PROPERTIES IMPORTED_LOCATION "${archive}")
    target_link_libraries(${target}Archive INTERFACE ${ARGN})
    set_target_properties(${target} PROPERTIES INTERFACE_LINK_LIBRARIES ${target}Archive)
  endif()
endfunction()

# selfreg_test(NAME LABEL <unit|conformance|e2e|interop|sim|sim-long> SOURCES <file>... LIBS <lib>... [TIMEOUT s] [PREFIX p])
function(selfreg_test name)
  if(NOT BUILD_TESTING)
    return()
  endif()
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT;PREFIX" "SOURCES;LIBS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 60)
  endif()
  find_package(GTest REQUIRED)
  include(GoogleTest)
  add_executable(${name} ${ARG_SOURCES})
  selfreg_target_defaults(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} GTest::gmock GTest::gtest_main)
  if(ARG_LABEL MATCHES "^sim")
    # Of a template that both have the linker takes the test's.
    target_compile_options(${name} PRIVATE ${SELFREG_OPTIMIZE})
  endif()
  if(ARG_LABEL STREQUAL "unit" OR ARG_LABEL STREQUAL "e2e")
    set_property(GLOBAL APPEND PROPERTY SELFREG_SANITIZED_TESTS ${name})
  endif()
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST TEST_PREFIX "${ARG_PREFIX}"
                       PROPERTIES LABELS "${ARG_LABEL}" TIMEOUT ${ARG_TIMEOUT})
endfunction()

option(SELFREG_FUZZ "Build the libFuzzer targets (clang; see the preset fuzz and ci/fuzz)" OFF)
# selfreg_fuzz(NAME SOURCES <file>... LIBS <lib>...): a libFuzzer program BUILD/fuzz/NAME. Its seeds are the files of
# corpus/NAME beside the CMakeLists.txt.
function(selfreg_fuzz name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(fuzz_${name} ${ARG_SOURCES})
  selfreg_target_defaults(fuzz_${name})
  target_link_libraries(fuzz_${name} PRIVATE ${ARG_LIBS})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(fuzz_${name} PROPERTIES OUTPUT_NAME ${name}
                        RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/fuzz")
  if(NOT TARGET fuzz_targets)
    add_custom_target(fuzz_targets)
  endif()
  add_dependencies(fuzz_targets fuzz_${name})
endfunction()

# selfreg_benchmark(NAME SOURCES <file>... LIBS <lib>...): a Google Benchmark program, built with the tests where the
# library is installed. Measure with the preset release.
function(selfreg_benchmark name)
  find_package(benchmark QUIET)
  if(NOT BUILD_TESTING OR NOT benchmark_FOUND)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  selfreg_target_defaults(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LIBS} benchmark::benchmark_main)
endfunction()
