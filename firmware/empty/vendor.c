/*
 * The functions of somebody else's library that its shim calls, doing nothing (NEAI_WITH_EMPTY): what the library costs is
 * the difference. As empty/library.c, for one generation after the other.
 */
#include <stdbool.h>
#include <stdint.h>

#include "vendor_library.h"

/* The shim declares them for itself: nobody else calls them, and no header of theirs is here. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"

#if VENDOR_GENERATION == 2u
#if VENDOR_CLASSES > 0
uint8_t NanoEdgeAI_knowledge_init(const float knowledge_buffer[])
{
    (void)knowledge_buffer;
    return 0;
}

uint16_t NanoEdgeAI_classifier(float input_buffer[], float output_buffer[], uint8_t class_threshold)
{
    (void)input_buffer;
    (void)output_buffer;
    (void)class_threshold;
    return 0;
}
#else
#if VENDOR_INITIALIZE_IS_VOID
void NanoEdgeAI_initialize(void)
{
}
#else
uint8_t NanoEdgeAI_initialize(void)
{
    return 0;
}
#endif

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
#endif

void NanoEdgeAI_set_sensitivity(float sensitivity)
{
    (void)sensitivity;
}

float NanoEdgeAI_get_sensitivity(void)
{
    return 1.0f;
}

uint8_t NanoEdgeAI_get_status(void)
{
    return 0;
}

#else

#if VENDOR_GENERATION == 5u
#define CLASS_ID int
#define INIT_PARAMETER bool use_pretrained
#define INIT_USED (void)use_pretrained
#else
#define CLASS_ID uint16_t
#define INIT_PARAMETER void
#define INIT_USED (void)0
#endif

#if VENDOR_CLASSES > 0
#if VENDOR_NEEDS_KNOWLEDGE
vendor_state_t neai_classification_init(const float knowledge_buffer[])
{
    (void)knowledge_buffer;
    return 0;
}
#else
vendor_state_t neai_classification_init(void)
{
    return 0;
}
#endif

vendor_state_t neai_classification(float *in, float *probabilities, CLASS_ID *id_class)
{
    (void)in;
    (void)probabilities;
    (void)id_class;
    return 0;
}
#else
vendor_state_t neai_anomalydetection_init(INIT_PARAMETER)
{
    INIT_USED;
    return 0;
}

vendor_state_t neai_anomalydetection_learn(float *in)
{
    (void)in;
    return 0;
}

vendor_state_t neai_anomalydetection_detect(float *in, uint8_t *similarity)
{
    (void)in;
    (void)similarity;
    return 0;
}
#endif

vendor_state_t neai_anomalydetection_set_sensitivity(float sensitivity)
{
    (void)sensitivity;
    return 0;
}

float neai_anomalydetection_get_sensitivity(void)
{
    return 1.0f;
}

#endif
