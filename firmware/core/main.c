#include "baud.h"
#include "frame.h"
#include "hal.h"
#include "library.h"
#include "session.h"
#include "text.h"

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

int main(void)
{
    static receiver_t receiver;
    hal_init();
    banner();
    for (;;) {
        uint8_t bytes[64];
        uint32_t count = hal_rx_read(bytes, sizeof bytes);
        for (uint32_t i = 0; i < count; i++) {
            frame_t frame;
            record_t record = receiver_take(&receiver, bytes[i], &frame);
            if (record == RECORD_FRAME) {
                session_frame(&frame);
                baud_heard();
            } else if (record == RECORD_BAD) {
                session_bad_record();
            }
        }
        uint32_t sleep_ms = baud_watch();
        if (count == 0u) {
            hal_sleep(sleep_ms);
        }
    }
}
