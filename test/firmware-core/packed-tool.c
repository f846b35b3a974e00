/*
 * The decoder of packed samples on two pipes. In: lines of hexadecimal digits, each with a first byte that says how many
 * bytes are fed at a time, and the packed samples behind it. Out: the words of the samples, or "refused" and the code.
 */
#include <stdio.h>

#include "packed.h"
#include "protocol.h"

#define MOST_SAMPLES 4096u
#define MOST_BYTES 65536u

static int digit(int c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

int main(void)
{
    static float input[MOST_SAMPLES];
    static uint8_t bytes[MOST_BYTES];
    uint32_t count = 0u;
    int high = -1;
    int c;
    while ((c = getchar()) != EOF) {
        if (c != '\n') {
            if (high < 0) {
                high = digit(c);
            } else if (count < MOST_BYTES) {
                bytes[count++] = (uint8_t)(high << 4 | digit(c));
                high = -1;
            }
            continue;
        }
        packed_t packed;
        packed_begin(&packed, input, MOST_SAMPLES);
        for (uint32_t at = 1u; at < count; at += bytes[0]) {
            packed_feed(&packed, &bytes[at], count - at < bytes[0] ? count - at : bytes[0]);
        }
        const uint8_t refusal = packed_end(&packed);
        if (refusal != REFUSE_NOTHING) {
            printf("refused %u", (unsigned)refusal);
        } else {
            for (uint32_t i = 0; i < packed.samples; i++) {
                union {
                    float real;
                    uint32_t word;
                } value = {.real = input[i]};
                printf("%08x", (unsigned)value.word);
            }
        }
        puts("");
        count = 0u;
    }
    return 0;
}
