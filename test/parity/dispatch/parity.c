#include "parity.h"

#include "neai_trace.h"

#define MAGIC 0x5041524eu
#define MOST_STAGES 16u
#define POISON 0xffc5a5a5u

enum { INITIALIZE = 1, LEARN, DETECT, SET_SENSITIVITY, EXPORT, IMPORT, NUMERIC };

typedef struct {
    const neai_word *words;
    uint32_t count;
    uint32_t at;
    neai_word *output;
    uint32_t output_count;
    uint32_t written;
} tape;

void (*parity_flush)(const neai_word *words, uint32_t count);

static neai_stage stages[MOST_STAGES];
/*
 * A case takes the end of each array, so that a sanitizer sees the first word beyond it. Before every call the work
 * buffer is filled with NaN: nothing in it may outlive a call.
 */
static float work_memory[PARITY_WORK_WORDS];
static neai_word knowledge_memory[PARITY_KNOWLEDGE_WORDS];
static float signal_memory[PARITY_SIGNAL_WORDS];
static neai_word *knowledge;
static float sensitivity;
static uint32_t stage_digest;

static uint32_t crc32c_word(uint32_t crc, uint32_t word)
{
    crc ^= word;
    for (int byte = 0; byte < 4; byte++) {
        crc = parity_crc_table[crc & 0xffu] ^ (crc >> 8);
    }
    return crc;
}

static uint32_t digest_of(const neai_word *words, uint32_t count)
{
    uint32_t crc = 0xffffffffu;
    for (uint32_t i = 0; i < count; i++) {
        crc = crc32c_word(crc, words[i].u);
    }
    return ~crc;
}

static void digest_stage(uint32_t stage, const float *output, uint32_t length)
{
    (void)stage;
    uint32_t crc = ~stage_digest;
    for (uint32_t i = 0; i < length; i++) {
        crc = crc32c_word(crc, neai_bits(output[i]));
    }
    stage_digest = ~crc;
}

static uint32_t next(tape *t)
{
    return t->at < t->count ? t->words[t->at++].u : 0u;
}

static const neai_word *take(tape *t, uint32_t count)
{
    const neai_word *from = &t->words[t->at];
    t->at = count <= t->count - t->at ? t->at + count : t->count;
    return from;
}

static void put(tape *t, uint32_t word)
{
    if (t->written == t->output_count && parity_flush) {
        parity_flush(t->output, t->written);
        t->written = 0;
    }
    if (t->written < t->output_count) {
        t->output[t->written++].u = word;
    }
}

/** Reads a library; returns 0 when it does not fit the static memory here. */
static int read_library(tape *t, neai_library *library)
{
    library->signal_length = next(t);
    uint32_t work_words = next(t);
    library->knowledge_words = next(t);
    library->version = next(t);
    library->warm_up = next(t);
    library->detect_floor = next(t);
    library->scale.u = next(t);
    library->width.u = next(t);
    const parity_model_kernels *kernels = &parity_all_models[next(t)];
    library->model.learn = kernels->learn;
    library->model.score = kernels->score;
    library->model.dimension = next(t);
    library->model.work_word = next(t);
    uint32_t config_words = next(t);
    library->model.config = take(t, config_words);
    library->stage_count = next(t);
    if (library->stage_count > MOST_STAGES || work_words > PARITY_WORK_WORDS ||
        library->knowledge_words > PARITY_KNOWLEDGE_WORDS || library->signal_length > PARITY_SIGNAL_WORDS) {
        return 0;
    }
    for (uint32_t i = 0; i < library->stage_count; i++) {
        neai_stage *stage = &stages[i];
        stage->run = parity_stage_kernels[next(t)];
        stage->axes = next(t);
        stage->length = next(t);
        stage->input_word = next(t);
        stage->output_word = next(t);
        stage->output_length = next(t);
        stage->work_word = next(t);
        uint32_t words = next(t);
        stage->config = take(t, words);
    }
    knowledge = &knowledge_memory[PARITY_KNOWLEDGE_WORDS - library->knowledge_words];
    library->stages = stages;
    library->knowledge = knowledge;
    library->work = &work_memory[PARITY_WORK_WORDS - work_words];
    library->sensitivity = &sensitivity;
    return 1;
}

static void numeric(tape *t, const neai_word *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        put(t, neai_bits(neai_log2(words[i].f)));
        put(t, neai_bits(neai_sqrt(words[i].f)));
        put(t, neai_bits(neai_sqrt_soft(words[i].f)));
        put(t, neai_bits(neai_clamp(words[i].f)));
    }
}

/** The code, or 0xbad when the library has written to the signal. */
static uint32_t learn_or_detect(const neai_library *library, uint32_t operation, const neai_word *words,
                                uint32_t count)
{
    float *signal = &signal_memory[PARITY_SIGNAL_WORDS - library->signal_length];
    for (uint32_t i = 0; i < count && i < library->signal_length; i++) {
        signal[i] = words[i].f;
    }
    for (float *word = library->work; word < &work_memory[PARITY_WORK_WORDS]; word++) {
        *word = neai_float(POISON);
    }
    uint32_t code = operation == LEARN ? neai_learn(library, signal) : neai_detect(library, signal);
    for (uint32_t i = 0; i < count && i < library->signal_length; i++) {
        if (neai_bits(signal[i]) != words[i].u) {
            return 0xbadu;
        }
    }
    return code;
}

static uint32_t call(const neai_library *library, uint32_t operation, const neai_word *words,
                     uint32_t count)
{
    switch (operation) {
    case INITIALIZE:
        return neai_initialize(library);
    case LEARN:
    case DETECT:
        return learn_or_detect(library, operation, words, count);
    case SET_SENSITIVITY:
        neai_set_sensitivity(library, words[0].f);
        return 0;
    case IMPORT:
        for (uint32_t i = 0; i < count && i < library->knowledge_words; i++) {
            knowledge[i].u = words[i].u;
        }
        return 0;
    default:
        return 0;
    }
}

static void play_case(tape *t)
{
    neai_library library;
    if (!read_library(t, &library)) {
        t->at = t->count;
        return;
    }
    for (uint32_t i = 0; i < library.knowledge_words; i++) {
        knowledge[i].u = 0;
    }
    sensitivity = 1.0f;
    neai_trace_distance_bits = 0;
    neai_trace_score_bits = 0;
    uint32_t calls = next(t);
    for (uint32_t i = 0; i < calls; i++) {
        uint32_t operation = next(t);
        uint32_t count = next(t);
        const neai_word *words = take(t, count);
        stage_digest = 0;
        put(t, call(&library, operation, words, count));
        put(t, neai_trace_distance_bits);
        put(t, neai_trace_score_bits);
        put(t, knowledge[NEAI_WORD_LEARN_COUNTER].u);
        put(t, digest_of(knowledge, library.knowledge_words));
        put(t, neai_bits(sensitivity));
        put(t, stage_digest);
        if (operation == EXPORT) {
            for (uint32_t w = 0; w < library.knowledge_words; w++) {
                put(t, knowledge[w].u);
            }
        } else if (operation == NUMERIC) {
            numeric(t, words, count);
        }
    }
}

uint32_t parity_play(const neai_word *input, uint32_t input_words, neai_word *output,
                     uint32_t output_words)
{
    tape t = {input, input_words, 0, output, output_words, 0};
    neai_trace_stage = digest_stage;
    while (next(&t) == MAGIC) {
        play_case(&t);
    }
    return t.written;
}
