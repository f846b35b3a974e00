/* API generation 5: neai_classification_* and getters over the one classifier of this image; class ids from 0. */
#include "NanoEdgeAI.h"

#include "neai_allowed.h"
#include "neai_classification.h"

extern const neai_classifier neai_the_classifier;
extern const char *const NanoEdgeAI_class_names[];

static const char id[] = NEAI_ID;

enum neai_state neai_classification_init(void)
{
    if (!NEAI_IS_ALLOWED()) {
        return NEAI_ERROR;
    }
    neai_classifier_initialize(&neai_the_classifier);
    return NEAI_OK;
}

enum neai_state neai_classification(float *in, float *probabilities, int *id_class)
{
    if (in == 0 || probabilities == 0 || id_class == 0) {
        return NEAI_INVALID_PARAM;
    }
    if (!NEAI_IS_ALLOWED()) {
        neai_no_probabilities(&neai_the_classifier, probabilities);
        return NEAI_ERROR;
    }
    uint8_t answer = neai_classify(&neai_the_classifier, in, probabilities);
    switch (answer) {
    case NEAI_CLASSIFY_NOT_READY:
        return NEAI_NOT_INITIALIZED;
    case NEAI_CLASSIFY_NOT_FINITE:
        return NEAI_INVALID_PARAM;
    default:
        *id_class = (int)answer - 1;
        return NEAI_OK;
    }
}

/* The generation's header has it without const; whoever writes through it writes to flash. */
char *neai_get_id(void)
{
    return (char *)(uintptr_t)id;
}

int neai_get_input_signal_size(void)
{
    return NEAI_INPUT_SIGNAL_LENGTH;
}

int neai_get_axis_number(void)
{
    return NEAI_INPUT_AXIS_NUMBER;
}

int neai_get_number_of_classes(void)
{
    return NEAI_NUMBER_OF_CLASSES;
}

const char *neai_get_class_name(int id_class)
{
    if (id_class < 0 || id_class >= NEAI_NUMBER_OF_CLASSES) {
        return 0;
    }
    return NanoEdgeAI_class_names[id_class + 1];
}
