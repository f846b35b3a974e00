/*
 * One binary that runs every kernel: it builds libraries out of words and plays scripts of calls over them.
 * The words are described in test/parity/script.ts, which writes them.
 */
#ifndef NEAI_PARITY_H
#define NEAI_PARITY_H

#include "neai_runtime.h"

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

/** Tables in the order of the registries; written by test/parity/build.ts. */
extern const parity_stage_kernel parity_stage_kernels[];
extern const parity_model_kernels parity_all_models[];

/** CRC-32C of each byte. */
extern const uint32_t parity_crc_table[256];

/** Takes the answer words away whenever `output` is full; null: what does not fit is dropped. */
extern void (*parity_flush)(const neai_word *words, uint32_t count);

/** Plays `input`; returns the number of words written to `output` (since the last flush). */
uint32_t parity_play(const neai_word *input, uint32_t input_words, neai_word *output,
                     uint32_t output_words);

#endif
