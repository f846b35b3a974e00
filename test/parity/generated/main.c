/*
 * Plays calls over a generated library through NanoEdgeAI.h alone. Standard input: words; 1 initialize, 2 learn + signal,
 * 3 detect + signal, 4 sensitivity + bits. Standard output: code, sensitivity bits, and the knowledge after each call.
 */
#include <stdio.h>
#include <string.h>

#include "NanoEdgeAI.h"

extern uint32_t neai_knowledge[NEAI_KNOWLEDGE_SIZE / 4];

static float data[NB_AXES * BUFFER_SIZE];
static float before[NB_AXES * BUFFER_SIZE];

static int put(uint32_t word)
{
    return fwrite(&word, sizeof word, 1, stdout) == 1;
}

int main(void)
{
    uint32_t operation;
    while (fread(&operation, sizeof operation, 1, stdin) == 1) {
        uint32_t code = 255;
        float sensitivity;
        if (operation == 2u || operation == 3u) {
            if (fread(data, sizeof data, 1, stdin) != 1) {
                return 1;
            }
            memcpy(before, data, sizeof data);
            code = operation == 2u ? NanoEdgeAI_learn(data) : NanoEdgeAI_detect(data);
            if (memcmp(before, data, sizeof data) != 0) {
                return 2;
            }
        } else if (operation == 4u) {
            if (fread(&sensitivity, sizeof sensitivity, 1, stdin) != 1) {
                return 1;
            }
            NanoEdgeAI_set_sensitivity(sensitivity);
            code = NanoEdgeAI_get_status();
        } else {
            code = NanoEdgeAI_initialize();
        }
        uint32_t bits;
        sensitivity = NanoEdgeAI_get_sensitivity();
        memcpy(&bits, &sensitivity, sizeof bits);
        if (!put(code) || !put(bits)) {
            return 1;
        }
        if (fwrite(neai_knowledge, sizeof neai_knowledge, 1, stdout) != 1) {
            return 1;
        }
    }
    return 0;
}
