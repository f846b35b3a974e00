/* Sessions, strict sequence, exactly once: what stands between frames and commands (docs/protocol.md). */
#ifndef NEAI_SESSION_H
#define NEAI_SESSION_H

#include "cbor.h"
#include "frame.h"

/* Counters since boot, told by stats. */
typedef struct {
    uint32_t frames_accepted;
    uint32_t frames_refused;
    uint32_t requests_repeated;
    uint32_t baud_fallbacks;
} session_counters_t;

extern session_counters_t session_counters;

/* A frame whose CRC was right. */
void session_frame(const frame_t *frame);
/* A record that is no valid frame. Only what begins like one is worth asking for again. */
void session_bad_record(int begins_like_frame);
int session_is_open(void);
/* hello has agreed on the length of units. */
void session_agree_unit(uint32_t unit_bytes);
/* What the board was doing, for a panic report: name of the command, or null between commands. */
const char *session_running(uint32_t *sequence);

/* A handler: reads its request, calls the library, writes the array of its answer. Returns REFUSE_NOTHING, or the
 * refusal and in *detail what it is about. */
typedef uint8_t (*handler_t)(const request_t *request, cbor_writer_t *answer, uint32_t *detail);

typedef struct {
    const char *name;
    const char *fields;
    handler_t handle; /* null: reserved */
    uint8_t id;
    uint8_t read;
} command_t;

/* Null for an id that has no row. */
const command_t *command_find(uint8_t id);
/* The input buffer of the library. */
float *command_input(uint32_t *samples);
/* What every answer about the library ends with: learn counter and digest. */
void command_put_state(cbor_writer_t *answer);
/* The answer that is the sensitivity alone; REFUSE_NOTHING. */
uint8_t command_put_sensitivity(cbor_writer_t *answer);
/* Does what the last answer promised (reset, another rate); called when it has left. */
void command_after_answer(void);

#endif
