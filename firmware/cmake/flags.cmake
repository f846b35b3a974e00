# The only place of the project that spells compiler flags. Firmware, generated libraries and the parity tests
# include this file; src/host/toolchain.ts reads it through print-flags.cmake.
#
#   NEAI_CORES            names of the cores, `host` among them
#   NEAI_LANGUAGE_FLAGS   language, optimisation and arithmetic: the same on every core, or results differ
#   NEAI_WARNING_FLAGS    every warning is an error
#   NEAI_LINK_FLAGS       of a firmware image
#   NEAI_MEASURE_FLAGS    have the compiler write down stack and calls of every function beside its object
#   neai_core_flags(core out)      -mcpu, FPU and ABI flags of a core. NEAI_FLOAT_ABI (hard, softfp, soft), NEAI_SHORT_WCHAR and
#                                  NEAI_SHORT_ENUMS (ON, OFF) change them; unset, the float ABI is hard where there is an
#                                  FPU, and the other two are the compiler's own.
#   neai_core_compiler(core out)   the C compiler of a core

set(NEAI_CORES cortex-m0 cortex-m0plus cortex-m3 cortex-m4 cortex-m7 cortex-m33 host)

# -ffp-contract=off: gcc's default under gnu11 fuses multiply and add where the core can, and the bits then
# differ from core to core. -fno-math-errno makes sqrtf one instruction where there is one.
set(NEAI_LANGUAGE_FLAGS
    -std=c11 -O2 -g
    -ffp-contract=off -fno-fast-math -fno-math-errno
    -fno-common -ffunction-sections -fdata-sections)

# -Wcast-align=strict: word accesses to byte buffers fault on M0, so a cast that raises the alignment is an
# error on every core, also where the compiler knows that the core would forgive it.
set(NEAI_WARNING_FLAGS
    -Werror -Wall -Wextra -Wpedantic
    -Wconversion -Wsign-conversion -Wdouble-promotion -Wcast-align=strict -Wcast-qual
    -Wshadow -Wundef -Wvla -Wformat=2 -Wstrict-prototypes -Wmissing-prototypes)

set(NEAI_LINK_FLAGS
    -nostartfiles --specs=nano.specs
    -Wl,--gc-sections -Wl,--build-id=none -Wl,--orphan-handling=warn -Wl,--fatal-warnings
    -Wl,--no-warn-rwx-segments)

set(NEAI_MEASURE_FLAGS -fcallgraph-info=su)

function(neai_core_flags core out)
    set(fpu "")
    if(core STREQUAL "cortex-m0" OR core STREQUAL "cortex-m0plus" OR core STREQUAL "cortex-m3")
        # no FPU
    elseif(core STREQUAL "cortex-m4")
        set(fpu fpv4-sp-d16)
    elseif(core STREQUAL "cortex-m7" OR core STREQUAL "cortex-m33")
        # Single precision also where the part has a double unit: one build serves every M7.
        set(fpu fpv5-sp-d16)
    elseif(core STREQUAL "host")
        set(${out} "" PARENT_SCOPE)
        return()
    else()
        message(FATAL_ERROR "unknown core '${core}', known are: ${NEAI_CORES}")
    endif()
    if(NEAI_FLOAT_ABI MATCHES "^(hard|softfp)$" AND NOT fpu)
        message(FATAL_ERROR "${core} has no FPU: its float ABI is soft")
    endif()
    if(fpu AND NEAI_FLOAT_ABI STREQUAL "softfp")
        set(flags -mcpu=${core} -mthumb -mfloat-abi=softfp -mfpu=${fpu})
    elseif(fpu AND NOT NEAI_FLOAT_ABI STREQUAL "soft")
        set(flags -mcpu=${core} -mthumb -mfloat-abi=hard -mfpu=${fpu})
    else()
        set(flags -mcpu=${core} -mthumb -mfloat-abi=soft)
    endif()
    foreach(abi wchar enums)
        string(TOUPPER ${abi} name)
        if(NOT DEFINED NEAI_SHORT_${name})
            continue()
        elseif(NEAI_SHORT_${name})
            list(APPEND flags -fshort-${abi})
        else()
            list(APPEND flags -fno-short-${abi})
        endif()
    endforeach()
    set(${out} ${flags} PARENT_SCOPE)
endfunction()

function(neai_core_compiler core out)
    if(core STREQUAL "host")
        set(${out} gcc PARENT_SCOPE)
    else()
        set(${out} arm-none-eabi-gcc PARENT_SCOPE)
    endif()
endfunction()
