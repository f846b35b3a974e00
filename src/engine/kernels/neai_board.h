/* Of a library that is limited to certain boards: is this chip one of theirs? */
#ifndef NEAI_BOARD_H
#define NEAI_BOARD_H

#include <stdint.h>

/** A chip that the library may run on. */
typedef struct {
    /** DEV_ID, the low 12 bits of DBGMCU_IDCODE. */
    uint32_t device_id;
    /** CPUID of chips whose software reads 0 in place of DEV_ID (an erratum), or 0. */
    uint32_t hidden_on_cpuid;
} neai_device;

/** A bit that lets software read DBGMCU_IDCODE where the register has a clock of its own. */
typedef struct {
    uint32_t address;
    uint32_t mask;
} neai_debug_clock;

extern const neai_device neai_devices[];
extern const uint32_t neai_device_count;
extern const neai_debug_clock neai_debug_clocks[];
extern const uint32_t neai_debug_clock_count;

/** DBGMCU_IDCODE of this chip, or 0. On a computer: a weak function that answers 0, for tests to replace. */
uint32_t neai_device_id(void);

/** Nonzero when this chip is one of the library's. */
int neai_board_is_allowed(void);

#endif
