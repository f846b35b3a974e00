/* The command `trace`. */
#include "cbor.h"
#include "hal.h"
#include "library.h"
#include "session.h"
#include "trace.h"

uint8_t handle_trace(const request_t *request, cbor_writer_t *answer, uint32_t *detail);

#ifdef NEAI_TRACE_WORDS

#include <string.h>

#include "neai_trace.h"

#define HEAD_WORDS 3u

static uint32_t tape[NEAI_TRACE_WORDS];
static uint32_t tape_words;

static void keep(uint32_t stage, const float *output, uint32_t length)
{
    uint32_t room = NEAI_TRACE_WORDS - tape_words;
    if (room < HEAD_WORDS) {
        return;
    }
    uint32_t kept = length <= room - HEAD_WORDS ? 1u : 0u;
    tape[tape_words] = stage;
    tape[tape_words + 1u] = length;
    tape[tape_words + 2u] = kept;
    tape_words += HEAD_WORDS;
    if (kept != 0u) {
        memcpy(&tape[tape_words], output, sizeof tape[0] * length);
        tape_words += length;
    }
}

void trace_begin(void)
{
    tape_words = 0u;
    neai_trace_stage = keep;
}

uint8_t handle_trace(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    uint32_t offset = request->uints[0];
    if (offset > tape_words) {
        *detail = tape_words;
        return REFUSE_OUT_OF_RANGE;
    }
    uint32_t count = tape_words - offset;
    if (count > PROTOCOL_KNOWLEDGE_CHUNK_BYTES / 4u) {
        count = PROTOCOL_KNOWLEDGE_CHUNK_BYTES / 4u;
    }
    cbor_array(answer, 4u);
    cbor_uint(answer, tape_words);
    cbor_uint(answer, neai_trace_distance_bits);
    cbor_uint(answer, neai_trace_score_bits);
    cbor_bytes(answer, (const uint8_t *)&tape[offset], 4u * count);
    return REFUSE_NOTHING;
}

#else

uint8_t handle_trace(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    (void)request;
    (void)answer;
    (void)detail;
    return REFUSE_UNSUPPORTED;
}

#endif
