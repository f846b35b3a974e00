/* Firmware as it is written for API generation 5: knows NanoEdgeAI.h and nothing of who made the library. */
#include "NanoEdgeAI.h"

#include "replay.h"

static uint8_t similarity = 111;
static float input_signal[NEAI_INPUT_SIGNAL_LENGTH * NEAI_INPUT_AXIS_NUMBER];

static void get_signal(float *signal)
{
    replay_next(signal, neai_get_input_signal_size() * neai_get_axis_number());
}

static void learn(void)
{
    enum neai_state state = neai_anomalydetection_learn(input_signal);
    replay_log((uint32_t)state);
}

static void detect(void)
{
    enum neai_state state = neai_anomalydetection_detect(input_signal, &similarity);
    replay_log((uint32_t)state);
    replay_log(similarity);
}

static uint32_t is_the_id(const char *id)
{
    const char *other = NEAI_ID;
    while (*id != '\0' && *id == *other) {
        id++;
        other++;
    }
    return *id == *other ? 1u : 0u;
}

int main(void)
{
    replay_log(is_the_id(neai_get_id()));
    get_signal(input_signal);
    learn();
    detect();
    replay_log((uint32_t)neai_anomalydetection_init(true));
    replay_log((uint32_t)neai_anomalydetection_init(false));
    detect();

    for (int iteration = 0; iteration < REPLAY_LEARNS; iteration++) {
        get_signal(input_signal);
        learn();
        detect();
    }
    for (int i = 0; i < REPLAY_DETECTS; i++) {
        get_signal(input_signal);
        detect();
    }
    get_signal(input_signal);
    detect();

    get_signal(input_signal); /* a broken sensor */
    learn();
    detect();
    replay_log((uint32_t)neai_anomalydetection_detect(input_signal, (uint8_t *)0));
    replay_end();
    return 0;
}
