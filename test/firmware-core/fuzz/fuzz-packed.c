/*
 * libFuzzer: the decoder of packed samples. First byte: bytes fed at a time. What it makes of the same bytes fed at once
 * must be the same, bit for bit, and nothing may be written behind the samples it tells of.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "packed.h"
#include "protocol.h"

#define INPUT_SAMPLES 128u

static uint8_t unpack(const uint8_t *bytes, uint32_t count, uint32_t piece, float *input, uint32_t *samples)
{
    packed_t packed;
    memset(input, 0xa5, INPUT_SAMPLES * sizeof *input);
    packed_begin(&packed, input, INPUT_SAMPLES);
    for (uint32_t at = 0; at < count; at += piece) {
        packed_feed(&packed, &bytes[at], count - at < piece ? count - at : piece);
    }
    *samples = packed.samples;
    return packed_end(&packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2u || size > 65536u) {
        return 0;
    }
    const uint32_t count = (uint32_t)size - 1u;
    float *whole = malloc(INPUT_SAMPLES * sizeof *whole);
    float *pieces = malloc(INPUT_SAMPLES * sizeof *pieces);
    if (whole != 0 && pieces != 0) {
        uint32_t samples, again;
        const uint8_t refusal = unpack(&data[1], count, count, whole, &samples);
        if (unpack(&data[1], count, 1u + data[0], pieces, &again) != refusal || again != samples ||
            memcmp(whole, pieces, INPUT_SAMPLES * sizeof *whole) != 0) {
            abort();
        }
        if (refusal == REFUSE_NOTHING && (samples == 0u || samples > INPUT_SAMPLES)) {
            abort();
        }
        const uint8_t *bytes = (const uint8_t *)whole;
        for (uint32_t i = samples * 4u; refusal == REFUSE_NOTHING && i < INPUT_SAMPLES * 4u; i++) {
            if (bytes[i] != 0xa5u) {
                abort();
            }
        }
    }
    free(whole);
    free(pieces);
    return 0;
}
