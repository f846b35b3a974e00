/* The commands: one function handle_<name> for each row of the table, found by the generated list. */
#include <string.h>

#include "baud.h"
#include "hal.h"
#include "knowledge.h"
#include "library.h"
#include "session.h"
#include "stack_use.h"
#include "store.h"
#include "trace.h"

#define DECLARE(name, id, read, fields) \
    uint8_t handle_##name(const request_t *request, cbor_writer_t *answer, uint32_t *detail);
PROTOCOL_COMMANDS(DECLARE)

#define ROW(name, id, read, fields) {#name, fields, handle_##name, id, read},
#define RESERVED_ROW(name, id, read, fields) {#name, fields, 0, id, read},
static const command_t COMMANDS[] = {PROTOCOL_COMMANDS(ROW) PROTOCOL_RESERVED_COMMANDS(RESERVED_ROW)};

const command_t *command_find(uint8_t id)
{
    for (uint32_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++) {
        if (COMMANDS[i].id == id) {
            return &COMMANDS[i];
        }
    }
    return 0;
}

static uint8_t reset_promised;
static uint32_t baud_promised;
void command_after_answer(void)
{
    if (reset_promised) {
        hal_tx_flush();
        hal_reset();
    }
    if (baud_promised != 0u) {
        baud_change(baud_promised);
        baud_promised = 0u;
    }
}

float *command_input(uint32_t *samples)
{
    library_info_t info;
    library.info(&info);
    *samples = info.input_samples;
    return info.input;
}

void command_put_state(cbor_writer_t *answer)
{
    cbor_uint(answer, knowledge_learn_counter());
    cbor_uint(answer, knowledge_digest());
}

static uint32_t own_code(uint32_t code)
{
    return library.own_code == 0 ? code : library.own_code();
}

static void put_call(cbor_writer_t *answer, uint32_t code, uint32_t ticks)
{
    cbor_array(answer, 5u);
    cbor_uint(answer, code);
    command_put_state(answer);
    cbor_uint(answer, ticks);
    cbor_uint(answer, own_code(code));
}

static uint32_t signal_samples(void)
{
    library_info_t info;
    library.info(&info);
    return info.axes * info.buffer_size;
}

/* A request of exactly one signal. */
static uint8_t one_signal(const request_t *request, uint32_t *detail)
{
    *detail = signal_samples();
    return request->sample_count == *detail ? knowledge_usable() : REFUSE_WRONG_LENGTH;
}

/* ---- the session and the board ---- */

uint8_t handle_hello(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    if (request->uints[0] != PROTOCOL_VERSION) {
        *detail = PROTOCOL_VERSION;
        return REFUSE_WRONG_VERSION;
    }
    uint32_t unit = request->uints[1];
    if (unit < PROTOCOL_MIN_UNIT_BYTES || unit > PROTOCOL_MAX_UNIT_BYTES) {
        *detail = PROTOCOL_MAX_UNIT_BYTES;
        return REFUSE_OUT_OF_RANGE;
    }
    session_agree_unit(unit);
    library_info_t info;
    library.info(&info);
    uint32_t id_words[3];
    uint8_t id_bytes[12];
    hal_unique_id(id_words);
    for (uint32_t i = 0; i < sizeof id_bytes; i++) {
        id_bytes[i] = (uint8_t)(id_words[i / 4u] >> (8u * (i & 3u)));
    }
    uint32_t hash_count;
    const uint8_t *hash = hal_firmware_hash(&hash_count);

    cbor_array(answer, 23u);
    cbor_uint(answer, PROTOCOL_VERSION);
    cbor_uint(answer, PROTOCOL_TABLE_HASH);
    cbor_uint(answer, unit);
    cbor_uint(answer, hal_rx_window());
    cbor_uint(answer, PROTOCOL_CACHED_ANSWERS);
    cbor_uint(answer, baud_now());
    cbor_bytes(answer, hash, hash_count);
    cbor_text(answer, hal_board_id());
    cbor_text(answer, info.id);
    cbor_text(answer, info.kind);
    cbor_uint(answer, info.api_generation);
    cbor_uint(answer, info.axes);
    cbor_uint(answer, info.buffer_size);
    cbor_uint(answer, info.input_samples);
    cbor_bytes(answer, id_bytes, sizeof id_bytes);
    cbor_uint(answer, hal_device_id());
    cbor_uint(answer, (uint32_t)hal_reset_cause());
    cbor_uint(answer, hal_boot_counter());
    uint32_t store_ms = store_longest_ms();
    cbor_uint(answer, store_ms > info.longest_call_ms ? store_ms : info.longest_call_ms);
    cbor_uint(answer, hal_core_clock_hz());
    cbor_uint(answer, (uint32_t)(uintptr_t)info.knowledge);
    cbor_uint(answer, info.knowledge_bytes);
    cbor_uint(answer, info.capabilities);
    return REFUSE_NOTHING;
}

uint8_t handle_ping(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    (void)request;
    (void)detail;
    cbor_array(answer, 1u);
    cbor_uint(answer, hal_boot_counter());
    return REFUSE_NOTHING;
}

uint8_t handle_stats(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    (void)request;
    (void)detail;
    hal_rx_errors_t errors;
    hal_rx_errors(&errors);
    cbor_array(answer, 12u);
    cbor_uint(answer, hal_ticks());
    cbor_uint(answer, (uint32_t)hal_millis());
    cbor_uint(answer, hal_stack_high_water());
    cbor_uint(answer, hal_boot_counter());
    cbor_uint(answer, session_counters.frames_accepted);
    cbor_uint(answer, session_counters.frames_refused);
    cbor_uint(answer, session_counters.requests_repeated);
    cbor_uint(answer, errors.framing);
    cbor_uint(answer, errors.noise);
    cbor_uint(answer, errors.overrun);
    cbor_uint(answer, errors.ring_overflow);
    cbor_uint(answer, session_counters.baud_fallbacks);
    return REFUSE_NOTHING;
}

uint8_t handle_reset(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    reset_promised = 1u;
    return handle_ping(request, answer, detail);
}

uint8_t handle_set_baud(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    uint32_t possible = hal_baud_possible(request->uints[0]);
    if (possible == 0u) {
        *detail = request->uints[0];
        return REFUSE_OUT_OF_RANGE;
    }
    baud_promised = request->uints[0];
    cbor_array(answer, 1u);
    cbor_uint(answer, possible);
    return REFUSE_NOTHING;
}

/* ---- the six functions ---- */

uint8_t handle_initialize(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    (void)request;
    (void)detail;
    hal_stack_mark();
    trace_begin();
    uint32_t start = hal_ticks();
    uint32_t code = library.operations->initialize();
    uint32_t ticks = hal_ticks() - start;
    stack_use_library(COMMAND_INITIALIZE);
    knowledge_forgotten();
    put_call(answer, code, ticks);
    return REFUSE_NOTHING;
}

uint8_t handle_learn(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    if (library.operations->learn == 0) {
        return REFUSE_UNSUPPORTED;
    }
    uint8_t refusal = one_signal(request, detail);
    if (refusal != REFUSE_NOTHING) {
        return refusal;
    }
    uint32_t samples;
    float *signal = command_input(&samples);
    hal_stack_mark();
    trace_begin();
    uint32_t start = hal_ticks();
    uint32_t code = library.operations->learn(signal);
    uint32_t ticks = hal_ticks() - start;
    stack_use_library(COMMAND_LEARN);
    if (code == 1u) {
        knowledge_count_learn();
    }
    put_call(answer, code, ticks);
    return REFUSE_NOTHING;
}

uint8_t handle_detect(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    if (library.operations->detect == 0) {
        return REFUSE_UNSUPPORTED;
    }
    uint8_t refusal = one_signal(request, detail);
    if (refusal != REFUSE_NOTHING) {
        return refusal;
    }
    uint32_t samples;
    float *signal = command_input(&samples);
    hal_stack_mark();
    trace_begin();
    uint32_t start = hal_ticks();
    uint32_t code = library.operations->detect(signal);
    uint32_t ticks = hal_ticks() - start;
    stack_use_library(COMMAND_DETECT);
    put_call(answer, code, ticks);
    return REFUSE_NOTHING;
}

uint8_t command_put_sensitivity(cbor_writer_t *answer)
{
    cbor_array(answer, 1u);
    cbor_uint(answer, knowledge_sensitivity());
    return REFUSE_NOTHING;
}

uint8_t handle_set_sensitivity(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    (void)detail;
    float sensitivity;
    memcpy(&sensitivity, &request->uints[0], sizeof sensitivity);
    library.operations->set_sensitivity(sensitivity);
    return command_put_sensitivity(answer);
}

uint8_t handle_get_sensitivity(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    (void)request;
    (void)detail;
    return command_put_sensitivity(answer);
}

uint8_t handle_get_status(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    (void)request;
    (void)detail;
    cbor_array(answer, 3u);
    cbor_uint(answer, library.operations->get_status());
    command_put_state(answer);
    return REFUSE_NOTHING;
}

uint8_t handle_classify(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    library_info_t info;
    library.info(&info);
    if (library.operations->classify == 0 || info.classes > PROTOCOL_MAX_CLASSES) {
        return REFUSE_UNSUPPORTED;
    }
    uint8_t refusal = one_signal(request, detail);
    if (refusal != REFUSE_NOTHING) {
        return refusal;
    }
    uint32_t samples;
    float *signal = command_input(&samples);
    float probabilities[PROTOCOL_MAX_CLASSES];
    hal_stack_mark();
    uint32_t start = hal_ticks();
    uint32_t code = library.operations->classify(signal, probabilities);
    uint32_t ticks = hal_ticks() - start;
    stack_use_library(COMMAND_CLASSIFY);
    /* Little-endian, as every core here and the host's computer keep them. */
    uint8_t words[4u * PROTOCOL_MAX_CLASSES];
    memcpy(words, probabilities, 4u * info.classes);
    cbor_array(answer, 4u);
    cbor_uint(answer, code);
    cbor_bytes(answer, words, 4u * info.classes);
    cbor_uint(answer, ticks);
    cbor_uint(answer, own_code(code));
    return REFUSE_NOTHING;
}

/* ---- several short signals in one message ---- */

static uint8_t many_signals(const request_t *request, uint32_t *signals, uint32_t *detail)
{
    uint32_t each = signal_samples();
    *detail = each;
    *signals = 0u;
    for (uint32_t left = request->sample_count; left >= each; left -= each) {
        (*signals)++;
    }
    return *signals > 0u && *signals * each == request->sample_count ? knowledge_usable() : REFUSE_WRONG_LENGTH;
}

uint8_t handle_learn_many(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    if (library.operations->learn == 0) {
        return REFUSE_UNSUPPORTED;
    }
    uint32_t signals;
    uint8_t refusal = many_signals(request, &signals, detail);
    if (refusal != REFUSE_NOTHING) {
        return refusal;
    }
    uint32_t samples;
    float *signal = command_input(&samples);
    uint32_t learned = 0u;
    uint32_t code = 1u;
    while (learned < signals) {
        code = library.operations->learn(signal);
        if (code != 1u) {
            break;
        }
        knowledge_count_learn();
        learned++;
        signal += signal_samples();
    }
    cbor_array(answer, 4u);
    cbor_uint(answer, learned);
    cbor_uint(answer, code);
    command_put_state(answer);
    return REFUSE_NOTHING;
}

uint8_t handle_detect_many(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    if (library.operations->detect == 0) {
        return REFUSE_UNSUPPORTED;
    }
    uint32_t signals;
    uint8_t refusal = many_signals(request, &signals, detail);
    if (refusal != REFUSE_NOTHING) {
        return refusal;
    }
    if (signals > PROTOCOL_MAX_MANY_DETECTS) {
        *detail = PROTOCOL_MAX_MANY_DETECTS;
        return REFUSE_TOO_LARGE;
    }
    uint32_t samples;
    float *signal = command_input(&samples);
    uint8_t codes[PROTOCOL_MAX_MANY_DETECTS];
    for (uint32_t i = 0; i < signals; i++) {
        codes[i] = (uint8_t)library.operations->detect(signal);
        signal += signal_samples();
    }
    cbor_array(answer, 3u);
    cbor_bytes(answer, codes, signals);
    command_put_state(answer);
    return REFUSE_NOTHING;
}
