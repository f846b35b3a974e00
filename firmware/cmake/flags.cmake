# The only place of the project that spells compiler flags. Firmware, generated libraries and the parity tests
# include this file; src/host/toolchain.ts reads it through print-flags.cmake.
#
#   NEAI_CORES            names of the cores, `host` among them
#   NEAI_LANGUAGE_FLAGS   language, optimisation and arithmetic: the same on every core, or results differ
#   NEAI_WARNING_FLAGS    every warning is an error
#   NEAI_LINK_FLAGS       of a firmware image
#   neai_core_flags(core out)      -mcpu and FPU flags of a core
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

function(neai_core_flags core out)
    if(core STREQUAL "cortex-m0")
        set(flags -mcpu=cortex-m0 -mthumb -mfloat-abi=soft)
    elseif(core STREQUAL "cortex-m0plus")
        set(flags -mcpu=cortex-m0plus -mthumb -mfloat-abi=soft)
    elseif(core STREQUAL "cortex-m3")
        set(flags -mcpu=cortex-m3 -mthumb -mfloat-abi=soft)
    elseif(core STREQUAL "cortex-m4")
        set(flags -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16)
    elseif(core STREQUAL "cortex-m7")
        # Single precision also where the part has a double unit: one build serves every M7.
        set(flags -mcpu=cortex-m7 -mthumb -mfloat-abi=hard -mfpu=fpv5-sp-d16)
    elseif(core STREQUAL "cortex-m33")
        set(flags -mcpu=cortex-m33 -mthumb -mfloat-abi=hard -mfpu=fpv5-sp-d16)
    elseif(core STREQUAL "host")
        set(flags "")
    else()
        message(FATAL_ERROR "unknown core '${core}', known are: ${NEAI_CORES}")
    endif()
    set(${out} ${flags} PARENT_SCOPE)
endfunction()

function(neai_core_compiler core out)
    if(core STREQUAL "host")
        set(${out} gcc PARENT_SCOPE)
    else()
        set(${out} arm-none-eabi-gcc PARENT_SCOPE)
    endif()
endfunction()
