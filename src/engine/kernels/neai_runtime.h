/*
 * What a library is made of: a table of stages, a model, and constants, all in read-only memory, over one work buffer
 * and the knowledge. Pairs: src/engine/emulator/{chain,detector,similarity,emulator}.ts.
 */
#ifndef NEAI_RUNTIME_H
#define NEAI_RUNTIME_H

#include "neai_numeric.h"

/** Return codes beside similarities 0 ... 100. */
#define NEAI_LEARN_NOT_INITIALIZED 0u
#define NEAI_LEARN_DONE 1u
#define NEAI_LEARN_NOT_FINITE 2u
#define NEAI_DETECT_NOT_READY 124u
#define NEAI_DETECT_NOT_FINITE 125u

/** Words of knowledge in front of the model's own. */
#define NEAI_WORD_VERSION 0u
#define NEAI_WORD_LEARN_COUNTER 1u
#define NEAI_WORD_SCORE_COUNT 2u
#define NEAI_WORD_SCORE_MEAN 3u
#define NEAI_WORD_SCORE_VARIANCE 4u
#define NEAI_WORD_MODEL 5u

/** Learns beyond this count weigh as this one. */
#define NEAI_COUNT_CAP 4096u

/** Input of a stage that reads the caller's signal. */
#define NEAI_INPUT_IS_SIGNAL 0xffffffffu

/** One kernel call of the chain. */
typedef struct neai_stage {
    /** Reads `input`, never writes to it, and fills `output`; `work` is scratch memory. */
    void (*run)(const struct neai_stage *stage, const float *input, float *output, float *work);
    const neai_word *config;
    /** Shape of the input, interleaved. */
    uint32_t axes;
    uint32_t length;
    /** Places in the work buffer, in words. */
    uint32_t input_word;
    uint32_t output_word;
    uint32_t output_length;
    uint32_t work_word;
} neai_stage;

typedef struct neai_model {
    /** Takes one feature vector in; `count` is the number of this learn, from 1. */
    void (*learn)(const struct neai_model *model, neai_word *state, uint32_t count, const float *features,
                  float *work);
    /** Distance from what was learnt after `count` learns. */
    float (*score)(const struct neai_model *model, const neai_word *state, uint32_t count,
                   const float *features, float *work);
    const neai_word *config;
    uint32_t dimension;
    uint32_t work_word;
} neai_model;

typedef struct neai_library {
    const neai_stage *stages;
    uint32_t stage_count;
    uint32_t signal_length;
    neai_model model;
    /** First word of valid knowledge of this library. */
    uint32_t version;
    uint32_t warm_up;
    uint32_t detect_floor;
    neai_word scale;
    neai_word width;
    neai_word *knowledge;
    uint32_t knowledge_words;
    float *work;
    float *sensitivity;
} neai_library;

uint8_t neai_initialize(const neai_library *library);
uint8_t neai_learn(const neai_library *library, const float *signal);
uint8_t neai_detect(const neai_library *library, const float *signal);
void neai_set_sensitivity(const neai_library *library, float sensitivity);

/** Similarity of a distance ratio; see src/engine/emulator/similarity.ts. */
uint8_t neai_similarity(float ratio, float scale, float width, float sensitivity);

/** Declares the kernel of a transform. */
#define NEAI_STAGE_KERNEL(name) \
    void name(const neai_stage *stage, const float *input, float *output, float *work)

/** Declares the two kernels of a model. */
#define NEAI_MODEL_KERNELS(name) \
    void name##_learn(const neai_model *model, neai_word *state, uint32_t count, const float *features, \
                      float *work); \
    float name##_score(const neai_model *model, const neai_word *state, uint32_t count, \
                       const float *features, float *work)

#endif
