#include "baud.h"
#include "frame.h"
#include "hal.h"
#include "knowledge.h"
#include "library.h"
#include "session.h"
#include "store.h"
#include "text.h"

#define COMPLAINT_EVERY_MS 100u

static void banner(void)
{
    static const char *const causes[] = PROTOCOL_RESET_CAUSE_NAMES;
    library_info_t info;
    library.info(&info);
    text_put("\nneai-hil ");
    text_put(hal_board_id());
    text_put(" ");
    text_put(info.id);
    text_put(" ");
    text_put(causes[hal_reset_cause()]);
    text_put(" boot ");
    text_decimal(hal_boot_counter());
    text_put("\n");
}

/*
 * Before a session nobody is answered, so a host at another rate would hear nothing and take the board for dead. A line
 * of text says that something comes and cannot be read: at the right rate a person reads it, at a wrong one the host
 * sees that there is a board and that the rates differ.
 */
static void complain_of_framing(void)
{
    static uint32_t told;
    static uint64_t told_ms;
    hal_rx_errors_t errors;
    hal_rx_errors(&errors);
    if (errors.framing != told && hal_millis() - told_ms >= COMPLAINT_EVERY_MS) {
        told = errors.framing;
        told_ms = hal_millis();
        text_put("\nneai-hil framing errors ");
        text_decimal(errors.framing);
        text_put(": is this the right baud rate?\n");
    }
}

int main(void)
{
    static receiver_t receiver;
    hal_init();
    banner();
    store_boot();
    knowledge_init();
    for (;;) {
        uint8_t bytes[64];
        uint32_t count = hal_rx_read(bytes, sizeof bytes);
        for (uint32_t i = 0; i < count; i++) {
            frame_t frame;
            record_t record = receiver_take(&receiver, bytes[i], &frame);
            if (record == RECORD_FRAME) {
                session_frame(&frame);
                baud_heard();
            } else if (record == RECORD_BAD || record == RECORD_NOISE) {
                session_bad_record(record == RECORD_BAD);
            }
        }
        if (!session_is_open()) {
            complain_of_framing();
        }
        uint32_t sleep_ms = baud_watch();
        if (count == 0u) {
            hal_sleep(sleep_ms);
        }
    }
}
