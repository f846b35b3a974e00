#include "parity.h"

#include "neai_trace.h"

#define POISON 0xffc5a5a5u

enum { INITIALIZE = 1, LEARN, DETECT, SET_SENSITIVITY, EXPORT, IMPORT, NUMERIC };

void (*parity_flush)(const neai_word *words, uint32_t count);

static neai_stage stages[PARITY_MOST_STAGES];
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
    if (stage == NEAI_TRACE_INPUT) {
        return;
    }
    uint32_t crc = ~stage_digest;
    for (uint32_t i = 0; i < length; i++) {
        crc = crc32c_word(crc, neai_bits(output[i]));
    }
    stage_digest = ~crc;
}

uint32_t parity_next(parity_tape *t)
{
    return t->at < t->count ? t->words[t->at++].u : 0u;
}

const neai_word *parity_take(parity_tape *t, uint32_t count)
{
    const neai_word *from = &t->words[t->at];
    t->at = count <= t->count - t->at ? t->at + count : t->count;
    return from;
}

void parity_put(parity_tape *t, uint32_t word)
{
    if (t->written == t->output_count && parity_flush) {
        parity_flush(t->output, t->written);
        t->written = 0;
    }
    if (t->written < t->output_count) {
        t->output[t->written++].u = word;
    }
}

const neai_stage *parity_read_stages(parity_tape *t, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        neai_stage *stage = &stages[i];
        stage->run = parity_stage_kernels[parity_next(t)];
        stage->axes = parity_next(t);
        stage->length = parity_next(t);
        stage->input_word = parity_next(t);
        stage->output_word = parity_next(t);
        stage->output_length = parity_next(t);
        stage->work_word = parity_next(t);
        uint32_t words = parity_next(t);
        stage->config = parity_take(t, words);
    }
    return stages;
}

float *parity_poisoned_work(uint32_t words)
{
    float *work = &work_memory[PARITY_WORK_WORDS - words];
    for (uint32_t i = 0; i < words; i++) {
        work[i] = neai_float(POISON);
    }
    return work;
}

float *parity_signal(const neai_word *words, uint32_t length)
{
    float *signal = &signal_memory[PARITY_SIGNAL_WORDS - length];
    for (uint32_t i = 0; i < length; i++) {
        signal[i] = words[i].f;
    }
    return signal;
}

/** Reads a library; returns 0 when it does not fit the static memory here. */
static int read_library(parity_tape *t, neai_library *library)
{
    library->signal_length = parity_next(t);
    uint32_t work_words = parity_next(t);
    library->knowledge_words = parity_next(t);
    library->version = parity_next(t);
    library->warm_up = parity_next(t);
    library->detect_floor = parity_next(t);
    library->scale.u = parity_next(t);
    library->width.u = parity_next(t);
    const parity_model_kernels *kernels = &parity_all_models[parity_next(t)];
    library->model.learn = kernels->learn;
    library->model.score = kernels->score;
    library->model.dimension = parity_next(t);
    library->model.work_word = parity_next(t);
    uint32_t config_words = parity_next(t);
    library->model.config = parity_take(t, config_words);
    library->stage_count = parity_next(t);
    if (library->stage_count > PARITY_MOST_STAGES || work_words > PARITY_WORK_WORDS ||
        library->knowledge_words > PARITY_KNOWLEDGE_WORDS || library->signal_length > PARITY_SIGNAL_WORDS) {
        return 0;
    }
    library->stages = parity_read_stages(t, library->stage_count);
    knowledge = &knowledge_memory[PARITY_KNOWLEDGE_WORDS - library->knowledge_words];
    library->knowledge = knowledge;
    library->work = &work_memory[PARITY_WORK_WORDS - work_words];
    library->sensitivity = &sensitivity;
    return 1;
}

static void numeric(parity_tape *t, const neai_word *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        parity_put(t, neai_bits(neai_log2(words[i].f)));
        parity_put(t, neai_bits(neai_sqrt(words[i].f)));
        parity_put(t, neai_bits(neai_sqrt_soft(words[i].f)));
        parity_put(t, neai_bits(neai_clamp(words[i].f)));
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

static void play_case(parity_tape *t)
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
    uint32_t calls = parity_next(t);
    for (uint32_t i = 0; i < calls; i++) {
        uint32_t operation = parity_next(t);
        uint32_t count = parity_next(t);
        const neai_word *words = parity_take(t, count);
        stage_digest = 0;
        parity_put(t, call(&library, operation, words, count));
        parity_put(t, neai_trace_distance_bits);
        parity_put(t, neai_trace_score_bits);
        parity_put(t, knowledge[NEAI_WORD_LEARN_COUNTER].u);
        parity_put(t, digest_of(knowledge, library.knowledge_words));
        parity_put(t, neai_bits(sensitivity));
        parity_put(t, stage_digest);
        if (operation == EXPORT) {
            for (uint32_t w = 0; w < library.knowledge_words; w++) {
                parity_put(t, knowledge[w].u);
            }
        } else if (operation == NUMERIC) {
            numeric(t, words, count);
        }
    }
}

uint32_t parity_play(const neai_word *input, uint32_t input_words, neai_word *output,
                     uint32_t output_words)
{
    parity_tape t = {input, input_words, 0, output, output_words, 0};
    neai_trace_stage = digest_stage;
    for (;;) {
        uint32_t magic = parity_next(&t);
        if (magic == PARITY_DETECTOR) {
            play_case(&t);
        } else if (magic == PARITY_CLASSIFIER) {
            parity_play_classifier(&t);
        } else {
            break;
        }
    }
    return t.written;
}
