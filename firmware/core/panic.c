/* The last words of a firmware whose core has faulted: one line of text, then a reset. */
#include "hal.h"
#include "session.h"
#include "text.h"

static void put_register(const char *name, uint32_t value)
{
    text_put(name);
    text_hex(value);
}

_Noreturn void panic_report(const panic_info_t *info)
{
    /* The line may stand in the middle of a frame: end that first. */
    text_put("\nneai-hil panic ");
    text_put(info->kind);
    put_register(" pc=", info->pc);
    put_register(" lr=", info->lr);
    put_register(" sp=", info->sp);
    put_register(" psr=", info->psr);
    put_register(" r0=", info->r[0]);
    put_register(" r1=", info->r[1]);
    put_register(" r2=", info->r[2]);
    put_register(" r3=", info->r[3]);
    put_register(" r12=", info->r12);
    put_register(" cfsr=", info->cfsr);
    put_register(" hfsr=", info->hfsr);
    put_register(" mmfar=", info->mmfar);
    put_register(" bfar=", info->bfar);
    uint32_t sequence;
    const char *command = session_running(&sequence);
    text_put(" command=");
    text_put(command == 0 ? "none" : command);
    text_put(" sequence=");
    text_decimal(sequence);
    text_put("\n");
    hal_tx_flush();
    hal_reset();
}
