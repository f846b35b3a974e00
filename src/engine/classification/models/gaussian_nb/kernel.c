/*
 * Naive Bayes with diagonal Gaussians. Pair: model.ts beside this file. Words, class by class: bias, then mean and weight
 * of each feature.
 */
#include "neai_classification.h"

NEAI_CLASS_KERNEL(neai_class_gaussian_nb);

void neai_class_gaussian_nb(const neai_classifier *classifier, const float *features, float *scores,
                            float *work)
{
    const neai_word *word = classifier->words;
    (void)work;
    for (uint32_t c = 0; c < classifier->classes; c++) {
        float bias = word->f;
        word++;
        float sum = 0.0f;
        for (uint32_t j = 0; j < classifier->dimension; j++) {
            float difference = features[j] - word[0].f;
            float square = difference * difference;
            sum = sum + square * word[1].f;
            word += 2;
        }
        scores[c] = bias - sum;
    }
}
