#include "stack_use.h"

#include "hal.h"
#include "session.h"

static uint16_t deepest[PROTOCOL_STACK_USE_IDS];
static uint16_t of_library[PROTOCOL_STACK_USE_IDS];

static void deepen(uint16_t *mark, uint32_t bytes)
{
    if (bytes > *mark) {
        *mark = bytes > 0xFFFFu ? 0xFFFFu : (uint16_t)bytes;
    }
}

void stack_use_library(uint8_t command)
{
    uint32_t total;
    uint32_t below_caller;
    hal_stack_used(&total, &below_caller);
    deepen(&deepest[command], total);
    deepen(&of_library[command], below_caller);
}

static int is_measured_here(uint8_t command)
{
    return command < PROTOCOL_STACK_USE_IDS && of_library[command] == 0u;
}

void stack_use_begin(uint8_t command)
{
    if (is_measured_here(command)) {
        hal_stack_mark();
    }
}

void stack_use_end(uint8_t command)
{
    uint32_t total;
    uint32_t below_caller;
    if (is_measured_here(command)) {
        hal_stack_used(&total, &below_caller);
        deepen(&deepest[command], total);
    }
}

uint8_t handle_stack_use(const request_t *request, cbor_writer_t *answer, uint32_t *detail);

uint8_t handle_stack_use(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    (void)request;
    (void)detail;
    /* Little-endian, as every core here and the host's computer keep them. */
    cbor_array(answer, 2u);
    cbor_bytes(answer, (const uint8_t *)deepest, sizeof deepest);
    cbor_bytes(answer, (const uint8_t *)of_library, sizeof of_library);
    return REFUSE_NOTHING;
}
