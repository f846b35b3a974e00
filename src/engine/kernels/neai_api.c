/* The six functions of NanoEdgeAI.h over the one library of this image. */
#include "NanoEdgeAI.h"

#include "neai_config.h"

uint8_t NanoEdgeAI_initialize(void)
{
    return neai_initialize(&neai_the_library);
}

uint8_t NanoEdgeAI_learn(float data_input[])
{
    return neai_learn(&neai_the_library, data_input);
}

uint8_t NanoEdgeAI_detect(float data_input[])
{
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
    return 0;
}
