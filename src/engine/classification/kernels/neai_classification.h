/*
 * A library that tells classes apart: stages, a model with trained words, constants, all in read-only memory, over one
 * work buffer. Pairs: src/engine/classification/{classifier,probabilities}.ts.
 */
#ifndef NEAI_CLASSIFICATION_H
#define NEAI_CLASSIFICATION_H

#include "neai_runtime.h"

/** Return codes beside class ids. */
#define NEAI_CLASSIFY_NOT_READY 124u
#define NEAI_CLASSIFY_NOT_FINITE 125u

/** A probability is a whole number of these parts: sums of them are exact in binary32. */
#define NEAI_PROBABILITY_PARTS 65536u

typedef struct neai_classifier {
    const neai_stage *stages;
    uint32_t stage_count;
    uint32_t signal_length;
    /** Fills `scores` with one value a class, the larger the likelier; `work` is scratch memory. */
    void (*score)(const struct neai_classifier *classifier, const float *features, float *scores, float *work);
    /** What training has found, in the order that the model's kernel tells. */
    const neai_word *words;
    uint32_t dimension;
    uint32_t classes;
    /** The model's own number. */
    uint32_t option;
    /** Places in the work buffer, in words; the features are its first words. */
    uint32_t scores_word;
    uint32_t work_word;
    /** A difference of scores times this is a logarithm to base two of a ratio of probabilities. */
    neai_word sharpness;
    /** First word of the state once it is initialised. */
    uint32_t version;
    /** Two words: version, 0. */
    neai_word *state;
    float *work;
} neai_classifier;

uint8_t neai_classifier_initialize(const neai_classifier *classifier);

/** Class id from 1, or a code from 123 on, and then every probability is 0. */
uint8_t neai_classify(const neai_classifier *classifier, const float *signal, float *probabilities);

/** What is said of the classes beside a code: every probability is 0. */
void neai_no_probabilities(const neai_classifier *classifier, float *probabilities);

/** Runs stages and model; answers the scores, which lie in the work buffer. */
float *neai_class_scores(const neai_classifier *classifier, const float *signal);

/** Turns scores (overwritten) into probabilities; answers the place of the most probable class. */
uint32_t neai_class_probabilities(const neai_classifier *classifier, float *scores, float *probabilities);

/** Declares the kernel of a model. */
#define NEAI_CLASS_KERNEL(name) \
    void name(const neai_classifier *classifier, const float *features, float *scores, float *work)

#endif
