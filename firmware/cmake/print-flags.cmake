# cmake -DNEAI_CORE=cortex-m4 -P print-flags.cmake
# Prints the compiler and then one flag a line on standard output, for whoever compiles without CMake.
include(${CMAKE_CURRENT_LIST_DIR}/flags.cmake)
neai_core_compiler("${NEAI_CORE}" compiler)
neai_core_flags("${NEAI_CORE}" core_flags)
foreach(line IN ITEMS ${compiler} ${core_flags} ${NEAI_LANGUAGE_FLAGS} ${NEAI_WARNING_FLAGS})
    execute_process(COMMAND ${CMAKE_COMMAND} -E echo "${line}")
endforeach()
