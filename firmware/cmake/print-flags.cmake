# cmake -DNEAI_CORE=cortex-m4 [-DNEAI_PART=core|language] -P print-flags.cmake
# Prints the compiler and then one flag a line on standard output, for whoever compiles without CMake; with NEAI_PART the
# flags of core and ABI alone, or those of language and arithmetic.
include(${CMAKE_CURRENT_LIST_DIR}/flags.cmake)
neai_core_compiler("${NEAI_CORE}" compiler)
neai_core_flags("${NEAI_CORE}" core_flags)
if(NEAI_PART STREQUAL "core")
    set(lines ${core_flags})
elseif(NEAI_PART STREQUAL "language")
    set(lines ${NEAI_LANGUAGE_FLAGS})
else()
    set(lines ${compiler} ${core_flags} ${NEAI_LANGUAGE_FLAGS} ${NEAI_WARNING_FLAGS})
endif()
foreach(line IN LISTS lines)
    execute_process(COMMAND ${CMAKE_COMMAND} -E echo "${line}")
endforeach()
