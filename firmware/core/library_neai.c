/*
 * The table of operations around a library of API generation 2, as its header NanoEdgeAI.h declares them: the six functions
 * of anomaly detection, or, where the header has a number of classes, those of classification.
 */
#include "NanoEdgeAI.h"
#include "library.h"

#ifndef NEAI_LONGEST_CALL_MS
#define NEAI_LONGEST_CALL_MS 2000
#endif
#ifndef NEAI_KNOWLEDGE_VERSION
#define NEAI_KNOWLEDGE_VERSION 0u
#endif

/* From the linker script: bounds of the section .neai, and of the RAM left for the input buffer. */
extern uint8_t neai_start[];
extern uint8_t neai_end[];
extern float input_start[];
extern float input_end[];

static uint32_t initialize(void)
{
    return NanoEdgeAI_initialize();
}

static uint32_t get_status(void)
{
    return NanoEdgeAI_get_status();
}

#ifdef CLASS_NUMBER

#define KIND "classification"
#define CLASSES CLASS_NUMBER
#define SENSITIVITY 0u

/* There is no sensitivity in classification: 1, whatever is asked. */
static void set_sensitivity(float sensitivity)
{
    (void)sensitivity;
}

static float get_sensitivity(void)
{
    return 1.0f;
}

static uint32_t classify(float *signal, float *probabilities)
{
    return NanoEdgeAI_classify(signal, probabilities);
}

static const library_operations_t OPERATIONS = {
    .initialize = initialize,
    .set_sensitivity = set_sensitivity,
    .get_sensitivity = get_sensitivity,
    .get_status = get_status,
    .classify = classify,
};

#else

#define KIND "anomaly-detection"
#define CLASSES 0u
#define SENSITIVITY LIBRARY_TAKES_SENSITIVITY

static uint32_t learn(float *signal)
{
    return NanoEdgeAI_learn(signal);
}

static uint32_t detect(float *signal)
{
    return NanoEdgeAI_detect(signal);
}

static const library_operations_t OPERATIONS = {
    .initialize = initialize,
    .learn = learn,
    .detect = detect,
    .set_sensitivity = NanoEdgeAI_set_sensitivity,
    .get_sensitivity = NanoEdgeAI_get_sensitivity,
    .get_status = get_status,
};

#endif

static void info(library_info_t *record)
{
    record->id = NEAI_ID;
    record->kind = KIND;
    record->api_generation = 2u;
    record->capabilities = LIBRARY_TELLS_COUNTER | LIBRARY_TELLS_VERSION | SENSITIVITY;
    record->axes = NB_AXES;
    record->buffer_size = BUFFER_SIZE;
    record->longest_call_ms = NEAI_LONGEST_CALL_MS;
    record->input = input_start;
    record->input_samples = (uint32_t)(input_end - input_start);
    record->knowledge = neai_start;
    record->knowledge_bytes = (uint32_t)(neai_end - neai_start);
    record->knowledge_version = NEAI_KNOWLEDGE_VERSION;
    record->classes = CLASSES;
}

/* Our libraries keep it (a classifier 0) in the second little-endian word of their knowledge, after the version. */
static uint32_t learn_counter(void)
{
    const uint8_t *at = &neai_start[4];
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

const library_t library = {&OPERATIONS, info, learn_counter, 0};
