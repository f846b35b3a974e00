/*
 * One binary that runs every kernel: it builds libraries out of words and plays scripts of calls over them.
 * The words are described in test/parity/script.ts, which writes them.
 */
#ifndef NEAI_PARITY_H
#define NEAI_PARITY_H

#include "neai_classification.h"
#include "neai_runtime.h"

/** First word of a case. */
#define PARITY_DETECTOR 0x5041524eu
#define PARITY_CLASSIFIER 0x434c4153u

#define PARITY_MOST_STAGES 16u

/* Limits in words; a program for a small memory sets smaller ones. */
#ifndef PARITY_INPUT_WORDS
#define PARITY_INPUT_WORDS 0x40000u  /* 1 MiB */
#define PARITY_OUTPUT_WORDS 0x10000u /* 256 KiB */
#define PARITY_WORK_WORDS 0x2000u
#define PARITY_KNOWLEDGE_WORDS 0x2000u
#define PARITY_SIGNAL_WORDS 0x2000u
#endif

typedef void (*parity_stage_kernel)(const neai_stage *stage, const float *input, float *output,
                                    float *work);

typedef struct {
    void (*learn)(const neai_model *model, neai_word *state, uint32_t count, const float *features,
                  float *work);
    float (*score)(const neai_model *model, const neai_word *state, uint32_t count,
                   const float *features, float *work);
} parity_model_kernels;

typedef void (*parity_class_kernel)(const neai_classifier *classifier, const float *features, float *scores,
                                    float *work);

/** Script and answer. */
typedef struct {
    const neai_word *words;
    uint32_t count;
    uint32_t at;
    neai_word *output;
    uint32_t output_count;
    uint32_t written;
} parity_tape;

uint32_t parity_next(parity_tape *t);
const neai_word *parity_take(parity_tape *t, uint32_t count);
void parity_put(parity_tape *t, uint32_t word);
const neai_stage *parity_read_stages(parity_tape *t, uint32_t count);
/** The last `words` of the work memory, filled with NaN. */
float *parity_poisoned_work(uint32_t words);
/** A copy of a signal at the end of its memory. */
float *parity_signal(const neai_word *words, uint32_t length);
void parity_play_classifier(parity_tape *t);

/** Tables in the order of the registries; written by test/parity/build.ts. */
extern const parity_stage_kernel parity_stage_kernels[];
extern const parity_model_kernels parity_all_models[];
extern const parity_class_kernel parity_class_kernels[];

/** CRC-32C of each byte. */
extern const uint32_t parity_crc_table[256];

/** Takes the answer words away whenever `output` is full; null: what does not fit is dropped. */
extern void (*parity_flush)(const neai_word *words, uint32_t count);

/** Plays `input`; returns the number of words written to `output` (since the last flush). */
uint32_t parity_play(const neai_word *input, uint32_t input_words, neai_word *output,
                     uint32_t output_words);

#endif
