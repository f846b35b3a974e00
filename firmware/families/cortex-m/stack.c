#include "stack.h"

#include "core.h"
#include "hal.h"

#define PAINT 0xC5C5C5C5u

/* Deepest use in bytes until the last mark painted it over. */
static uint32_t deepest_before;
/* Stack pointer of whoever set the last mark. */
static const uint32_t *marked;

/* Nothing below the stack pointer is in use: no handler of an interrupt ever returns here. */
static inline __attribute__((always_inline)) void paint(volatile uint32_t *from)
{
    const volatile uint32_t *const free_below = (const volatile uint32_t *)core_stack_pointer();
    while (from < free_below) {
        *from++ = PAINT;
    }
}

/* Four words at a time: this runs with every command. */
static uint32_t *lowest_used(void)
{
    uint32_t *word = stack_bottom;
    __asm__ volatile("" ::: "memory");
    while (word + 4 <= stack_top && (word[0] & word[1] & word[2] & word[3]) == PAINT &&
           (word[0] | word[1] | word[2] | word[3]) == PAINT) {
        word += 4;
    }
    while (word < stack_top && *word == PAINT) {
        word++;
    }
    return word;
}

static uint32_t depth_of(const uint32_t *word)
{
    return (uint32_t)(stack_top - word) * 4u;
}

void stack_paint(void)
{
    paint(stack_bottom); /* before there are variables: nothing else is written here */
}

uint32_t stack_high_water(void)
{
    const uint32_t now = depth_of(lowest_used());
    return now > deepest_before ? now : deepest_before;
}

void hal_stack_mark(void)
{
    uint32_t *const lowest = lowest_used();
    const uint32_t now = depth_of(lowest);
    deepest_before = now > deepest_before ? now : deepest_before;
    marked = (const uint32_t *)__builtin_dwarf_cfa();
    paint(lowest);
}

void hal_stack_used(uint32_t *total, uint32_t *below_caller)
{
    const uint32_t *const lowest = lowest_used();
    *total = depth_of(lowest);
    *below_caller = lowest < marked ? (uint32_t)(marked - lowest) * 4u : 0u;
}
