/* API generation 2: the six functions of NanoEdgeAI.h over the one library of this image. */
#include "NanoEdgeAI.h"

#include "neai_api.h"

#define BOARD_NOT_ALLOWED 123

uint8_t NanoEdgeAI_initialize(void)
{
    if (!NEAI_IS_ALLOWED()) {
        return BOARD_NOT_ALLOWED;
    }
    return neai_initialize(&neai_the_library);
}

uint8_t NanoEdgeAI_learn(float data_input[])
{
    /* As the original: learning seems to go well on any board. Nothing is learnt. */
    if (!NEAI_IS_ALLOWED()) {
        return NEAI_LEARN_DONE;
    }
    return neai_learn(&neai_the_library, data_input);
}

uint8_t NanoEdgeAI_detect(float data_input[])
{
    if (!NEAI_IS_ALLOWED()) {
        return BOARD_NOT_ALLOWED;
    }
    return neai_detect(&neai_the_library, data_input);
}

void NanoEdgeAI_set_sensitivity(float sensitivity)
{
    neai_set_sensitivity(&neai_the_library, sensitivity);
}

float NanoEdgeAI_get_sensitivity(void)
{
    return *neai_the_library.sensitivity;
}

uint8_t NanoEdgeAI_get_status(void)
{
    return NEAI_IS_ALLOWED() ? 0 : BOARD_NOT_ALLOWED;
}
