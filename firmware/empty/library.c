/*
 * The functions of a library that does nothing, for an image to hold the real one against (NEAI_WITH_EMPTY): what a
 * library costs is the difference, without the routines of the compiler that the firmware needs anyway.
 */
#include "NanoEdgeAI.h"

uint8_t NanoEdgeAI_initialize(void)
{
    return 0;
}

uint8_t NanoEdgeAI_get_status(void)
{
    return 0;
}

#ifdef CLASS_NUMBER

uint8_t NanoEdgeAI_classify(float data_input[], float probabilities[])
{
    (void)data_input;
    (void)probabilities;
    return 0;
}

#else

uint8_t NanoEdgeAI_learn(float data_input[])
{
    (void)data_input;
    return 0;
}

uint8_t NanoEdgeAI_detect(float data_input[])
{
    (void)data_input;
    return 0;
}

void NanoEdgeAI_set_sensitivity(float sensitivity)
{
    (void)sensitivity;
}

float NanoEdgeAI_get_sensitivity(void)
{
    return 1.0f;
}

#endif
