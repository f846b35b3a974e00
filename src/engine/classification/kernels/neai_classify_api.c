/* The functions of NanoEdgeAI.h over the one classifier of this image. */
#include "NanoEdgeAI.h"

#include "neai_classification.h"

extern const neai_classifier neai_the_classifier;

uint8_t NanoEdgeAI_initialize(void)
{
    return neai_classifier_initialize(&neai_the_classifier);
}

uint8_t NanoEdgeAI_classify(float data_input[], float probabilities[CLASS_NUMBER])
{
    return neai_classify(&neai_the_classifier, data_input, probabilities);
}

uint8_t NanoEdgeAI_get_status(void)
{
    return 0;
}
