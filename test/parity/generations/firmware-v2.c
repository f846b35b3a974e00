/* Firmware as it is written for API generation 2: knows NanoEdgeAI.h and nothing of who made the library. */
#include "NanoEdgeAI.h"

#include "replay.h"

static float data_buffer[BUFFER_SIZE * NB_AXES];

static void get_buffer(float sample_buffer[])
{
    replay_next(sample_buffer, BUFFER_SIZE * NB_AXES);
}

int main(void)
{
    get_buffer(data_buffer);
    replay_log(NanoEdgeAI_learn(data_buffer));
    replay_log(NanoEdgeAI_detect(data_buffer));
    replay_log(NanoEdgeAI_initialize());
    replay_log(NanoEdgeAI_get_status());
    replay_log(NanoEdgeAI_detect(data_buffer));

    for (int iteration = 0; iteration < REPLAY_LEARNS; iteration++) {
        get_buffer(data_buffer);
        replay_log(NanoEdgeAI_learn(data_buffer));
        replay_log(NanoEdgeAI_detect(data_buffer));
    }
    for (int i = 0; i < REPLAY_DETECTS; i++) {
        get_buffer(data_buffer);
        replay_log(NanoEdgeAI_detect(data_buffer));
    }

    NanoEdgeAI_set_sensitivity(2.5f);
    NanoEdgeAI_set_sensitivity(500.0f);
    replay_log((uint32_t)(10.0f * NanoEdgeAI_get_sensitivity()));
    get_buffer(data_buffer);
    replay_log(NanoEdgeAI_detect(data_buffer));

    get_buffer(data_buffer); /* a broken sensor */
    replay_log(NanoEdgeAI_learn(data_buffer));
    replay_log(NanoEdgeAI_detect(data_buffer));
    replay_end();
    return 0;
}
