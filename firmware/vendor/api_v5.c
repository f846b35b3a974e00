/* Generation 5: codes 0 to 6; init takes whether to start with the pretrained model, and it never does here. */
#include <stdbool.h>

#include "vendor.h"

#define STATE_OK 0u
#define STATE_NOT_INITIALIZED 2u
#define STATE_LEARNING_DONE 5u
#define STATE_LEARNING_IN_PROGRESS 6u

#if VENDOR_CLASSES > 0
vendor_state_t neai_classification_init(void);
vendor_state_t neai_classification(float *in, float *probabilities, int *id_class);
#define LIBRARY_INIT() neai_classification_init()

/* Classes are counted from 0 here. */
static uint32_t classify(float *signal, float *probabilities)
{
    int id = -1;
    uint32_t state = vendor_keep((uint32_t)neai_classification(signal, probabilities, &id));
    if (state == STATE_OK) {
        return vendor_class((uint32_t)id + 1u);
    }
    return state == STATE_NOT_INITIALIZED ? CODE_NOT_READY : CODE_OTHER;
}
#else
vendor_state_t neai_anomalydetection_init(bool use_pretrained);
vendor_state_t neai_anomalydetection_learn(float *in);
vendor_state_t neai_anomalydetection_detect(float *in, uint8_t *similarity);
#define LIBRARY_INIT() neai_anomalydetection_init(false)

static uint32_t learn(float *signal)
{
    uint32_t state = vendor_keep((uint32_t)neai_anomalydetection_learn(signal));
    switch (state) {
    case STATE_OK:
    case STATE_LEARNING_DONE:
    case STATE_LEARNING_IN_PROGRESS:
        return CODE_LEARNED;
    case STATE_NOT_INITIALIZED:
        return CODE_NOT_INITIALIZED;
    default:
        return CODE_OTHER;
    }
}

static uint32_t detect(float *signal)
{
    uint8_t similarity = CODE_OTHER;
    uint32_t state = vendor_keep((uint32_t)neai_anomalydetection_detect(signal, &similarity));
    switch (state) {
    case STATE_OK:
        return similarity;
    case STATE_LEARNING_IN_PROGRESS:
    case STATE_NOT_INITIALIZED:
        return CODE_NOT_READY;
    default:
        return CODE_OTHER;
    }
}
#endif

static uint32_t initialize(void)
{
    return vendor_keep((uint32_t)LIBRARY_INIT()) == STATE_OK ? CODE_INITIALIZED : CODE_OTHER;
}

static void set_sensitivity(float sensitivity)
{
    (void)sensitivity;
}

static float get_sensitivity(void)
{
    return 1.0f;
}

static uint32_t get_status(void)
{
    return vendor_kept();
}

const library_operations_t vendor_operations = {
    .initialize = initialize,
#if VENDOR_CLASSES > 0
    .classify = classify,
#else
    .learn = learn,
    .detect = detect,
#endif
    .set_sensitivity = set_sensitivity,
    .get_sensitivity = get_sensitivity,
    .get_status = get_status,
};
const uint8_t vendor_capabilities = 0u;
