/* Begins with the library's own knowledge: what it answers, and how a damaged or foreign one is refused. */
#include "neai_selftest.h"

uint32_t probe_in[1];
/* result of the self-test, codes of three attempts to take knowledge, code of detect, similarity, learn's code */
uint32_t probe_out[7];

#ifdef AXIS_NUMBER

#include "knowledge.h"

static float buffer[AXIS_NUMBER * DATA_INPUT_USER];
static float damaged[sizeof knowledge / sizeof knowledge[0]];

static void take(void)
{
    neai_anomalydetection_init();
    for (uint32_t i = 0; i < sizeof knowledge / sizeof knowledge[0]; i++) {
        damaged[i] = knowledge[i];
    }
    damaged[20] = damaged[20] == 1.0f ? 2.0f : 1.0f;
    probe_out[1] = neai_anomalydetection_knowledge(damaged);
    damaged[0] = -1.0e30f;
    probe_out[2] = neai_anomalydetection_knowledge(damaged);
    probe_out[3] = neai_anomalydetection_knowledge(knowledge);
}

#else

static float buffer[NEAI_INPUT_AXIS_NUMBER * NEAI_INPUT_SIGNAL_LENGTH];

static void take(void)
{
    probe_out[1] = neai_anomalydetection_learn((float *)0);
    probe_out[2] = neai_anomalydetection_detect((float *)0, (uint8_t *)0);
    probe_out[3] = neai_anomalydetection_init(true);
}

#endif

int main(void)
{
    uint8_t similarity = 0;
    probe_out[0] = (uint32_t)neai_selftest(buffer);
    take();
    for (uint32_t i = 0; i < sizeof buffer / sizeof buffer[0]; i++) {
        buffer[i] = (float)((int)((i * 7u) % 11u) - 5) * 0.25f;
    }
    probe_out[4] = neai_anomalydetection_detect(buffer, &similarity);
    probe_out[5] = similarity;
    probe_out[6] = neai_anomalydetection_learn(buffer);
    __asm__ volatile("bkpt 0x2a" : : "r"(probe_in[0]));
    return 0;
}
