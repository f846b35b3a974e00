/* Canonical CBOR, as much of it as the protocol uses: a writer for answers, a streaming reader for requests. */
#ifndef NEAI_CBOR_H
#define NEAI_CBOR_H

#include <stdint.h>

#include "packed.h"
#include "protocol.h"

typedef struct {
    uint8_t *bytes;
    uint32_t count;
    uint32_t max; /* what does not fit is left out, and count goes past max: the answer is then refused */
} cbor_writer_t;

void cbor_array(cbor_writer_t *writer, uint32_t items);
void cbor_uint(cbor_writer_t *writer, uint32_t value);
void cbor_bytes(cbor_writer_t *writer, const uint8_t *bytes, uint32_t count);
/* At most 32 bytes of the text are written: no text of the protocol is longer. */
void cbor_text(cbor_writer_t *writer, const char *text);

/* Values of a request, filled while its units come in. */
typedef struct {
    uint32_t uints[PROTOCOL_MAX_REQUEST_FIELDS]; /* by number of the field */
    const uint8_t *bytes;                        /* of a byte string; lies in the unit, so must be in one piece */
    uint32_t byte_count;
    uint32_t sample_count; /* float32 values written to the input buffer */

    /* private */
    const char *fields;
    packed_t packed;
    uint8_t *input;
    uint32_t input_bytes;
    uint32_t written;  /* bytes written to the input buffer */
    uint32_t left;     /* bytes left of the byte string being read */
    uint32_t argument; /* of the head being read */
    uint8_t head;
    uint8_t head_size;
    uint8_t head_left;
    uint8_t state;
    uint8_t field; /* fields finished */
    uint8_t refusal;
} request_t;

/* Begins a request whose fields are described as in PROTOCOL_COMMANDS. */
void request_begin(request_t *request, const char *fields, float *input, uint32_t input_samples);
void request_feed(request_t *request, const uint8_t *bytes, uint32_t count);
/* Returns REFUSE_NOTHING when the request is complete, canonical and of the described shape. */
uint8_t request_end(const request_t *request);

#endif
