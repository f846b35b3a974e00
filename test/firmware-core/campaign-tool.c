/*
 * A line that lies, in front of the receiver of the firmware: sends frames, damages what travels, and compares every
 * frame that is accepted with the one that was sent. Built with two receivers: the shipped frame.c, which judges, and a
 * copy of it that tells the difference of the CRCs in place of refusing (build.ts, buildCampaignTool): it says how many
 * wrong frames would have passed with a shorter CRC, and so whether the damage done here is worth anything.
 *
 * In, one line each: seed kind rate frames. Out, in the same order: sent touched intact accepted_wrong candidates missed_8
 * missed_16 missed_32, where candidates are wrong frames that nothing but the CRC refuses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "hal.h"

/* The copy that leaves the CRC to us. */
record_t open_receiver_take(receiver_t *receiver, uint8_t byte, frame_t *frame);
extern uint32_t campaign_crc_difference;

#define RECORD_END 0x0au
#define REMEMBERED 256u /* frames that may still be under way */
#define MOST_LINE_BYTES 16384u
#define MOST_BURST_BITS 64u
#define LONGEST_RUN 900u

static uint64_t random_state[4];

/* xoshiro256** (Blackman and Vigna, 2018), seeded by splitmix64. */
static uint64_t random_word(void)
{
    uint64_t *s = random_state;
    const uint64_t product = s[1] * 5u;
    const uint64_t result = (product << 7 | product >> 57) * 9u;
    const uint64_t shifted = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = s[3] << 45 | s[3] >> 19;
    return result;
}

static void random_seed(uint64_t seed)
{
    for (uint32_t i = 0; i < 4u; i++) {
        seed += 0x9e3779b97f4a7c15u;
        uint64_t z = seed;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        random_state[i] = z ^ z >> 31;
    }
}

static uint32_t below(uint32_t bound)
{
    return (uint32_t)(((random_word() >> 32) * bound) >> 32);
}

/* One trial of an event with this probability. */
static int happens(double rate)
{
    return (double)(random_word() >> 11) * 0x1p-53 < rate;
}

/* ---- frames as they are sent ---- */

typedef struct {
    frame_t frame;
    uint8_t payload[PROTOCOL_MAX_PAYLOAD_BYTES];
} sent_t;

static sent_t sent[REMEMBERED];
static uint8_t unit[PROTOCOL_MAX_UNIT_BYTES];
static uint32_t unit_bytes;

void hal_tx(const uint8_t *bytes, uint32_t count)
{
    memcpy(&unit[unit_bytes], bytes, count);
    unit_bytes += count;
}

static uint32_t payload_length(void)
{
    const uint32_t sort = below(20u);
    if (sort < 12u) {
        return below(41u);
    }
    return sort < 18u ? below(200u) : (sort == 18u ? below(632u) : 631u);
}

static void make_frame(uint32_t sequence)
{
    sent_t *next = &sent[sequence % REMEMBERED];
    frame_t *frame = &next->frame;
    const uint32_t count = payload_length();
    /* Random bytes, bytes that need stuffing, and bytes as integers have them. */
    const uint32_t sort = below(4u);
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t byte = (uint8_t)random_word();
        next->payload[i] = sort == 0u ? (uint8_t)(byte & 0x0bu) : (sort == 1u && (i & 1u) != 0u ? 0u : byte);
    }
    frame->version = PROTOCOL_VERSION;
    frame->kind = (uint8_t)(1u + below(5u));
    frame->round = (uint8_t)below(16u);
    frame->command = (uint8_t)random_word();
    frame->nonce = (uint32_t)random_word();
    frame->sequence = sequence;
    frame->length = count + (below(4u) == 0u ? below(5000u) : 0u);
    frame->payload = next->payload;
    frame->payload_bytes = count;
    unit_bytes = 0u;
    frame_send(frame);
}

static int is_as_sent(const frame_t *got)
{
    const frame_t *frame = &sent[got->sequence % REMEMBERED].frame;
    return got->version == frame->version && got->kind == frame->kind && got->round == frame->round &&
           got->command == frame->command && got->nonce == frame->nonce && got->sequence == frame->sequence &&
           got->length == frame->length && got->payload_bytes == frame->payload_bytes &&
           memcmp(got->payload, frame->payload, frame->payload_bytes) == 0;
}

/* ---- what the line makes of a unit ---- */

static uint8_t line[MOST_LINE_BYTES];
static uint32_t line_bytes;
static uint32_t reset_at; /* the board is reset before it reads this byte; none: UINT32_MAX */

static void put(uint8_t byte)
{
    if (line_bytes < MOST_LINE_BYTES) {
        line[line_bytes++] = byte;
    }
}

static void put_run(uint32_t count, uint8_t byte)
{
    for (uint32_t i = 0; i < count; i++) {
        put(byte);
    }
}

static void put_text(void)
{
    static const char *const texts[] = {"value = 17\n", "neai-hil panic hardfault pc=08001234\n", "debug: ", "\r\n", "\001\001",
                                        "assert failed"};
    for (const char *at = texts[below(6u)]; *at != '\0'; at++) {
        put((uint8_t)*at);
    }
}

static void flip_bits(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t bit = below(line_bytes * 8u);
        line[bit >> 3] ^= (uint8_t)(1u << (bit & 7u));
    }
}

/* Damage that leaves everything but the CRC in order: in what it covers, behind the first code, and no '\n'. */
static void flip_covered_bits(uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t bit = below((line_bytes - 8u) * 8u);
        const uint8_t byte = line[2u + (bit >> 3)] ^ (uint8_t)(1u << (bit & 7u));
        if (byte != RECORD_END) {
            line[2u + (bit >> 3)] = byte;
        }
    }
}

/* A burst begins at a bit and makes a mess of the bits behind it. */
static void burst(void)
{
    const uint32_t bits = 2u + below(MOST_BURST_BITS - 1u);
    const uint32_t first = below(line_bytes * 8u);
    for (uint32_t bit = first; bit < first + bits && bit < line_bytes * 8u; bit++) {
        if ((random_word() >> 63) != 0u) {
            line[bit >> 3] ^= (uint8_t)(1u << (bit & 7u));
        }
    }
}

enum { FLIPS, LOST, DOUBLED, INSERTED, REPLACED, BURSTS, ZEROS, ONES, TEXT, HALF, RESET, FEW_BITS, MANY_BITS, KINDS };
static const char *const KIND_NAMES[KINDS] = {"bit-flips",  "lost-bytes", "doubled-bytes", "inserted-bytes", "replaced-bytes",
                                              "bursts",     "zero-runs",  "ff-runs",       "stray-text",     "half-frames",
                                              "resets",     "1-5-bits",   "6-40-bits"};

static void damage_byte(uint32_t kind, uint8_t byte)
{
    switch (kind) {
    case LOST:
        break;
    case DOUBLED:
        put(byte);
        put(byte);
        break;
    case INSERTED:
        put((uint8_t)random_word());
        put(byte);
        break;
    case REPLACED:
        put((uint8_t)random_word());
        break;
    case TEXT:
        put_text();
        put(byte);
        break;
    default: /* a run that covers bytes: noise or a break, so its length is not that of what it hides */
        put_run(1u + below(below(8u) == 0u ? LONGEST_RUN : 24u), kind == ZEROS ? 0x00u : 0xffu);
        break;
    }
}

static void damage(uint32_t kind, double rate)
{
    line_bytes = 0u;
    reset_at = UINT32_MAX;
    if (kind >= LOST && kind <= TEXT && kind != BURSTS) {
        for (uint32_t i = 0; i < unit_bytes; i++) {
            if (happens(rate)) {
                damage_byte(kind, unit[i]);
            } else {
                put(unit[i]);
            }
        }
        return;
    }
    uint32_t kept = unit_bytes;
    if (kind == HALF && happens(rate)) {
        kept = 1u + below(unit_bytes - 1u);
    }
    memcpy(line, unit, kept);
    line_bytes = kept;
    if (kept < unit_bytes && below(2u) == 0u) {
        put(RECORD_END);
    }
    if (kind == FLIPS) {
        for (uint32_t bit = 0; bit < line_bytes * 8u; bit++) {
            if (happens(rate)) {
                line[bit >> 3] ^= (uint8_t)(1u << (bit & 7u));
            }
        }
    } else if (kind == BURSTS && happens(rate)) {
        burst();
    } else if (kind == RESET && happens(rate)) {
        reset_at = 1u + below(unit_bytes - 1u);
    } else if (kind == FEW_BITS && happens(rate)) {
        flip_bits(1u + below(5u));
    } else if (kind == MANY_BITS && happens(rate)) {
        flip_covered_bits(6u + below(35u));
    }
}

/* ---- judging ---- */

typedef struct {
    unsigned long long touched, intact, wrong, candidates, missed_8, missed_16, missed_32;
} tally_t;

static void judge_byte(receiver_t *shipped, receiver_t *open, uint8_t byte, tally_t *tally)
{
    frame_t frame;
    if (receiver_take(shipped, byte, &frame) == RECORD_FRAME) {
        if (is_as_sent(&frame)) {
            tally->intact++;
        } else {
            tally->wrong++;
        }
    }
    if (open_receiver_take(open, byte, &frame) == RECORD_FRAME && !is_as_sent(&frame)) {
        tally->candidates++;
        tally->missed_8 += (campaign_crc_difference & 0xffu) == 0u;
        tally->missed_16 += (campaign_crc_difference & 0xffffu) == 0u;
        tally->missed_32 += campaign_crc_difference == 0u;
    }
}

static tally_t run(uint32_t kind, double rate, unsigned long long frames)
{
    static receiver_t shipped;
    static receiver_t open;
    tally_t tally = {0};
    memset(&shipped, 0, sizeof shipped);
    memset(&open, 0, sizeof open);
    for (unsigned long long i = 0; i < frames; i++) {
        make_frame((uint32_t)i);
        /* "all": every frame meets another kind of fault. */
        damage(kind == KINDS ? below(FEW_BITS) : kind, rate);
        tally.touched += line_bytes != unit_bytes || memcmp(line, unit, unit_bytes) != 0 || reset_at != UINT32_MAX;
        for (uint32_t at = 0; at < line_bytes; at++) {
            if (at == reset_at) {
                memset(&shipped, 0, sizeof shipped);
                memset(&open, 0, sizeof open);
            }
            judge_byte(&shipped, &open, line[at], &tally);
        }
    }
    return tally;
}

int main(void)
{
    unsigned long long seed, frames;
    char name[32];
    double rate;
    while (scanf("%llu %31s %lf %llu", &seed, name, &rate, &frames) == 4) {
        uint32_t kind = 0u;
        while (kind < KINDS && strcmp(name, KIND_NAMES[kind]) != 0) {
            kind++;
        }
        if (kind == KINDS && strcmp(name, "all") != 0) {
            fprintf(stderr, "no fault of kind %s\n", name);
            return 1;
        }
        random_seed(seed);
        const tally_t t = run(kind, rate, frames);
        printf("%llu %llu %llu %llu %llu %llu %llu %llu\n", frames, t.touched, t.intact, t.wrong, t.candidates, t.missed_8,
               t.missed_16, t.missed_32);
        fflush(stdout);
    }
    return 0;
}
