/*
 * Generation 3 (v3, v4): neai_* returning `enum neai_state`, whose members moved between versions: VENDOR_STATE_* are the
 * values of this library's own header. The enum is a byte or a word, as the archive's attributes say.
 */
#include "vendor.h"

#if VENDOR_NEEDS_KNOWLEDGE
#include "vendor_knowledge.h"
#endif

static uint32_t initialized(uint32_t state)
{
    if (state == VENDOR_STATE_OK) {
        return CODE_INITIALIZED;
    }
    return state == VENDOR_STATE_BOARD_ERROR ? CODE_LIMITED : CODE_OTHER;
}

#if VENDOR_CLASSES > 0
vendor_state_t neai_classification(float data_input[], float output_buffer[], uint16_t *id_class);
#if VENDOR_NEEDS_KNOWLEDGE
vendor_state_t neai_classification_init(const float knowledge_buffer[]);
#define LIBRARY_INIT() neai_classification_init((const float *)vendor_knowledge)
#else
vendor_state_t neai_classification_init(void);
#define LIBRARY_INIT() neai_classification_init()
#endif

static uint32_t classify(float *signal, float *probabilities)
{
    uint16_t id = 0u;
    uint32_t state = vendor_keep((uint32_t)neai_classification(signal, probabilities, &id));
    if (state == VENDOR_STATE_OK) {
        return vendor_class(id);
    }
    if (state == VENDOR_STATE_BOARD_ERROR) {
        return CODE_LIMITED;
    }
    return state == VENDOR_STATE_NOT_INITIALIZED ? CODE_NOT_READY : CODE_OTHER;
}
#else
vendor_state_t neai_anomalydetection_init(void);
vendor_state_t neai_anomalydetection_learn(float data_input[]);
vendor_state_t neai_anomalydetection_detect(float data_input[], uint8_t *similarity);
#define LIBRARY_INIT() neai_anomalydetection_init()

/* Learned all the same where it says that more is wanted, or that enough is learned. */
static uint32_t learn(float *signal)
{
    uint32_t state = vendor_keep((uint32_t)neai_anomalydetection_learn(signal));
    switch (state) {
    case VENDOR_STATE_OK:
    case VENDOR_STATE_NOT_ENOUGH:
#if VENDOR_STATE_ENOUGH != VENDOR_STATE_NONE
    case VENDOR_STATE_ENOUGH:
#endif
        return CODE_LEARNED;
    case VENDOR_STATE_NOT_INITIALIZED:
        return CODE_NOT_INITIALIZED;
    case VENDOR_STATE_BOARD_ERROR:
        return CODE_LIMITED;
    default:
        return CODE_OTHER;
    }
}

static uint32_t detect(float *signal)
{
    uint8_t similarity = CODE_OTHER;
    uint32_t state = vendor_keep((uint32_t)neai_anomalydetection_detect(signal, &similarity));
    switch (state) {
    case VENDOR_STATE_OK:
        return similarity;
    case VENDOR_STATE_NOT_ENOUGH:
    case VENDOR_STATE_NOT_INITIALIZED:
        return CODE_NOT_READY;
    case VENDOR_STATE_BOARD_ERROR:
        return CODE_LIMITED;
    default:
        return CODE_OTHER;
    }
}
#endif

static uint32_t initialize(void)
{
    return initialized(vendor_keep((uint32_t)LIBRARY_INIT()));
}

#if VENDOR_TAKES_SENSITIVITY
vendor_state_t neai_anomalydetection_set_sensitivity(float sensitivity);
float neai_anomalydetection_get_sensitivity(void);

static void set_sensitivity(float sensitivity)
{
    (void)neai_anomalydetection_set_sensitivity(sensitivity);
}

static float get_sensitivity(void)
{
    return neai_anomalydetection_get_sensitivity();
}
#else
static void set_sensitivity(float sensitivity)
{
    (void)sensitivity;
}

static float get_sensitivity(void)
{
    return 1.0f;
}
#endif

/* The generation has no such function: what the last call said. */
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
const uint8_t vendor_capabilities = VENDOR_TAKES_SENSITIVITY ? LIBRARY_TAKES_SENSITIVITY : 0u;
