#include "frame.h"

#include <string.h>

#include "crc32c.h"
#include "hal.h"

#define RECORD_END 0x0au
#define FULL_GROUP 0xffu
#define CRC_BYTES 5u

static uint32_t read_u32(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void write_u32(uint8_t *at, uint32_t value)
{
    for (uint32_t i = 0; i < 4u; i++) {
        at[i] = (uint8_t)(value >> (8u * i));
    }
}

uint32_t frame_payload_per_unit(uint32_t unit_bytes)
{
    uint32_t stuffed = unit_bytes - 2u - CRC_BYTES;
    /* One code byte for each 254 bytes begun, without a division: three at most. */
    uint32_t codes = stuffed > 510u ? 3u : (stuffed > 255u ? 2u : 1u);
    return stuffed - codes - PROTOCOL_HEADER_BYTES;
}

/* One byte that the CRC covers; it arrived five bytes ago, so it is none of the CRC itself. */
static void take_covered(receiver_t *r, uint8_t byte, uint32_t index)
{
    r->crc = crc32c(r->crc, &byte, 1u);
    if (index == 0u) {
        return; /* START itself */
    }
    if (r->group_left > 0u) {
        r->group_left--;
        r->bytes[r->plain++] = byte;
        return;
    }
    if (r->group_code != 0u && r->group_code != FULL_GROUP) {
        r->bytes[r->plain++] = RECORD_END;
    }
    r->group_code = byte ^ RECORD_END;
    if (r->group_code == 0u) {
        r->broken = 1u;
    } else {
        r->group_left = r->group_code - 1u;
    }
}

static int read_crc(const uint8_t *at, uint32_t *crc)
{
    *crc = 0u;
    for (uint32_t i = 0; i < CRC_BYTES; i++) {
        if (at[i] < 0x80u) {
            return 0;
        }
        *crc |= (uint32_t)(at[i] & 0x7fu) << (7u * i);
    }
    return at[CRC_BYTES - 1u] <= 0x8fu;
}

static record_t finish(const receiver_t *r, frame_t *frame)
{
    if (r->received == 0u) {
        return RECORD_EMPTY;
    }
    if (!r->begun) {
        return RECORD_NOISE;
    }
    uint32_t crc;
    if (r->received >= PROTOCOL_MAX_UNIT_BYTES || r->received < 2u + PROTOCOL_HEADER_BYTES + CRC_BYTES ||
        r->broken || r->group_left > 0u || r->plain < PROTOCOL_HEADER_BYTES ||
        !read_crc(&r->bytes[r->received - CRC_BYTES], &crc) || crc != r->crc) {
        return RECORD_BAD;
    }
    const uint8_t *h = r->bytes;
    frame->version = h[0];
    frame->kind = h[1] & 0x0fu;
    frame->round = h[1] >> 4;
    frame->nonce = read_u32(&h[2]);
    frame->sequence = read_u32(&h[6]);
    frame->command = h[10];
    frame->length = (uint32_t)h[11] | (uint32_t)h[12] << 8 | (uint32_t)h[13] << 16;
    frame->payload = &h[PROTOCOL_HEADER_BYTES];
    frame->payload_bytes = r->plain - PROTOCOL_HEADER_BYTES;
    return frame->payload_bytes > frame->length ? RECORD_BAD : RECORD_FRAME;
}

static void restart(receiver_t *r)
{
    r->received = 0u;
    r->plain = 0u;
    r->crc = 0u;
    r->group_left = 0u;
    r->group_code = 0u;
    r->broken = 0u;
}

record_t receiver_take(receiver_t *r, uint8_t byte, frame_t *frame)
{
    if (byte == RECORD_END) {
        record_t record = finish(r, frame);
        restart(r);
        return record;
    }
    if (r->received == 0u) {
        r->begun = byte == PROTOCOL_FRAME_START;
    }
    if (r->received >= PROTOCOL_MAX_UNIT_BYTES - 1u) {
        r->received = PROTOCOL_MAX_UNIT_BYTES; /* too long: noise until the record ends */
        return RECORD_OPEN;
    }
    r->bytes[r->received] = byte;
    if (r->received >= CRC_BYTES) {
        uint32_t index = r->received - CRC_BYTES;
        take_covered(r, r->bytes[index], index);
    }
    r->received++;
    return RECORD_OPEN;
}

/* ---- sending: stuffed group by group straight into the line, no second buffer ---- */

static uint32_t send_covered(uint32_t crc, const uint8_t *bytes, uint32_t count)
{
    hal_tx(bytes, count);
    return crc32c(crc, bytes, count);
}

void frame_send(const frame_t *frame)
{
    static uint8_t plain[PROTOCOL_HEADER_BYTES + PROTOCOL_MAX_PAYLOAD_BYTES];
    plain[0] = PROTOCOL_VERSION;
    plain[1] = (uint8_t)(frame->kind | (uint32_t)frame->round << 4);
    write_u32(&plain[2], frame->nonce);
    write_u32(&plain[6], frame->sequence);
    plain[10] = frame->command;
    plain[11] = (uint8_t)frame->length;
    plain[12] = (uint8_t)(frame->length >> 8);
    plain[13] = (uint8_t)(frame->length >> 16);
    memcpy(&plain[PROTOCOL_HEADER_BYTES], frame->payload, frame->payload_bytes);
    uint32_t count = PROTOCOL_HEADER_BYTES + frame->payload_bytes;

    const uint8_t start = PROTOCOL_FRAME_START;
    uint32_t crc = send_covered(0u, &start, 1u);
    uint32_t from = 0u;
    for (;;) {
        uint32_t run = 0u;
        while (run < FULL_GROUP - 1u && from + run < count && plain[from + run] != RECORD_END) {
            run++;
        }
        uint8_t code = (uint8_t)((run + 1u) ^ RECORD_END);
        crc = send_covered(crc, &code, 1u);
        crc = send_covered(crc, &plain[from], run);
        from += run;
        if (from == count) {
            break;
        }
        /* The code of a group that is not full stands for the '\n' after it. */
        if (run < FULL_GROUP - 1u) {
            from++;
            if (from == count) { /* a '\n' at the very end: an empty group follows */
                code = 1u ^ RECORD_END;
                crc = send_covered(crc, &code, 1u);
                break;
            }
        }
    }
    uint8_t end[CRC_BYTES + 1u];
    for (uint32_t i = 0; i < CRC_BYTES; i++) {
        end[i] = (uint8_t)(0x80u | ((crc >> (7u * i)) & 0x7fu));
    }
    end[CRC_BYTES] = RECORD_END;
    hal_tx(end, sizeof end);
}
