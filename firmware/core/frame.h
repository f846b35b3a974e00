/* Frames on the line (docs/protocol.md): a byte-at-a-time receiver and a sender. */
#ifndef NEAI_FRAME_H
#define NEAI_FRAME_H

#include <stdint.h>

#include "protocol.h"

typedef struct {
    uint8_t version;
    uint8_t kind;
    uint8_t round;
    uint8_t command;
    uint32_t nonce;
    uint32_t sequence;
    uint32_t length; /* of the whole message; in continue units from this unit on */
    const uint8_t *payload;
    uint32_t payload_bytes; /* in this unit */
} frame_t;

typedef enum {
    RECORD_OPEN,  /* no end of record yet */
    RECORD_EMPTY, /* a lone '\n' */
    RECORD_NOISE, /* ended, and does not begin like a frame */
    RECORD_BAD,   /* begins like a frame and is not valid */
    RECORD_FRAME
} record_t;

/* All zero is a receiver between two records. */
typedef struct {
    /* Bytes as they came; unstuffed in place, always behind where bytes are written. */
    uint8_t bytes[PROTOCOL_MAX_UNIT_BYTES];
    uint32_t received;
    uint32_t plain; /* unstuffed so far */
    uint32_t crc;
    uint32_t group_left; /* data bytes until the next code byte */
    uint8_t group_code;  /* of the group being read; 0 before the first */
    uint8_t begun; /* with START */
    uint8_t broken;
} receiver_t;

/* Takes one byte. After RECORD_FRAME *frame points into the receiver until the next call. */
record_t receiver_take(receiver_t *receiver, uint8_t byte, frame_t *frame);

/* Payload bytes of a full unit of `unit_bytes` on the line. */
uint32_t frame_payload_per_unit(uint32_t unit_bytes);

/* Sends one frame; the payload has at most PROTOCOL_MAX_PAYLOAD_BYTES. */
void frame_send(const frame_t *frame);

#endif
