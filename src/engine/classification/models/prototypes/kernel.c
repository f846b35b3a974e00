/*
 * Nearest prototype. Pair: model.ts beside this file. Words: centre and inverse deviation of each feature, then the
 * prototypes class by class, `option` of each. Work: standard[d].
 */
#include "neai_classification.h"

NEAI_CLASS_KERNEL(neai_class_prototypes);

void neai_class_prototypes(const neai_classifier *classifier, const float *features, float *scores,
                           float *work)
{
    uint32_t dimension = classifier->dimension;
    const neai_word *word = classifier->words;
    float *standard = work;
    for (uint32_t j = 0; j < dimension; j++) {
        standard[j] = (features[j] - word[j].f) * word[dimension + j].f;
    }
    word += dimension;
    word += dimension;
    for (uint32_t c = 0; c < classifier->classes; c++) {
        float nearest = 0.0f;
        for (uint32_t p = 0; p < classifier->option; p++) {
            float sum = 0.0f;
            for (uint32_t j = 0; j < dimension; j++) {
                float difference = standard[j] - word[j].f;
                sum = sum + difference * difference;
            }
            word += dimension;
            if (p == 0u || sum < nearest) {
                nearest = sum;
            }
        }
        scores[c] = -nearest;
    }
}
