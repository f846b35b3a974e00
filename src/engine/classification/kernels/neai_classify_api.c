/* The functions of NanoEdgeAI.h over the one classifier of this image. */
#include "NanoEdgeAI.h"

#include "neai_allowed.h"
#include "neai_classification.h"

#define BOARD_NOT_ALLOWED 123

extern const neai_classifier neai_the_classifier;

uint8_t NanoEdgeAI_initialize(void)
{
    if (!NEAI_IS_ALLOWED()) {
        return BOARD_NOT_ALLOWED;
    }
    return neai_classifier_initialize(&neai_the_classifier);
}

uint8_t NanoEdgeAI_classify(float data_input[], float probabilities[CLASS_NUMBER])
{
    if (!NEAI_IS_ALLOWED()) {
        neai_no_probabilities(&neai_the_classifier, probabilities);
        return BOARD_NOT_ALLOWED;
    }
    return neai_classify(&neai_the_classifier, data_input, probabilities);
}

uint8_t NanoEdgeAI_get_status(void)
{
    return NEAI_IS_ALLOWED() ? 0 : BOARD_NOT_ALLOWED;
}
