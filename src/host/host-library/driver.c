/*
 * A generated library as a process: calls come as words on standard input, answers leave on standard output. Built around
 * NanoEdgeAI.h and the knowledge, as a customer's program would be; with -DNEAI_TAPS it also tells what happened inside.
 *
 * Request: operation, then its words. 1 initialize; 2 learn, signal; 3 detect, signal; 4 set sensitivity, bits;
 * 5 restore, knowledge; 6 read the knowledge; 7 trace, 0 or 1 (whether stages are told from now on); 8 begin again, as a
 * new process in the place of this one: the only one without an answer.
 * Answer: code, learn counter, digest, bits of distance and score (0 without taps), number of words of the rest; then
 * the rest: the knowledge (6), or of each stage its number, its length and its values.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "NanoEdgeAI.h"
#include "crc32c.h"
#include "neai_trace.h"

enum { INITIALIZE = 1, LEARN, DETECT, SENSITIVITY, RESTORE, KNOWLEDGE, TRACE, RESTART };

#define KNOWLEDGE_WORDS (NEAI_KNOWLEDGE_SIZE / 4)
/** Second word of the knowledge: see docs/knowledge.md. */
#define LEARN_COUNTER 1

extern uint32_t neai_knowledge[KNOWLEDGE_WORDS];

static float signal_words[NB_AXES * BUFFER_SIZE];

/** What is told beside the answer: grows as it is needed, this is a program for a computer. */
static uint32_t *rest;
static uint32_t rest_words;
static uint32_t rest_room;

static void add(const void *words, uint32_t count)
{
    if (rest_words + count > rest_room) {
        rest_room = 2u * (rest_words + count);
        rest = realloc(rest, sizeof rest[0] * rest_room);
        if (rest == 0) {
            exit(1);
        }
    }
    memcpy(&rest[rest_words], words, sizeof rest[0] * count);
    rest_words += count;
}

#ifdef NEAI_TAPS
static void keep_stage(uint32_t stage, const float *output, uint32_t length)
{
    uint32_t head[2] = {stage, length};
    add(head, 2);
    add(output, length);
}

static uint32_t distance_bits(void)
{
    return neai_trace_distance_bits;
}

static uint32_t score_bits(void)
{
    return neai_trace_score_bits;
}

static void trace(uint32_t on)
{
    neai_trace_stage = on ? keep_stage : 0;
}
#else
static uint32_t distance_bits(void)
{
    return 0;
}

static uint32_t score_bits(void)
{
    return 0;
}

static void trace(uint32_t on)
{
    (void)on;
}
#endif

static int take(void *words, uint32_t count)
{
    return fread(words, sizeof(uint32_t), count, stdin) == count;
}

static void set_sensitivity(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    NanoEdgeAI_set_sensitivity(value);
}

/** Makes one call; 0 when its words ended early or it is no call. */
static int perform(uint32_t operation, uint32_t *code)
{
    uint32_t word;
    switch (operation) {
    case INITIALIZE:
        *code = NanoEdgeAI_initialize();
        return 1;
    case LEARN:
    case DETECT:
        if (!take(signal_words, NB_AXES * BUFFER_SIZE)) {
            return 0;
        }
        *code = operation == LEARN ? NanoEdgeAI_learn(signal_words) : NanoEdgeAI_detect(signal_words);
        return 1;
    case SENSITIVITY:
        if (!take(&word, 1)) {
            return 0;
        }
        set_sensitivity(word);
        return 1;
    case RESTORE:
        return take(neai_knowledge, KNOWLEDGE_WORDS);
    case KNOWLEDGE:
        add(neai_knowledge, KNOWLEDGE_WORDS);
        return 1;
    case TRACE:
        if (!take(&word, 1)) {
            return 0;
        }
        trace(word);
        return 1;
    default:
        return 0;
    }
}

int main(int count, char **arguments)
{
    uint32_t operation;
    (void)count;
    /* What comes after a restart is read by whoever comes after it. */
    setvbuf(stdin, 0, _IONBF, 0);
    while (take(&operation, 1)) {
        if (operation == RESTART) {
            execv(arguments[0], arguments);
            return 1;
        }
        uint32_t code = 0;
        rest_words = 0;
        if (!perform(operation, &code)) {
            return 1;
        }
        uint32_t digest = crc32c(0, (const uint8_t *)neai_knowledge, NEAI_KNOWLEDGE_SIZE);
        uint32_t answer[6] = {code,           neai_knowledge[LEARN_COUNTER], digest,
                              distance_bits(), score_bits(),                  rest_words};
        if (fwrite(answer, sizeof answer, 1, stdout) != 1) {
            return 1;
        }
        if (rest_words > 0 && fwrite(rest, sizeof rest[0], rest_words, stdout) != rest_words) {
            return 1;
        }
        if (fflush(stdout) != 0) {
            return 1;
        }
    }
    return 0;
}
