#include "baud.h"

#include "hal.h"
#include "session.h"

static uint32_t baud = PROTOCOL_RESET_BAUD;
static uint64_t heard_ms;

uint32_t baud_now(void)
{
    return baud;
}

void baud_heard(void)
{
    heard_ms = hal_millis();
}

void baud_change(uint32_t wanted)
{
    hal_tx_flush();
    hal_set_baud(wanted);
    baud = wanted;
    baud_heard();
}

uint32_t baud_watch(void)
{
    if (baud == PROTOCOL_RESET_BAUD) {
        return 0u;
    }
    uint64_t silent_ms = hal_millis() - heard_ms;
    if (silent_ms < PROTOCOL_BAUD_FALLBACK_MS) {
        return PROTOCOL_BAUD_FALLBACK_MS - (uint32_t)silent_ms;
    }
    session_counters.baud_fallbacks++;
    baud_change(PROTOCOL_RESET_BAUD);
    return 0u;
}
