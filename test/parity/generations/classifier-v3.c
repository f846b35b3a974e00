/* Firmware as it is written for API generation 3 of classification. */
#include "NanoEdgeAI.h"
#include "knowledge.h"

#include "neai_selftest.h"
#include "replay.h"

static uint16_t id_class = 999;
static float input_user_buffer[DATA_INPUT_USER * AXIS_NUMBER];
static float output_class_buffer[CLASS_NUMBER];

static void classify(void)
{
    replay_next(input_user_buffer, DATA_INPUT_USER * AXIS_NUMBER);
    replay_log((uint32_t)neai_classification(input_user_buffer, output_class_buffer, &id_class));
    replay_log(id_class);
    for (int i = 0; i < CLASS_NUMBER; i++) {
        replay_log((uint32_t)(65536.0f * output_class_buffer[i]));
    }
}

int main(void)
{
    static const float foreign[4] = {1.0f, 2.0f, 3.0f, -1.0e20f};
    classify();
    replay_log((uint32_t)neai_classification_init(foreign));
    replay_log((uint32_t)neai_classification_init(knowledge));
    for (int i = 1; i < REPLAY_SIGNALS; i++) {
        classify();
    }
    replay_log((uint32_t)neai_selftest(input_user_buffer, output_class_buffer));
    replay_end();
    return 0;
}
