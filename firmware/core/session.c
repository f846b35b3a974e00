#include "session.h"

#include <string.h>

#include "hal.h"
#include "knowledge.h"
#include "stack_use.h"

session_counters_t session_counters;

/* An answer or refusal as it was given, to be given again. */
typedef struct {
    uint32_t sequence;
    uint8_t kind; /* 0: empty */
    uint8_t command;
    uint8_t count;
    uint8_t payload[PROTOCOL_CACHED_ANSWER_BYTES];
} kept_t;

static struct {
    uint32_t nonce;
    uint32_t expected;
    uint32_t unit_payload;
    uint32_t past[PROTOCOL_REMEMBERED_SESSIONS];
    uint8_t past_count;
    uint8_t past_next;
    uint8_t open;
    uint8_t round; /* of the last frame of this session */
    /* The go-back already asked for: one refusal for each round and gap. */
    uint8_t asked;
    uint8_t asked_round;
    uint32_t asked_expected;
} session;

/* The message whose units are coming in. */
static struct {
    const command_t *row; /* null: id without a row */
    request_t request;
    uint32_t left;
    uint8_t command;
    uint8_t open;
    uint8_t refusal;
} message;

static kept_t kept[PROTOCOL_CACHED_ANSWERS];
static uint8_t kept_next;
static uint8_t answer_bytes[PROTOCOL_MAX_PAYLOAD_BYTES];

static const char *running;
static uint32_t running_sequence;

const char *session_running(uint32_t *sequence)
{
    *sequence = running_sequence;
    return running;
}

void session_agree_unit(uint32_t unit_bytes)
{
    session.unit_payload = frame_payload_per_unit(unit_bytes);
}

static void reply(const frame_t *cause, uint8_t kind, const uint8_t *payload, uint32_t count)
{
    frame_t frame = *cause;
    frame.kind = kind;
    frame.length = count;
    frame.payload = payload;
    frame.payload_bytes = count;
    frame_send(&frame);
}

static uint32_t write_refusal(uint8_t *bytes, uint32_t max, uint8_t refusal, uint32_t detail)
{
    cbor_writer_t writer = {bytes, 0u, max};
    cbor_array(&writer, 4u);
    cbor_uint(&writer, refusal);
    cbor_uint(&writer, session.expected);
    cbor_uint(&writer, hal_boot_counter());
    cbor_uint(&writer, detail);
    return writer.count;
}

static void refuse(const frame_t *cause, uint8_t refusal)
{
    uint8_t bytes[24];
    uint32_t count = write_refusal(bytes, sizeof bytes, refusal, 0u);
    reply(cause, KIND_REFUSAL, bytes, count);
}

static void acknowledge(const frame_t *cause)
{
    uint8_t bytes[8];
    cbor_writer_t writer = {bytes, 0u, sizeof bytes};
    cbor_array(&writer, 1u);
    cbor_uint(&writer, session.expected);
    reply(cause, KIND_ACKNOWLEDGE, bytes, writer.count);
}

int session_is_open(void)
{
    return session.open;
}

void session_bad_record(int begins_like_frame)
{
    session_counters.frames_refused++;
    if (session.open && begins_like_frame) {
        frame_t cause = {.nonce = session.nonce, .sequence = session.expected, .round = session.round};
        refuse(&cause, REFUSE_BAD_FRAME);
    }
}

/* ---- executing ---- */

static void keep(const frame_t *cause, uint8_t kind, uint32_t count)
{
    kept_t *slot = &kept[kept_next];
    kept_next = (uint8_t)((kept_next + 1u) % PROTOCOL_CACHED_ANSWERS);
    slot->sequence = cause->sequence;
    slot->command = cause->command;
    slot->kind = kind;
    slot->count = (uint8_t)count;
    memcpy(slot->payload, answer_bytes, count);
}

/* Executes a complete request (or refuses it), answers, and keeps the answer of everything but reads. */
static void execute(const frame_t *cause, const command_t *row, const request_t *request, uint8_t refusal)
{
    cbor_writer_t answer = {answer_bytes, 0u, sizeof answer_bytes};
    uint8_t is_read = row != 0 && row->read;
    /* What must be repeatable must fit where it is kept; an answer that does not is a defect, and refused. */
    answer.max = is_read ? sizeof answer_bytes : PROTOCOL_CACHED_ANSWER_BYTES;
    uint32_t detail = request->field;
    if (refusal == REFUSE_NOTHING) {
        running = row->name;
        running_sequence = cause->sequence;
        knowledge_enter(row->id);
        stack_use_begin(row->id);
        refusal = row->handle(request, &answer, &detail);
        stack_use_end(row->id);
        knowledge_leave();
        running = 0;
        if (refusal == REFUSE_NOTHING && answer.count > answer.max) {
            refusal = REFUSE_TOO_LARGE;
            detail = answer.count;
        }
    }
    uint8_t kind = KIND_ANSWER;
    uint32_t count = answer.count;
    if (refusal != REFUSE_NOTHING) {
        kind = KIND_REFUSAL;
        count = write_refusal(answer_bytes, PROTOCOL_CACHED_ANSWER_BYTES, refusal, detail);
    }
    if (!is_read) {
        keep(cause, kind, count);
    }
    reply(cause, kind, answer_bytes, count);
    command_after_answer();
}

/* ---- units in order ---- */

static void begin_message(const frame_t *frame)
{
    message.open = 1u;
    message.command = frame->command;
    message.row = command_find(frame->command);
    message.left = frame->length;
    message.refusal = REFUSE_NOTHING;
    uint32_t samples;
    float *input = command_input(&samples);
    request_begin(&message.request, message.row == 0 ? "" : message.row->fields, input, samples);
    if (message.row == 0) {
        message.refusal = REFUSE_UNKNOWN_COMMAND;
    } else if (message.row->handle == 0) {
        message.refusal = REFUSE_UNSUPPORTED;
    }
}

static int unit_fits(const frame_t *frame)
{
    if (!message.open || frame->command != message.command || frame->length != message.left) {
        return 0;
    }
    uint32_t full = session.unit_payload < message.left ? session.unit_payload : message.left;
    return frame->payload_bytes == full;
}

static void take_in_order(const frame_t *frame)
{
    if (frame->kind == KIND_REQUEST) {
        begin_message(frame); /* discards a message that its sender gave up */
    }
    session.expected++;
    if (!unit_fits(frame)) {
        message.open = 0u;
        request_t nothing;
        request_begin(&nothing, "", 0, 0u);
        execute(frame, 0, &nothing, REFUSE_WRONG_UNIT);
        return;
    }
    if (message.refusal == REFUSE_NOTHING) {
        request_feed(&message.request, frame->payload, frame->payload_bytes);
    }
    message.left -= frame->payload_bytes;
    if (message.left > 0u) {
        acknowledge(frame);
        return;
    }
    message.open = 0u;
    if (message.refusal == REFUSE_NOTHING) {
        message.refusal = request_end(&message.request);
    }
    execute(frame, message.row, &message.request, message.refusal);
}

/* A unit that was taken before: its answer got lost, or the line doubled it. Nothing is executed but reads. */
static void answer_again(const frame_t *frame)
{
    if (frame->payload_bytes < frame->length) {
        acknowledge(frame);
        return;
    }
    for (uint32_t i = 0; i < PROTOCOL_CACHED_ANSWERS; i++) {
        if (kept[i].kind != 0u && kept[i].sequence == frame->sequence && kept[i].command == frame->command) {
            session_counters.requests_repeated++;
            reply(frame, kept[i].kind, kept[i].payload, kept[i].count);
            return;
        }
    }
    const command_t *row = command_find(frame->command);
    if (frame->kind == KIND_REQUEST && row != 0 && row->read && row->handle != 0) {
        /* A message of its own: the one that is open goes on undisturbed. Reads carry no samples. */
        request_t request;
        request_begin(&request, row->fields, 0, 0u);
        request_feed(&request, frame->payload, frame->payload_bytes);
        session_counters.requests_repeated++;
        execute(frame, row, &request, request_end(&request));
        return;
    }
    refuse(frame, REFUSE_TOO_OLD);
}

static void ask_to_go_back(const frame_t *frame)
{
    if (session.asked && session.asked_round == frame->round && session.asked_expected == session.expected) {
        return;
    }
    session.asked = 1u;
    session.asked_round = frame->round;
    session.asked_expected = session.expected;
    refuse(frame, REFUSE_AHEAD);
}

/* ---- sessions ---- */

static int is_past(uint32_t nonce)
{
    for (uint32_t i = 0; i < session.past_count; i++) {
        if (session.past[i] == nonce) {
            return 1;
        }
    }
    return 0;
}

static void open_session(const frame_t *hello)
{
    if (session.open) {
        session.past[session.past_next] = session.nonce;
        session.past_next = (uint8_t)((session.past_next + 1u) % PROTOCOL_REMEMBERED_SESSIONS);
        if (session.past_count < PROTOCOL_REMEMBERED_SESSIONS) {
            session.past_count++;
        }
    }
    session.open = 1u;
    session.nonce = hello->nonce;
    session.expected = hello->sequence;
    session.asked = 0u;
    session_agree_unit(PROTOCOL_MAX_UNIT_BYTES);
    message.open = 0u;
    memset(kept, 0, sizeof kept);
}

void session_frame(const frame_t *frame)
{
    session_counters.frames_accepted++;
    if (frame->version != PROTOCOL_VERSION) {
        refuse(frame, REFUSE_WRONG_VERSION);
        return;
    }
    if (frame->kind != KIND_REQUEST && frame->kind != KIND_CONTINUE) {
        session_counters.frames_refused++; /* an echo of our own, or a kind nobody knows */
        return;
    }
    if (!session.open || frame->nonce != session.nonce) {
        if (is_past(frame->nonce)) {
            refuse(frame, REFUSE_OLD_SESSION);
            return;
        }
        if (frame->kind != KIND_REQUEST || frame->command != COMMAND_HELLO) {
            refuse(frame, REFUSE_NO_SESSION);
            return;
        }
        open_session(frame);
    }
    session.round = frame->round;
    int32_t distance = (int32_t)(frame->sequence - session.expected);
    if (distance > 0) {
        ask_to_go_back(frame);
    } else if (distance < 0) {
        answer_again(frame);
    } else {
        take_in_order(frame);
    }
}
