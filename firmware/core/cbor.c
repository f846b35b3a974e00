#include "cbor.h"

#include <string.h>

enum { MAJOR_UINT = 0, MAJOR_BYTES = 2, MAJOR_TEXT = 3, MAJOR_ARRAY = 4, MAJOR_TAG = 6 };
/* RFC 8746: little-endian float32 array. */
#define TAG_SAMPLES 85u
#define TAG_PACKED_SAMPLES PROTOCOL_TAG_PACKED_SAMPLES
#define MAX_TEXT 32u

/* ---- writing ---- */

static void put(cbor_writer_t *w, uint8_t byte)
{
    if (w->count < w->max) {
        w->bytes[w->count] = byte;
    }
    w->count++;
}

static void put_head(cbor_writer_t *w, uint8_t major, uint32_t argument)
{
    uint8_t first = (uint8_t)(major << 5);
    uint32_t size = 0u;
    if (argument < 24u) {
        put(w, (uint8_t)(first | argument));
    } else if (argument < 0x100u) {
        put(w, first | 24u);
        size = 1u;
    } else if (argument < 0x10000u) {
        put(w, first | 25u);
        size = 2u;
    } else {
        put(w, first | 26u);
        size = 4u;
    }
    while (size > 0u) {
        size--;
        put(w, (uint8_t)(argument >> (8u * size)));
    }
}

void cbor_array(cbor_writer_t *w, uint32_t items)
{
    put_head(w, MAJOR_ARRAY, items);
}

void cbor_uint(cbor_writer_t *w, uint32_t value)
{
    put_head(w, MAJOR_UINT, value);
}

static void put_string(cbor_writer_t *w, uint8_t major, const uint8_t *bytes, uint32_t count)
{
    put_head(w, major, count);
    for (uint32_t i = 0; i < count; i++) {
        put(w, bytes[i]);
    }
}

void cbor_bytes(cbor_writer_t *w, const uint8_t *bytes, uint32_t count)
{
    put_string(w, MAJOR_BYTES, bytes, count);
}

void cbor_text(cbor_writer_t *w, const char *text)
{
    uint32_t count = 0u;
    while (count < MAX_TEXT && text[count] != '\0') {
        count++;
    }
    put_string(w, MAJOR_TEXT, (const uint8_t *)text, count);
}

/* ---- reading ---- */

enum {
    WANT_ARRAY,
    WANT_FIELD,
    WANT_SAMPLE_BYTES, /* the byte string after tag 85 */
    WANT_PACKED_BYTES, /* the byte string after the tag of packed samples */
    IN_BYTES,
    IN_SAMPLES,
    IN_PACKED,
    COMPLETE
};

void request_begin(request_t *r, const char *fields, float *input, uint32_t input_samples)
{
    memset(r, 0, sizeof *r);
    r->fields = fields;
    r->input = (uint8_t *)input;
    r->input_bytes = input_samples * 4u;
    packed_begin(&r->packed, input, input_samples);
    r->state = WANT_ARRAY;
}

static void refuse(request_t *r, uint8_t refusal)
{
    if (r->refusal == REFUSE_NOTHING) {
        r->refusal = refusal;
    }
}

static void next_field(request_t *r)
{
    r->field++;
    r->state = r->fields[r->field] == '\0' ? COMPLETE : WANT_FIELD;
}

static void begin_bytes(request_t *r)
{
    r->left = r->argument;
    r->byte_count = r->argument;
    r->state = IN_BYTES;
    if (r->left == 0u) {
        next_field(r);
    }
}

static void begin_samples(request_t *r)
{
    if (r->argument > r->input_bytes) {
        refuse(r, REFUSE_TOO_LARGE);
    } else if ((r->argument & 3u) != 0u) {
        refuse(r, REFUSE_WRONG_LENGTH);
    }
    r->left = r->argument;
    r->sample_count = r->argument / 4u;
    r->state = IN_SAMPLES;
    if (r->left == 0u) {
        next_field(r);
    }
}

static void end_packed(request_t *r)
{
    uint8_t refusal = packed_end(&r->packed);
    if (refusal != REFUSE_NOTHING) {
        refuse(r, refusal);
        return;
    }
    r->sample_count = r->packed.samples;
    next_field(r);
}

static void begin_packed(request_t *r)
{
    r->left = r->argument;
    r->state = IN_PACKED;
    if (r->left == 0u) {
        end_packed(r);
    }
}

/* A head is complete: major type and argument are known. */
static void take_head(request_t *r)
{
    uint8_t major = r->head >> 5;
    if (r->state == WANT_ARRAY) {
        if (major != MAJOR_ARRAY) {
            refuse(r, REFUSE_WRONG_TYPE);
        } else if (r->argument != strlen(r->fields)) {
            refuse(r, REFUSE_WRONG_LENGTH);
        }
        r->state = r->fields[0] == '\0' ? COMPLETE : WANT_FIELD;
        return;
    }
    if (r->state == WANT_SAMPLE_BYTES || r->state == WANT_PACKED_BYTES) {
        if (major != MAJOR_BYTES) {
            refuse(r, REFUSE_WRONG_TYPE);
        } else if (r->state == WANT_SAMPLE_BYTES) {
            begin_samples(r);
        } else {
            begin_packed(r);
        }
        return;
    }
    char kind = r->fields[r->field];
    if (kind == 'u' && major == MAJOR_UINT) {
        r->uints[r->field] = r->argument;
        next_field(r);
    } else if (kind == 'b' && major == MAJOR_BYTES) {
        begin_bytes(r);
    } else if (kind == 's' && major == MAJOR_TAG && r->argument == TAG_SAMPLES) {
        r->state = WANT_SAMPLE_BYTES;
    } else if (kind == 's' && major == MAJOR_TAG && r->argument == TAG_PACKED_SAMPLES) {
        r->state = WANT_PACKED_BYTES;
    } else {
        refuse(r, REFUSE_WRONG_TYPE);
    }
}

static void begin_head(request_t *r, uint8_t byte)
{
    uint8_t info = byte & 0x1fu;
    r->head = byte;
    r->head_left = 0u;
    r->argument = info;
    if (info >= 24u) {
        if (info > 26u) { /* 64 bits, reserved, or of indefinite length: nothing here needs them */
            refuse(r, REFUSE_MALFORMED);
            return;
        }
        r->head_size = (uint8_t)(1u << (info - 24u));
        r->head_left = r->head_size;
        r->argument = 0u;
        return;
    }
    take_head(r);
}

static void continue_head(request_t *r, uint8_t byte)
{
    r->argument = r->argument << 8 | byte;
    r->head_left--;
    if (r->head_left > 0u) {
        return;
    }
    uint32_t shorter = r->head_size == 1u ? 24u : (r->head_size == 2u ? 0x100u : 0x10000u);
    if (r->argument < shorter) { /* a shorter head would have done */
        refuse(r, REFUSE_MALFORMED);
        return;
    }
    take_head(r);
}

/* Bytes of a string, as many as the unit holds; returns how many it took. */
static uint32_t feed_string(request_t *r, const uint8_t *bytes, uint32_t count)
{
    const uint32_t piece = count < r->left ? count : r->left;
    if (r->state == IN_SAMPLES) {
        memcpy(&r->input[r->written], bytes, piece);
        r->written += piece;
    } else if (r->state == IN_PACKED) {
        packed_feed(&r->packed, bytes, piece);
    } else if (piece < r->left) {
        refuse(r, REFUSE_TOO_LARGE);
    } else {
        r->bytes = bytes;
    }
    r->left -= piece;
    if (r->left == 0u) {
        if (r->state == IN_PACKED) {
            end_packed(r);
        } else {
            next_field(r);
        }
    }
    return piece;
}

void request_feed(request_t *r, const uint8_t *bytes, uint32_t count)
{
    uint32_t at = 0u;
    while (at < count && r->refusal == REFUSE_NOTHING) {
        if (r->state == IN_SAMPLES || r->state == IN_BYTES || r->state == IN_PACKED) {
            at += feed_string(r, &bytes[at], count - at);
        } else if (r->head_left > 0u) {
            continue_head(r, bytes[at++]);
        } else if (r->state == COMPLETE) {
            refuse(r, REFUSE_WRONG_LENGTH);
        } else {
            begin_head(r, bytes[at++]);
        }
    }
}

uint8_t request_end(const request_t *r)
{
    if (r->refusal != REFUSE_NOTHING) {
        return r->refusal;
    }
    return r->state == COMPLETE ? REFUSE_NOTHING : REFUSE_WRONG_LENGTH;
}
