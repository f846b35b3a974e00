/*
 * API generation 5: neai_anomalydetection_* with init(bool) and the common getters, over the one library of this image.
 * Similarities and knowledge are those of generation 2; sensitivity stays 1, since this generation has no function for it.
 */
#include "NanoEdgeAI.h"

#include "neai_api.h"

#ifdef NEAI_WITH_KNOWLEDGE
extern const neai_word neai_pretrained[];
#endif

static const char id[] = NEAI_ID;

enum neai_state neai_anomalydetection_init(bool use_pretrained)
{
    if (!NEAI_IS_ALLOWED()) {
        return NEAI_ERROR;
    }
#ifdef NEAI_WITH_KNOWLEDGE
    neai_initialize(&neai_the_library);
    if (use_pretrained) {
        for (uint32_t i = 0; i < neai_the_library.knowledge_words; i++) {
            neai_the_library.knowledge[i] = neai_pretrained[i];
        }
    }
#else
    if (use_pretrained) {
        return NEAI_NOT_SUPPORTED;
    }
    neai_initialize(&neai_the_library);
#endif
    return NEAI_OK;
}

/* This generation knows one number of calls: learn says from there on that it is done, detect has no answer before. */
static int has_learnt_enough(void)
{
    uint32_t least = NEAI_MINIMUM_LEARNING_ITERATIONS;
    return neai_learned() >= least;
}

enum neai_state neai_anomalydetection_learn(float *in)
{
    if (!NEAI_IS_ALLOWED()) {
        return NEAI_ERROR;
    }
    if (in == 0) {
        return NEAI_INVALID_PARAM;
    }
    switch (neai_learn(&neai_the_library, in)) {
    case NEAI_LEARN_DONE:
        return has_learnt_enough() ? NEAI_LEARNING_DONE : NEAI_LEARNING_IN_PROGRESS;
    case NEAI_LEARN_NOT_INITIALIZED:
        return NEAI_NOT_INITIALIZED;
    default:
        return NEAI_INVALID_PARAM;
    }
}

enum neai_state neai_anomalydetection_detect(float *in, uint8_t *similarity)
{
    if (!NEAI_IS_ALLOWED()) {
        return NEAI_ERROR;
    }
    if (in == 0 || similarity == 0) {
        return NEAI_INVALID_PARAM;
    }
    if (!neai_is_initialized()) {
        return NEAI_NOT_INITIALIZED;
    }
    if (!has_learnt_enough()) {
        return NEAI_LEARNING_IN_PROGRESS;
    }
    uint8_t answer = neai_detect(&neai_the_library, in);
    switch (answer) {
    case NEAI_DETECT_NOT_READY:
        return NEAI_LEARNING_IN_PROGRESS;
    case NEAI_DETECT_NOT_FINITE:
        return NEAI_INVALID_PARAM;
    default:
        *similarity = answer;
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
