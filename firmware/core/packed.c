#include "packed.h"

#include <string.h>

#include "protocol.h"

enum { AXES, COUNT, FORM, BASE, STEP, WIDTH, VALUES, DONE };

/* The form of an axis, one byte: what a step count means, how counts follow each other, and the unit's exponent. */
#define FORM_MEANING(form) ((form) & 3u)
enum { DECIMAL = 0, BINARY = 1, WORDS = 2 };
#define FORM_DIFFERENCES 4u
#define FORM_EXPONENT(form) ((form) >> 3)
#define MOST_DECIMALS 10u /* 10^10 is the last power of ten that a float32 holds exactly */
#define BLOCK_VALUES 32u  /* values that have a width in common */
#define WIDTH_BITS 6u

static void fail(packed_t *p, uint8_t refusal)
{
    if (p->failed == REFUSE_NOTHING) {
        p->failed = refusal;
    }
}

void packed_begin(packed_t *p, float *input, uint32_t input_samples)
{
    memset(p, 0, sizeof *p);
    p->to = (uint8_t *)input;
    p->max = input_samples;
}

static void begin_number(packed_t *p, uint32_t state)
{
    p->state = state;
    p->number = 0u;
    p->filled = 0u;
}

/* The value of one step: a power of ten to divide by, or a power of two. */
static void set_unit(packed_t *p)
{
    const uint32_t exponent = FORM_EXPONENT(p->form);
    const uint32_t meaning = FORM_MEANING(p->form);
    const float factor = meaning == DECIMAL ? 10.0f : 2.0f;
    if (meaning > WORDS || (meaning == DECIMAL && exponent > MOST_DECIMALS) || (meaning == WORDS && exponent != 0u)) {
        fail(p, REFUSE_MALFORMED);
        return;
    }
    p->unit = 1.0f;
    for (uint32_t i = 0; i < exponent; i++) {
        p->unit *= factor;
    }
}

static void put_value(packed_t *p, uint32_t count)
{
    uint32_t word = count;
    if (FORM_MEANING(p->form) != WORDS) {
        const float value = (float)(int32_t)count / p->unit;
        memcpy(&word, &value, sizeof word);
    }
    memcpy(&p->to[4u * (p->at * p->axes + p->axis)], &word, sizeof word);
}

static void next_value(packed_t *p)
{
    begin_number(p, VALUES);
    p->at++;
    if (p->at == p->per_axis) {
        p->axis++;
        begin_number(p, p->axis == p->axes ? DONE : FORM);
    } else if (p->at % BLOCK_VALUES == 0u) {
        begin_number(p, WIDTH);
    }
}

static void take_value(packed_t *p)
{
    uint32_t steps = p->number;
    if ((p->form & FORM_DIFFERENCES) != 0u) {
        steps = (steps >> 1) ^ (0u - (steps & 1u)); /* 0, -1, 1, -2 … */
        p->previous += steps * p->step;
        put_value(p, p->previous);
    } else {
        put_value(p, p->base + steps * p->step);
    }
    next_value(p);
}

/* Values of no bits follow from what is known already. */
static void take_empty_values(packed_t *p)
{
    while (p->state == VALUES && p->width == 0u) {
        take_value(p);
    }
}

static void take_count(packed_t *p, uint32_t count)
{
    if (count > p->max) {
        fail(p, REFUSE_TOO_LARGE);
        return;
    }
    while (p->per_axis * p->axes < count) {
        p->per_axis++;
    }
    if (count == 0u || p->per_axis * p->axes != count) {
        fail(p, REFUSE_WRONG_LENGTH);
        return;
    }
    p->samples = count;
    begin_number(p, FORM);
}

static void take_number(packed_t *p)
{
    const uint32_t number = p->number;
    if (p->state == COUNT) {
        take_count(p, number);
    } else if (p->state == BASE) {
        p->base = number;
        p->previous = number;
        begin_number(p, STEP);
    } else {
        p->step = number;
        p->at = 0u;
        begin_number(p, WIDTH);
    }
}

/* Seven bits a byte, the lowest first; the highest bit says that more follow. */
static void feed_number(packed_t *p, uint32_t byte)
{
    const uint32_t bits = byte & 0x7fu;
    if (p->filled > 28u || (p->filled == 28u && bits > 0xfu) || (bits == 0u && byte < 0x80u && p->filled > 0u)) {
        fail(p, REFUSE_MALFORMED);
        return;
    }
    p->number |= bits << p->filled;
    p->filled += 7u;
    if (byte < 0x80u) {
        take_number(p);
    }
}

static void take_width(packed_t *p)
{
    if (p->number > 32u) {
        fail(p, REFUSE_MALFORMED);
        return;
    }
    p->width = (uint8_t)p->number;
    begin_number(p, VALUES);
    take_empty_values(p);
}

/* Widths and values follow each other bit by bit, the lowest first; an axis begins with a byte of its own. */
static void feed_bits(packed_t *p, uint32_t byte)
{
    uint32_t left = 8u;
    while (left > 0u && (p->state == WIDTH || p->state == VALUES) && p->failed == REFUSE_NOTHING) {
        const uint32_t wanted = (p->state == WIDTH ? WIDTH_BITS : p->width) - p->filled;
        const uint32_t taken = wanted < left ? wanted : left;
        p->number |= (byte & ((1u << taken) - 1u)) << p->filled;
        p->filled += taken;
        byte >>= taken;
        left -= taken;
        if (taken == wanted) {
            if (p->state == WIDTH) {
                take_width(p);
            } else {
                take_value(p);
            }
        }
    }
    if (byte != 0u) {
        fail(p, REFUSE_MALFORMED); /* what is left over at the end of an axis is zero */
    }
}

void packed_feed(packed_t *p, const uint8_t *bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count && p->failed == REFUSE_NOTHING; i++) {
        const uint32_t byte = bytes[i];
        switch (p->state) {
        case AXES:
            p->axes = (uint8_t)byte;
            if (byte == 0u) {
                fail(p, REFUSE_MALFORMED);
            }
            begin_number(p, COUNT);
            break;
        case FORM:
            p->form = (uint8_t)byte;
            set_unit(p);
            begin_number(p, BASE);
            break;
        case WIDTH:
        case VALUES:
            feed_bits(p, byte);
            break;
        case DONE:
            fail(p, REFUSE_WRONG_LENGTH);
            break;
        default:
            feed_number(p, byte);
            break;
        }
    }
}

uint8_t packed_end(const packed_t *p)
{
    if (p->failed != REFUSE_NOTHING) {
        return p->failed;
    }
    return p->state == DONE ? REFUSE_NOTHING : REFUSE_WRONG_LENGTH;
}
