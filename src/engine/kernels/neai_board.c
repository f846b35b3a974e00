/*
 * Reads which chip this is without anybody's help: CPUID (ARMv6-M, v7-M and v8-M ARM, B3.2) tells the core, the core tells
 * where STM32 chips have DBGMCU_IDCODE (reference manuals, "Debug support"): 0x40015800 on Cortex-M0 and M0+, 0xE0042000
 * on M3, M4 and M7, 0xE0044000 on M33. Needs privileged code, as every access to 0xE000xxxx does.
 */
#include "neai_board.h"

#define DEVICE_ID_MASK 0xfffu

#if defined(__arm__)

#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))
#define CPUID REGISTER(0xe000ed00u)
#define SCB_CCR REGISTER(0xe000ed14u)
#define SCB_CFSR REGISTER(0xe000ed28u)
#define CCR_BFHFNMIGN 0x100u
#define CFSR_BUS_FAULT 0xff00u

#if defined(__ARM_ARCH_6M__) || defined(__ARM_ARCH_8M_BASE__)

/* No way to survive a bus fault here; every STM32 with this core has the register. */
static uint32_t read_quietly(uint32_t address)
{
    return REGISTER(address);
}

#else

/* With FAULTMASK and BFHFNMIGN set, reading where nothing is does not fault; it leaves a mark, which is taken away. */
static uint32_t read_quietly(uint32_t address)
{
    uint32_t mask;
    __asm__ volatile("mrs %0, faultmask\n\tcpsid f" : "=r"(mask) : : "memory");
    uint32_t control = SCB_CCR;
    uint32_t before = SCB_CFSR & CFSR_BUS_FAULT;
    SCB_CCR = control | CCR_BFHFNMIGN;
    __asm__ volatile("dsb\n\tisb" : : : "memory");
    uint32_t value = REGISTER(address);
    __asm__ volatile("dsb" : : : "memory");
    uint32_t faults = SCB_CFSR & CFSR_BUS_FAULT & ~before;
    SCB_CFSR = faults;
    SCB_CCR = control;
    __asm__ volatile("dsb\n\tisb\n\tmsr faultmask, %0" : : "r"(mask) : "memory");
    return faults != 0u ? 0u : value;
}

#endif

/* Where the register has a clock of its own, software reads 0 until the clock is on: on for one look, then as before. */
static uint32_t read_with_clock(uint32_t address)
{
    uint32_t value = read_quietly(address);
    for (uint32_t i = 0; value == 0u && i < neai_debug_clock_count; i++) {
        uint32_t clock = neai_debug_clocks[i].address;
        uint32_t before = REGISTER(clock);
        REGISTER(clock) = before | neai_debug_clocks[i].mask;
        /* A clock needs two cycles to arrive; reading back takes them. */
        (void)REGISTER(clock);
        value = read_quietly(address);
        REGISTER(clock) = before;
    }
    return value;
}

uint32_t neai_device_id(void)
{
    switch ((CPUID >> 4) & 0xfffu) {
    case 0xc20u: /* Cortex-M0 */
    case 0xc60u: /* Cortex-M0+ */
        return read_with_clock(0x40015800u);
    case 0xc23u: /* Cortex-M3 */
    case 0xc24u: /* Cortex-M4 */
    case 0xc27u: /* Cortex-M7 */
        return read_quietly(0xe0042000u);
    case 0xd21u: /* Cortex-M33 */
        return read_quietly(0xe0044000u);
    default:
        return 0u;
    }
}

static uint32_t core_id(void)
{
    return CPUID;
}

#else

__attribute__((weak)) uint32_t neai_device_id(void);
uint32_t neai_device_id(void)
{
    return 0u;
}

static uint32_t core_id(void)
{
    return 0u;
}

#endif

int neai_board_is_allowed(void)
{
    uint32_t id = neai_device_id() & DEVICE_ID_MASK;
    for (uint32_t i = 0; i < neai_device_count; i++) {
        const neai_device *device = &neai_devices[i];
        if (id == device->device_id) {
            return 1;
        }
        if (id == 0u && device->hidden_on_cpuid != 0u && device->hidden_on_cpuid == core_id()) {
            return 1;
        }
    }
    return 0;
}
