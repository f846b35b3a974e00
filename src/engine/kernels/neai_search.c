/*
 * The search's rung of the engine: the kernels and neai_runtime.c as WebAssembly, over many lines at a time. It is in
 * no library. Arithmetic is none of its own: features are made by learning with a model that does nothing, and a model
 * is run over features by a library without stages. Called by src/engine/wasm/kernels.ts, which also hands out memory.
 */
#include "neai_rows.h"
#include "neai_runtime.h"

#define MOST_STAGES 16u

typedef void (*stage_kernel)(const neai_stage *stage, const float *input, float *output, float *work);

typedef struct {
    void (*learn)(const neai_model *model, neai_word *state, uint32_t count, const float *features,
                  float *work);
    float (*score)(const neai_model *model, const neai_word *state, uint32_t count,
                   const float *features, float *work);
    /** Null where a model has no rows.c: its rows are scored one by one. */
    void (*rows)(const neai_model *model, const neai_word *state, uint32_t count, const neai_rows *rows,
                 float *scores, float *work);
} model_kernels;

/* The tables SEARCH_STAGE_KERNELS and SEARCH_MODEL_KERNELS, in the order of the registries: generated. */
#include "neai_search_tables.h"

static const stage_kernel stage_kernels[] = {SEARCH_STAGE_KERNELS};
static const model_kernels all_models[] = {SEARCH_MODEL_KERNELS};

static neai_stage stages[MOST_STAGES];
static neai_word header[NEAI_WORD_MODEL];
static float sensitivity;
static neai_library library;
static uint32_t kind;

void neai_search_stage(uint32_t index, uint32_t kernel, const neai_word *config, uint32_t axes,
                       uint32_t length, uint32_t input_word, uint32_t output_word,
                       uint32_t output_length, uint32_t work_word);
void neai_search_features(uint32_t stage_count, const float *signals, uint32_t lines, uint32_t values,
                          float *features, uint32_t dimension, float *work);
void neai_search_model(uint32_t kernel, const neai_word *config, uint32_t dimension, uint32_t work_word,
                       uint32_t warm_up, neai_word *knowledge, uint32_t words, float *work);
void neai_search_learn(const float *features, uint32_t lines);
void neai_search_ratios(const float *features, uint32_t lines, float *ratios, float *work);

static void copy(float *to, const float *from, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        to[i] = from[i];
    }
}

static void learn_nothing(const neai_model *model, neai_word *state, uint32_t count, const float *features,
                          float *work)
{
    (void)model, (void)state, (void)count, (void)features, (void)work;
}

/** Describes kernel call `index` of the chain. */
void neai_search_stage(uint32_t index, uint32_t kernel, const neai_word *config, uint32_t axes,
                       uint32_t length, uint32_t input_word, uint32_t output_word,
                       uint32_t output_length, uint32_t work_word)
{
    neai_stage *stage = &stages[index];
    stage->run = stage_kernels[kernel];
    stage->config = config;
    stage->axes = axes;
    stage->length = length;
    stage->input_word = input_word;
    stage->output_word = output_word;
    stage->output_length = output_length;
    stage->work_word = work_word;
}

/** Runs the chain over lines of `values` values each, and fills one row of features a line. */
void neai_search_features(uint32_t stage_count, const float *signals, uint32_t lines, uint32_t values,
                          float *features, uint32_t dimension, float *work)
{
    neai_library chain = {
        .stages = stages,
        .stage_count = stage_count,
        .signal_length = values,
        .model = {.learn = learn_nothing},
        .version = 1,
        .warm_up = UINT32_MAX,
        .knowledge = header,
        .knowledge_words = NEAI_WORD_MODEL,
        .work = work,
        .sensitivity = &sensitivity,
    };
    neai_initialize(&chain);
    for (uint32_t i = 0; i < lines; i++) {
        neai_learn(&chain, &signals[i * values]);
        copy(&features[i * dimension], work, dimension);
    }
}

/** Makes a model the one that learns and scores, with nothing learnt yet. */
void neai_search_model(uint32_t kernel, const neai_word *config, uint32_t dimension, uint32_t work_word,
                       uint32_t warm_up, neai_word *knowledge, uint32_t words, float *work)
{
    kind = kernel;
    library = (neai_library){
        .model = {.learn = all_models[kernel].learn,
                  .score = all_models[kernel].score,
                  .config = config,
                  .dimension = dimension,
                  .work_word = work_word},
        .version = 1,
        .warm_up = warm_up,
        .scale = {.f = 1.0f},
        .width = {.f = 2.0f},
        .knowledge = knowledge,
        .knowledge_words = words,
        .work = work,
        .sensitivity = &sensitivity,
    };
    neai_initialize(&library);
}

/** Learns rows of features in their order. */
void neai_search_learn(const float *features, uint32_t lines)
{
    uint32_t dimension = library.model.dimension;
    for (uint32_t i = 0; i < lines; i++) {
        copy(library.work, &features[i * dimension], dimension);
        neai_learn(&library, library.work);
    }
}

static void score_one_by_one(const neai_model *model, const neai_word *state, uint32_t count,
                             const neai_rows *rows, float *scores)
{
    for (uint32_t i = 0; i < rows->lines; i++) {
        copy(library.work, &rows->features[i * rows->stride], model->dimension);
        scores[i] = model->score(model, state, count, library.work, &library.work[model->work_word]);
    }
}

/** Distance over reference of rows of features, as neai_detect has it. */
void neai_search_ratios(const float *features, uint32_t lines, float *ratios, float *work)
{
    const neai_model *model = &library.model;
    const neai_word *knowledge = library.knowledge;
    uint32_t count = knowledge[NEAI_WORD_LEARN_COUNTER].u;
    neai_rows rows = {features, model->dimension, lines};
    float reference =
        neai_score_reference(knowledge[NEAI_WORD_SCORE_MEAN].f, knowledge[NEAI_WORD_SCORE_VARIANCE].f);
    if (all_models[kind].rows) {
        all_models[kind].rows(model, &knowledge[NEAI_WORD_MODEL], count, &rows, ratios, work);
    } else {
        score_one_by_one(model, &knowledge[NEAI_WORD_MODEL], count, &rows, ratios);
    }
    for (uint32_t i = 0; i < lines; i++) {
        ratios[i] = ratios[i] / reference;
    }
}
