/* API generations 3 and 4: neai_classification_* over the one classifier of this image; class ids from 1, 0 is none. */
#include "NanoEdgeAI.h"

#include "neai_allowed.h"
#include "neai_classification.h"
#include "neai_knowledge_buffer.h"

extern const neai_classifier neai_the_classifier;

/* What was trained lies in the library; the buffer only has to name it. */
enum neai_state neai_classification_init(const float knowledge_buffer[])
{
    if (!NEAI_IS_ALLOWED()) {
        return NEAI_BOARD_ERROR;
    }
    if (neai_buffer_word(knowledge_buffer) != neai_the_classifier.version) {
        return NEAI_KNOWLEDGE_BUFFER_ERROR;
    }
    if (!neai_buffer_is_whole(knowledge_buffer, 1u)) {
        return NEAI_KNOWLEDGE_BUFFER_ERROR;
    }
    neai_classifier_initialize(&neai_the_classifier);
    return NEAI_OK;
}

enum neai_state neai_classification(float data_input[], float output_buffer[], uint16_t *id_class)
{
    if (!NEAI_IS_ALLOWED()) {
        neai_no_probabilities(&neai_the_classifier, output_buffer);
        *id_class = 0;
        return NEAI_BOARD_ERROR;
    }
    uint8_t answer = neai_classify(&neai_the_classifier, data_input, output_buffer);
    switch (answer) {
    case NEAI_CLASSIFY_NOT_READY:
        *id_class = 0;
        return NEAI_INIT_FCT_NOT_CALLED;
    case NEAI_CLASSIFY_NOT_FINITE:
        *id_class = 0;
        return NEAI_UNKNOWN_ERROR;
    default:
        *id_class = answer;
        return NEAI_OK;
    }
}
