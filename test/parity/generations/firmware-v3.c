/* Firmware as it is written for API generation 3: knows NanoEdgeAI.h and nothing of who made the library. */
#include "NanoEdgeAI.h"

#include "replay.h"

static uint8_t similarity = 111;
static float input_user_buffer[DATA_INPUT_USER * AXIS_NUMBER];

static void fill_buffer(float input_buffer[])
{
    replay_next(input_buffer, DATA_INPUT_USER * AXIS_NUMBER);
}

static void learn(void)
{
    enum neai_state state = neai_anomalydetection_learn(input_user_buffer);
    replay_log((uint32_t)state);
}

static void detect(void)
{
    enum neai_state state = neai_anomalydetection_detect(input_user_buffer, &similarity);
    replay_log((uint32_t)state);
    replay_log(similarity);
}

int main(void)
{
    fill_buffer(input_user_buffer);
    learn();
    detect();
    enum neai_state error_code = neai_anomalydetection_init();
    replay_log((uint32_t)error_code);
    detect();

    for (int iteration = 0; iteration < REPLAY_LEARNS; iteration++) {
        fill_buffer(input_user_buffer);
        learn();
        detect();
    }
    for (int i = 0; i < REPLAY_DETECTS; i++) {
        fill_buffer(input_user_buffer);
        detect();
    }

    replay_log((uint32_t)neai_anomalydetection_set_sensitivity(2.5f));
    replay_log((uint32_t)neai_anomalydetection_set_sensitivity(500.0f));
    replay_log((uint32_t)(10.0f * neai_anomalydetection_get_sensitivity()));
    fill_buffer(input_user_buffer);
    detect();

    fill_buffer(input_user_buffer); /* a broken sensor */
    learn();
    detect();
    replay_end();
    return 0;
}
