/*
 * A generated library as a WebAssembly module: calls are functions, and whoever calls them reads and writes signal and
 * knowledge in the module's memory. With -DNEAI_TAPS it tells each stage to the function that it imports.
 */
#include "NanoEdgeAI.h"
#include "crc32c.h"
#include "neai_trace.h"

#define KNOWLEDGE_WORDS (NEAI_KNOWLEDGE_SIZE / 4)
/** Second word of the knowledge: see docs/knowledge.md. */
#define LEARN_COUNTER 1

uint32_t neai_knowledge[KNOWLEDGE_WORDS];

static float signal_words[NB_AXES * BUFFER_SIZE];

float *neai_module_signal(void);
uint32_t *neai_module_knowledge(void);
uint32_t neai_module_knowledge_bytes(void);
uint32_t neai_module_initialize(void);
uint32_t neai_module_learn(void);
uint32_t neai_module_detect(void);
void neai_module_set_sensitivity(float sensitivity);
uint32_t neai_module_learn_counter(void);
uint32_t neai_module_digest(void);
uint32_t neai_module_distance_bits(void);
uint32_t neai_module_score_bits(void);
void neai_module_trace(uint32_t on);

/** Where a signal is to be written before learn or detect: NB_AXES * BUFFER_SIZE values. */
float *neai_module_signal(void)
{
    return signal_words;
}

uint32_t *neai_module_knowledge(void)
{
    return neai_knowledge;
}

uint32_t neai_module_knowledge_bytes(void)
{
    return NEAI_KNOWLEDGE_SIZE;
}

uint32_t neai_module_initialize(void)
{
    return NanoEdgeAI_initialize();
}

uint32_t neai_module_learn(void)
{
    return NanoEdgeAI_learn(signal_words);
}

uint32_t neai_module_detect(void)
{
    return NanoEdgeAI_detect(signal_words);
}

void neai_module_set_sensitivity(float sensitivity)
{
    NanoEdgeAI_set_sensitivity(sensitivity);
}

uint32_t neai_module_learn_counter(void)
{
    return neai_knowledge[LEARN_COUNTER];
}

uint32_t neai_module_digest(void)
{
    return crc32c(0, (const uint8_t *)neai_knowledge, NEAI_KNOWLEDGE_SIZE);
}

#ifdef NEAI_TAPS
/** Imported: told a stage's number and its output, which is valid during the call. */
extern void neai_module_stage(uint32_t stage, const float *output, uint32_t length);

static void tell(uint32_t stage, const float *output, uint32_t length)
{
    neai_module_stage(stage, output, length);
}

uint32_t neai_module_distance_bits(void)
{
    return neai_trace_distance_bits;
}

uint32_t neai_module_score_bits(void)
{
    return neai_trace_score_bits;
}

void neai_module_trace(uint32_t on)
{
    neai_trace_stage = on ? tell : 0;
}
#else
uint32_t neai_module_distance_bits(void)
{
    return 0;
}

uint32_t neai_module_score_bits(void)
{
    return 0;
}

void neai_module_trace(uint32_t on)
{
    (void)on;
}
#endif
