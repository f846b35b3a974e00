/* Generation 2 (v1, v2): NanoEdgeAI_* returning bytes. Its codes are those of the core. */
#include "vendor.h"

#if VENDOR_NEEDS_KNOWLEDGE
#include "vendor_knowledge.h"
#endif

#if VENDOR_CLASSES > 0
uint8_t NanoEdgeAI_knowledge_init(const float knowledge_buffer[]);
uint16_t NanoEdgeAI_classifier(float input_buffer[], float output_buffer[], uint8_t class_threshold);

#define NO_THRESHOLD 0u

static uint32_t initialize(void)
{
    return vendor_keep(NanoEdgeAI_knowledge_init((const float *)vendor_knowledge));
}

static uint32_t classify(float *signal, float *probabilities)
{
    return vendor_class(vendor_keep(NanoEdgeAI_classifier(signal, probabilities, NO_THRESHOLD)));
}
#else
#if VENDOR_INITIALIZE_IS_VOID
void NanoEdgeAI_initialize(void);
#else
uint8_t NanoEdgeAI_initialize(void);
#endif
uint8_t NanoEdgeAI_learn(float data_input[]);
uint8_t NanoEdgeAI_detect(float data_input[]);

static uint32_t initialize(void)
{
#if VENDOR_INITIALIZE_IS_VOID
    NanoEdgeAI_initialize();
    return vendor_keep(CODE_INITIALIZED);
#else
    return vendor_keep(NanoEdgeAI_initialize());
#endif
}

static uint32_t learn(float *signal)
{
    return vendor_keep(NanoEdgeAI_learn(signal));
}

static uint32_t detect(float *signal)
{
    return vendor_keep(NanoEdgeAI_detect(signal));
}
#endif

#if VENDOR_TAKES_SENSITIVITY
void NanoEdgeAI_set_sensitivity(float sensitivity);
float NanoEdgeAI_get_sensitivity(void);

static void set_sensitivity(float sensitivity)
{
    NanoEdgeAI_set_sensitivity(sensitivity);
}

static float get_sensitivity(void)
{
    return NanoEdgeAI_get_sensitivity();
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

#if VENDOR_TELLS_STATUS
uint8_t NanoEdgeAI_get_status(void);
static uint32_t get_status(void)
{
    return NanoEdgeAI_get_status();
}
#else
static uint32_t get_status(void)
{
    return vendor_kept();
}
#endif

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
