/*
 * The receiver and the sender of the core on two pipes. Bytes in; for each record one line out:
 *   F version kind round nonce sequence command length payload-in-hex     a frame, then the frame sent again as it travels, in hex
 *   B                                                                     a record that is no valid frame
 * Empty records say nothing.
 */
#include <stdio.h>

#include "frame.h"
#include "hal.h"

void hal_tx(const uint8_t *bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        printf("%02x", (unsigned)bytes[i]);
    }
}

int main(void)
{
    static receiver_t receiver;
    int byte;
    while ((byte = getchar()) != EOF) {
        frame_t frame;
        record_t record = receiver_take(&receiver, (uint8_t)byte, &frame);
        if (record == RECORD_BAD || record == RECORD_NOISE) {
            puts("B");
        } else if (record == RECORD_FRAME) {
            printf("F %u %u %u %u %u %u %u ", (unsigned)frame.version, (unsigned)frame.kind, (unsigned)frame.round,
                   (unsigned)frame.nonce, (unsigned)frame.sequence, (unsigned)frame.command, (unsigned)frame.length);
            for (uint32_t i = 0; i < frame.payload_bytes; i++) {
                printf("%02x", (unsigned)frame.payload[i]);
            }
            printf(" ");
            frame_send(&frame);
            puts("");
        }
    }
    return 0;
}
