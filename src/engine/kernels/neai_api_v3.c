/*
 * API generations 3 and 4: neai_anomalydetection_* over the one library of this image. Every code of the runtime has its
 * place in enum neai_state; similarities, knowledge and sensitivity are those of generation 2.
 */
#include "NanoEdgeAI.h"

#include "neai_api.h"
#include "neai_knowledge_buffer.h"

enum neai_state neai_anomalydetection_init(void)
{
    if (!NEAI_IS_ALLOWED()) {
        return NEAI_BOARD_ERROR;
    }
    neai_initialize(&neai_the_library);
    return NEAI_OK;
}

enum neai_state neai_anomalydetection_learn(float data_input[])
{
    if (!NEAI_IS_ALLOWED()) {
        return NEAI_BOARD_ERROR;
    }
    switch (neai_learn(&neai_the_library, data_input)) {
    case NEAI_LEARN_DONE:
        if (neai_learned() < MINIMUM_ITERATION_CALLS_FOR_EFFICIENT_LEARNING) {
            return NEAI_NOT_ENOUGH_CALL_TO_LEARNING;
        }
        return NEAI_ENOUGH_LEARNT;
    case NEAI_LEARN_NOT_INITIALIZED:
        return NEAI_INIT_FCT_NOT_CALLED;
    default:
        return NEAI_UNKNOWN_ERROR;
    }
}

enum neai_state neai_anomalydetection_detect(float data_input[], uint8_t *similarity)
{
    if (!NEAI_IS_ALLOWED()) {
        return NEAI_BOARD_ERROR;
    }
    uint8_t answer = neai_detect(&neai_the_library, data_input);
    switch (answer) {
    case NEAI_DETECT_NOT_READY:
        return neai_is_initialized() ? NEAI_NOT_ENOUGH_CALL_TO_LEARNING : NEAI_INIT_FCT_NOT_CALLED;
    case NEAI_DETECT_NOT_FINITE:
        return NEAI_UNKNOWN_ERROR;
    default:
        *similarity = answer;
        return NEAI_OK;
    }
}

enum neai_state neai_anomalydetection_set_sensitivity(float sensitivity)
{
    neai_set_sensitivity(&neai_the_library, sensitivity);
    /* What is no sensitivity has changed nothing: NaN, 0, below 0, above 100. */
    return sensitivity > 0.0f && sensitivity <= 100.0f ? NEAI_OK : NEAI_UNKNOWN_ERROR;
}

float neai_anomalydetection_get_sensitivity(void)
{
    return *neai_the_library.sensitivity;
}

#ifdef NEAI_WITH_KNOWLEDGE

enum neai_state neai_anomalydetection_knowledge(const float knowledge_buffer[])
{
    if (!NEAI_IS_ALLOWED()) {
        return NEAI_BOARD_ERROR;
    }
    /* The first word names the library: of another one's buffer, which may be shorter, nothing else is read. */
    if (neai_buffer_word(knowledge_buffer) != neai_the_library.version) {
        return NEAI_KNOWLEDGE_BUFFER_ERROR;
    }
    uint32_t words = neai_the_library.knowledge_words;
    if (!neai_buffer_is_whole(knowledge_buffer, words)) {
        return NEAI_KNOWLEDGE_BUFFER_ERROR;
    }
    for (uint32_t i = 0; i < words; i++) {
        neai_the_library.knowledge[i].u = neai_buffer_word(&knowledge_buffer[2u * i]);
    }
    return NEAI_OK;
}

#endif
