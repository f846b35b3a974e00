/*
 * libFuzzer: the receiver of the firmware on any bytes. A frame that it accepts is sent again by the core's own sender
 * and must be read as the same frame. Since no fuzzer guesses a CRC, the first byte says whether to mend it: an even one
 * has every record end in the CRC it should have.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "crc32c.h"
#include "frame.h"
#include "hal.h"

#define RECORD_END 0x0au
#define CRC_BYTES 5u
#define MOST_BYTES 4096u

static uint8_t unit[PROTOCOL_MAX_UNIT_BYTES];
static uint32_t unit_bytes;

void hal_tx(const uint8_t *bytes, uint32_t count)
{
    if (count > sizeof unit - unit_bytes) {
        abort();
    }
    memcpy(&unit[unit_bytes], bytes, count);
    unit_bytes += count;
}

static void read_again(const frame_t *frame)
{
    static receiver_t second;
    frame_t copy;
    record_t record = RECORD_OPEN;
    unit_bytes = 0u;
    if (frame->version != PROTOCOL_VERSION || frame->payload_bytes > PROTOCOL_MAX_PAYLOAD_BYTES) {
        return;
    }
    frame_send(frame);
    memset(&second, 0, sizeof second);
    for (uint32_t i = 0; i < unit_bytes; i++) {
        record = receiver_take(&second, unit[i], &copy);
    }
    if (record != RECORD_FRAME || copy.kind != frame->kind || copy.round != frame->round || copy.nonce != frame->nonce ||
        copy.sequence != frame->sequence || copy.command != frame->command || copy.length != frame->length ||
        copy.payload_bytes != frame->payload_bytes || memcmp(copy.payload, frame->payload, copy.payload_bytes) != 0) {
        abort();
    }
}

static void mend_record(uint8_t *record, uint32_t count)
{
    if (count > CRC_BYTES) {
        const uint32_t crc = crc32c(0u, record, count - CRC_BYTES);
        for (uint32_t i = 0; i < CRC_BYTES; i++) {
            record[count - CRC_BYTES + i] = (uint8_t)(0x80u | ((crc >> (7u * i)) & 0x7fu));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t line[MOST_BYTES];
    static receiver_t receiver;
    if (size == 0u || size > MOST_BYTES) {
        return 0;
    }
    const uint32_t count = (uint32_t)size - 1u;
    memcpy(line, &data[1], count);
    if ((data[0] & 1u) == 0u) {
        uint32_t start = 0u;
        for (uint32_t i = 0; i < count; i++) {
            if (line[i] == RECORD_END) {
                mend_record(&line[start], i - start);
                start = i + 1u;
            }
        }
    }
    memset(&receiver, 0, sizeof receiver);
    for (uint32_t i = 0; i < count; i++) {
        frame_t frame;
        if (receiver_take(&receiver, line[i], &frame) == RECORD_FRAME) {
            if (frame.payload_bytes > frame.length || frame.payload < receiver.bytes ||
                frame.payload + frame.payload_bytes > receiver.bytes + sizeof receiver.bytes) {
                abort();
            }
            read_again(&frame);
        }
    }
    return 0;
}
