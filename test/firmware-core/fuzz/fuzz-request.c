/*
 * libFuzzer: the decoder of requests, with the fields of every command. First byte: which command; second: bytes of a
 * unit, for requests arrive in pieces. The input buffer is the heap's, so that one value too many is seen.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cbor.h"

#define INPUT_SAMPLES 96u

#define FIELDS(name, id, read, fields) fields,
static const char *const SHAPES[] = {PROTOCOL_COMMANDS(FIELDS) PROTOCOL_RESERVED_COMMANDS(FIELDS)};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2u || size > 65536u) {
        return 0;
    }
    const char *shape = SHAPES[data[0] % (sizeof SHAPES / sizeof SHAPES[0])];
    const uint32_t piece = 1u + data[1];
    const uint32_t count = (uint32_t)size - 2u;
    float *input = malloc(INPUT_SAMPLES * sizeof *input);
    if (input == 0) {
        return 0;
    }
    request_t request;
    request_begin(&request, shape, input, INPUT_SAMPLES);
    for (uint32_t at = 0; at < count; at += piece) {
        const uint32_t bytes = count - at < piece ? count - at : piece;
        /* Each unit stands at its end of the heap: a look behind it is seen. */
        uint8_t *unit = malloc(bytes);
        if (unit == 0) {
            break;
        }
        memcpy(unit, &data[2u + at], bytes);
        request_feed(&request, unit, bytes);
        if (request.refusal == REFUSE_NOTHING && request.byte_count > 0u && request.bytes != 0 &&
            request.bytes >= unit && request.bytes < unit + bytes) {
            volatile uint8_t last = request.bytes[request.byte_count - 1u];
            (void)last;
        }
        free(unit);
    }
    if (request_end(&request) == REFUSE_NOTHING && request.sample_count > INPUT_SAMPLES) {
        abort();
    }
    free(input);
    return 0;
}
