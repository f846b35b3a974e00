/* Firmware as it is written for API generation 5 of classification. */
#include "NanoEdgeAI.h"

#include "neai_selftest.h"
#include "replay.h"

static int id_class = 999;
static float input_signal[NEAI_INPUT_SIGNAL_LENGTH * NEAI_INPUT_AXIS_NUMBER];
static float probabilities[NEAI_NUMBER_OF_CLASSES];

static void classify(void)
{
    replay_next(input_signal, neai_get_input_signal_size() * neai_get_axis_number());
    replay_log((uint32_t)neai_classification(input_signal, probabilities, &id_class));
    replay_log((uint32_t)id_class);
    for (int i = 0; i < neai_get_number_of_classes(); i++) {
        replay_log((uint32_t)(65536.0f * probabilities[i]));
    }
}

int main(void)
{
    classify();
    replay_log((uint32_t)neai_classification_init());
    for (int i = 1; i < REPLAY_SIGNALS; i++) {
        classify();
    }
    /* last character of the last name; the places beside the first and the last class have none */
    const char *name = neai_get_class_name(NEAI_NUMBER_OF_CLASSES - 1);
    while (name[1] != '\0') {
        name++;
    }
    replay_log((uint32_t)(unsigned char)name[0]);
    replay_log(neai_get_class_name(-1) == neai_get_class_name(NEAI_NUMBER_OF_CLASSES) ? 1u : 0u);
    replay_log((uint32_t)neai_selftest(input_signal, probabilities));
    replay_end();
    return 0;
}
