#include <string.h>

#include "NanoEdgeAI.h"

#define VALUES (NB_AXES * BUFFER_SIZE)

/* The hash changes with every bit learned, with the order, and with a signal learned twice. */
static struct {
    uint32_t version;
    uint32_t learns;
    uint32_t hash;
    float first;
} knowledge __attribute__((section(".neai")));

static float sensitivity = 1.0f;

/* Bits of the signal hashed (FNV-1a over words); 0 when a value is NaN or infinite. */
static uint32_t signal_hash(const float *signal, uint32_t hash)
{
    for (uint32_t i = 0; i < VALUES; i++) {
        uint32_t word;
        memcpy(&word, &signal[i], sizeof word);
        if ((word & 0x7f800000u) == 0x7f800000u) {
            return 0u;
        }
        hash = (hash ^ word) * 16777619u;
    }
    return hash | 1u;
}

uint8_t NanoEdgeAI_initialize(void)
{
    memset(&knowledge, 0, sizeof knowledge);
    knowledge.version = 1u;
    knowledge.hash = 2166136261u;
    sensitivity = 1.0f;
    return 0u;
}

uint8_t NanoEdgeAI_learn(float data_input[])
{
    if (knowledge.version == 0u) {
        return 0u;
    }
    uint32_t hash = signal_hash(data_input, knowledge.hash);
    if (hash == 0u) {
        return 2u;
    }
    knowledge.hash = hash;
    knowledge.first = data_input[0];
    knowledge.learns++;
    return 1u;
}

uint8_t NanoEdgeAI_detect(float data_input[])
{
    if (knowledge.version == 0u || knowledge.learns == 0u) {
        return 124u;
    }
    if (signal_hash(data_input, 1u) == 0u) {
        return 125u;
    }
    float distance = data_input[0] - knowledge.first;
    distance = distance < 0.0f ? -distance : distance;
    return distance >= 100.0f ? 0u : (uint8_t)(100u - (uint8_t)distance);
}

void NanoEdgeAI_set_sensitivity(float value)
{
    if (value > 0.0f && value <= 100.0f) {
        sensitivity = value;
    }
}

float NanoEdgeAI_get_sensitivity(void)
{
    return sensitivity;
}

uint8_t NanoEdgeAI_get_status(void)
{
    return 0u;
}
