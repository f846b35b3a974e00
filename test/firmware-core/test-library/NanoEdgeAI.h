/* A library for tests of the core: small enough to be checked by hand, sensitive to order and to repetition. */
#ifndef NANOEDGEAI_H
#define NANOEDGEAI_H

#include <stdint.h>

#define NEAI_ID "00112233445566778899aabb"
#define NEAI_KNOWLEDGE_VERSION 1u
#ifndef NB_AXES
#define NB_AXES 3
#endif
#ifndef BUFFER_SIZE
#define BUFFER_SIZE 16
#endif

uint8_t NanoEdgeAI_initialize(void);
uint8_t NanoEdgeAI_learn(float data_input[]);
uint8_t NanoEdgeAI_detect(float data_input[]);
void NanoEdgeAI_set_sensitivity(float sensitivity);
float NanoEdgeAI_get_sensitivity(void);
uint8_t NanoEdgeAI_get_status(void);

#endif
