/*
 * Samples in fewer bytes, without a bit lost: the decoder of docs/protocol.md, "Packed samples". The host finds out how
 * the values of an axis can be counted in whole steps; the board computes the same float32 from them.
 */
#ifndef NEAI_PACKED_H
#define NEAI_PACKED_H

#include <stdint.h>

typedef struct {
    uint8_t *to;        /* the input buffer */
    uint32_t max;       /* float32 values it takes */
    uint32_t samples;   /* values of all axes */
    uint32_t per_axis;
    uint32_t at;        /* value of the axis that comes next */
    uint32_t state;
    uint32_t number;    /* being read: a head's number, or the bits of a value */
    uint32_t filled;    /* bits of it */
    uint32_t previous;  /* step count of the value before */
    uint32_t base;
    uint32_t step;
    float unit;         /* values are step counts divided by it, or times it */
    uint8_t axes;
    uint8_t axis;
    uint8_t form;
    uint8_t width;      /* bits of a value */
    uint8_t failed;     /* a refusal */
} packed_t;

void packed_begin(packed_t *packed, float *input, uint32_t input_samples);
/* Takes the bytes of the string in order. */
void packed_feed(packed_t *packed, const uint8_t *bytes, uint32_t count);
/* REFUSE_NOTHING when the string was complete and well formed; `samples` values stand in the input buffer. */
uint8_t packed_end(const packed_t *packed);

#endif
