/* Runs a bundle's library on a bare core: its self-test, then how deep the stack of each function goes. */
#include "neai_selftest.h"

#define PAINT 0xa5a5a5a5u
#define ROOM_WORDS 1024
#define LEARNS 30

uint32_t probe_in[1];
/* result of the self-test; bytes of stack used by initialize, learn, detect */
uint32_t probe_out[4];
static float buffer[BUFFER_SIZE * NB_AXES];

typedef uint8_t (*function)(float data[]);

static uint8_t initialize(float data[])
{
    (void)data;
    return NanoEdgeAI_initialize();
}

__attribute__((noinline)) static uint32_t stack_used(function call)
{
    volatile uint32_t *sp;
    __asm__ volatile("mov %0, sp" : "=r"(sp));
    for (int i = 1; i <= ROOM_WORDS; i++) {
        sp[-i] = PAINT;
    }
    call(buffer);
    uint32_t deepest = 0;
    for (int i = 1; i <= ROOM_WORDS; i++) {
        if (sp[-i] != PAINT) {
            deepest = (uint32_t)i;
        }
    }
    return 4u * deepest;
}

int main(void)
{
    probe_out[0] = (uint32_t)neai_selftest(buffer);
    probe_out[1] = stack_used(initialize);
    uint32_t noise = 1;
    for (int n = 0; n < LEARNS; n++) {
        for (int i = 0; i < BUFFER_SIZE * NB_AXES; i++) {
            noise = noise * 1664525u + 1013904223u;
            buffer[i] = (float)(noise >> 16);
        }
        function step = n < NEAI_DETECT_FLOOR ? NanoEdgeAI_learn : NanoEdgeAI_detect;
        uint32_t used = stack_used(step);
        uint32_t *most = &probe_out[n < NEAI_DETECT_FLOOR ? 2 : 3];
        if (used > *most) {
            *most = used;
        }
    }
    __asm__ volatile("bkpt 0x2a" : : "r"(probe_in[0]));
    return 0;
}
