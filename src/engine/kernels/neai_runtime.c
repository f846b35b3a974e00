/* Runs a library. Pairs: src/engine/emulator/{chain,detector,similarity,emulator}.ts, step for step. */
#include "neai_runtime.h"

#include "neai_model_common.h"
#include "neai_trace.h"

#ifdef NEAI_TAPS
uint32_t neai_trace_distance_bits;
uint32_t neai_trace_score_bits;
void (*neai_trace_stage)(uint32_t stage, const float *output, uint32_t length);
#define TRACE_BITS(where, value) ((where) = neai_bits(value))
#define TRACE_STAGE(stage, values, count) \
    do { \
        if (neai_trace_stage) { \
            neai_trace_stage(stage, values, count); \
        } \
    } while (0)
#else
#define TRACE_BITS(where, value) ((void)0)
#define TRACE_STAGE(stage, values, count) ((void)0)
#endif

/** Runs the chain; the features are then the first words of the work buffer. */
static void run_chain(const neai_library *library, const float *signal)
{
    for (uint32_t index = 0; index < library->stage_count; index++) {
        const neai_stage *stage = &library->stages[index];
        const float *input = signal;
        if (stage->input_word != NEAI_INPUT_IS_SIGNAL) {
            input = &library->work[stage->input_word];
        }
        float *output = &library->work[stage->output_word];
        stage->run(stage, input, output, &library->work[stage->work_word]);
        for (uint32_t i = 0; i < stage->output_length; i++) {
            output[i] = neai_clamp(output[i]);
        }
        TRACE_STAGE(index, output, stage->output_length);
    }
}

static float model_score(const neai_library *library, uint32_t count)
{
    const neai_model *model = &library->model;
    float score = model->score(model, &library->knowledge[NEAI_WORD_MODEL], count, library->work,
                               &library->work[model->work_word]);
    TRACE_BITS(neai_trace_score_bits, score);
    return score;
}

static int is_initialized(const neai_library *library)
{
    return library->knowledge[NEAI_WORD_VERSION].u == library->version;
}

uint8_t neai_initialize(const neai_library *library)
{
    for (uint32_t i = 0; i < library->knowledge_words; i++) {
        library->knowledge[i].u = 0;
    }
    library->knowledge[NEAI_WORD_VERSION].u = library->version;
    *library->sensitivity = 1.0f;
    TRACE_BITS(neai_trace_distance_bits, 0.0f);
    TRACE_BITS(neai_trace_score_bits, 0.0f);
    return 0;
}

uint8_t neai_learn(const neai_library *library, const float *signal)
{
    neai_word *knowledge = library->knowledge;
    const neai_model *model = &library->model;
    if (!is_initialized(library)) {
        return NEAI_LEARN_NOT_INITIALIZED;
    }
    TRACE_STAGE(NEAI_TRACE_INPUT, signal, library->signal_length);
    if (!neai_all_finite(signal, library->signal_length)) {
        return NEAI_LEARN_NOT_FINITE;
    }
    run_chain(library, signal);

    uint32_t before = knowledge[NEAI_WORD_LEARN_COUNTER].u;
    if (before >= library->warm_up) {
        float score = model_score(library, before);
        uint32_t scores = knowledge[NEAI_WORD_SCORE_COUNT].u;
        scores = scores < NEAI_COUNT_CAP ? scores + 1u : NEAI_COUNT_CAP;
        knowledge[NEAI_WORD_SCORE_COUNT].u = scores;
        neai_score_learn(&knowledge[NEAI_WORD_SCORE_MEAN].f, &knowledge[NEAI_WORD_SCORE_VARIANCE].f, score, scores);
    }
    uint32_t count = before == UINT32_MAX ? before : before + 1u;
    knowledge[NEAI_WORD_LEARN_COUNTER].u = count;
    model->learn(model, &knowledge[NEAI_WORD_MODEL], count, library->work,
                 &library->work[model->work_word]);
    return NEAI_LEARN_DONE;
}

uint8_t neai_detect(const neai_library *library, const float *signal)
{
    const neai_word *knowledge = library->knowledge;
    uint32_t count = knowledge[NEAI_WORD_LEARN_COUNTER].u;
    if (!is_initialized(library) || count < library->detect_floor) {
        return NEAI_DETECT_NOT_READY;
    }
    TRACE_STAGE(NEAI_TRACE_INPUT, signal, library->signal_length);
    if (!neai_all_finite(signal, library->signal_length)) {
        return NEAI_DETECT_NOT_FINITE;
    }
    run_chain(library, signal);
    float score = model_score(library, count);
    float ratio = score / neai_score_reference(knowledge[NEAI_WORD_SCORE_MEAN].f,
                                               knowledge[NEAI_WORD_SCORE_VARIANCE].f);
    TRACE_BITS(neai_trace_distance_bits, ratio);
    return neai_similarity(ratio, library->scale.f, library->width.f, *library->sensitivity);
}

void neai_set_sensitivity(const neai_library *library, float sensitivity)
{
    if (sensitivity > 0.0f && sensitivity <= 100.0f) {
        *library->sensitivity = sensitivity;
    }
}

uint8_t neai_similarity(float ratio, float scale, float width, float sensitivity)
{
    float u = scale * sensitivity * ratio;
    if (u <= 1.0f) {
        uint32_t fall = u > 0.0f ? (uint32_t)(10.0f * u) : 0u;
        return (uint8_t)(100u - fall);
    }
    float fall = 89.0f * (u - 1.0f) / (width - 1.0f);
    if (fall < 89.0f) {
        return (uint8_t)(89u - (uint32_t)fall);
    }
    return 0;
}
