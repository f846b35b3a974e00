#include "stack.h"

#define PAINT 0xC5C5C5C5u

/* Left unpainted below the frame of whoever paints. */
#define MARGIN_WORDS 16u

void stack_paint(void)
{
    uint32_t *const frame = (uint32_t *)__builtin_frame_address(0);
    for (volatile uint32_t *word = stack_bottom; word < frame - MARGIN_WORDS; word++) {
        *word = PAINT;
    }
}

uint32_t stack_high_water(void)
{
    const volatile uint32_t *word = stack_bottom;
    while (word < stack_top && *word == PAINT) {
        word++;
    }
    return (uint32_t)(stack_top - word) * 4u;
}
