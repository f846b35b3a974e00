/*
 * Registers of the Cortex-M core itself, at the same address on every part.
 * Source: ARMv7-M Architecture Reference Manual (DDI 0403), parts B3 (system address map) and C1 (debug). ARMv6-M (DDI
 * 0419) and ARMv8-M (DDI 0553) have what is used here at the same places; ARMv6-M has no fault status registers, no FPU
 * and no cycle counter.
 */
#ifndef CORTEX_M_CORE_H
#define CORTEX_M_CORE_H

#include <stdint.h>

#define REG32(address) (*(volatile uint32_t *)(uintptr_t)(address))

#define SCB_ICSR REG32(0xE000ED04u)
#define SCB_VTOR REG32(0xE000ED08u)
#define SCB_AIRCR REG32(0xE000ED0Cu)
#define SCB_SCR REG32(0xE000ED10u)
#define SCB_CFSR REG32(0xE000ED28u)
#define SCB_HFSR REG32(0xE000ED2Cu)
#define SCB_MMFAR REG32(0xE000ED34u)
#define SCB_BFAR REG32(0xE000ED38u)
#define SCB_CPACR REG32(0xE000ED88u)
#define FPU_FPCCR REG32(0xE000EF34u)
#define NVIC_ISPR(irq) REG32(0xE000E200u + 4u * ((irq) / 32u))
#define NVIC_ICPR(irq) REG32(0xE000E280u + 4u * ((irq) / 32u))

/* SysTick, part B3.3. */
#define SYSTICK_CSR REG32(0xE000E010u)
#define SYSTICK_RVR REG32(0xE000E014u)
#define SYSTICK_CVR REG32(0xE000E018u)
#define SYSTICK_CSR_ENABLE (1u << 0)
#define SYSTICK_CSR_CORE_CLOCK (1u << 2)

#define CORE_DEMCR REG32(0xE000EDFCu)
#define DWT_CTRL REG32(0xE0001000u)
#define DWT_CYCCNT REG32(0xE0001004u)

#define AIRCR_KEY (0x05FAu << 16)
#define AIRCR_SYSRESETREQ (1u << 2)
#define SCR_SEVONPEND (1u << 4)
#define CPACR_FULL_ACCESS_CP10_CP11 (0xFu << 20)
#define FPCCR_ASPEN (1u << 31)
#define FPCCR_LSPEN (1u << 30)
#define DEMCR_TRCENA (1u << 24)
#define DWT_CTRL_CYCCNTENA (1u << 0)

/* Everything written so far has reached its target before the next instruction. */
static inline void core_barrier(void)
{
    __asm__ volatile("dsb\n\tisb" ::: "memory");
}

static inline __attribute__((always_inline)) uintptr_t core_stack_pointer(void)
{
    uintptr_t sp;
    __asm__ volatile("mov %0, sp" : "=r"(sp));
    return sp;
}

/* Sleeps until the event register is set: with SEVONPEND also by an interrupt that becomes pending while it is not
 * enabled. Returns at once, and clears the register, when that happened since the last time. */
static inline void core_wait_for_event(void)
{
    __asm__ volatile("dsb\n\twfe" ::: "memory");
}

/*
 * Takes back a pending interrupt that nobody handles, so that its next request is an event again. Its flags must be down
 * before. Returns non-zero when it stands all the same: a flag has come up again meanwhile. The request has then never
 * gone away, only its coming is an event, and so nothing would end a sleep that began now.
 */
static inline uint32_t core_clear_pending(uint32_t irq)
{
    const uint32_t bit = 1u << (irq % 32u);
    NVIC_ICPR(irq) = bit;
    return NVIC_ISPR(irq) & bit;
}

#endif
