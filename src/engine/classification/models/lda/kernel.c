/*
 * Linear discriminants. Pair: model.ts beside this file. Words: centre of each feature, then class by class bias and
 * weights. Work: centred[d].
 */
#include "neai_classification.h"

NEAI_CLASS_KERNEL(neai_class_lda);

void neai_class_lda(const neai_classifier *classifier, const float *features, float *scores, float *work)
{
    uint32_t dimension = classifier->dimension;
    const neai_word *word = classifier->words;
    float *centred = work;
    for (uint32_t j = 0; j < dimension; j++) {
        centred[j] = features[j] - word[j].f;
    }
    word += dimension;
    for (uint32_t c = 0; c < classifier->classes; c++) {
        float sum = word->f;
        word++;
        for (uint32_t j = 0; j < dimension; j++) {
            sum = sum + centred[j] * word[j].f;
        }
        word += dimension;
        scores[c] = sum;
    }
}
