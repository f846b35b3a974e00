import type { FilePlan } from '../../src/shared/file-plan.ts';

export interface TrivialLibrary {
  readonly axes?: number;
  readonly bufferSize?: number;
  /** Words of knowledge; 0: none at all. */
  readonly knowledgeWords?: number;
  /** C statement that every learn executes. */
  readonly onLearn?: string;
  /** C text added to the library's one source file, in front of its functions. */
  readonly extra?: string;
}

/** The least that has the six functions: it counts what it learned, and finds everything similar. */
export function trivialLibrary(options: TrivialLibrary = {}): FilePlan {
  const { axes = 3, bufferSize = 128, knowledgeWords = 4, onLearn = '', extra = '' } = options;
  const hasKnowledge = knowledgeWords > 0;
  const header = `#ifndef NANOEDGEAI_H
#define NANOEDGEAI_H
#include <stdint.h>
#define NEAI_ID "0123456789abcdef01234567"
#define NB_AXES ${axes}
#define BUFFER_SIZE ${bufferSize}
uint8_t NanoEdgeAI_initialize(void);
uint8_t NanoEdgeAI_learn(float data_input[]);
uint8_t NanoEdgeAI_detect(float data_input[]);
void NanoEdgeAI_set_sensitivity(float sensitivity);
float NanoEdgeAI_get_sensitivity(void);
uint8_t NanoEdgeAI_get_status(void);
#endif
`;
  const source = `#include "NanoEdgeAI.h"
${hasKnowledge ? `static uint32_t knowledge[${knowledgeWords}] __attribute__((section(".neai")));` : 'static uint32_t knowledge[2];'}
static float in_force = 1.0f;
${extra}
uint8_t NanoEdgeAI_initialize(void)
{
    knowledge[0] = 1u;
    knowledge[1] = 0u;
    return 0;
}
uint8_t NanoEdgeAI_learn(float data_input[])
{
    (void)data_input;
    ${onLearn}
    knowledge[1]++;
    return 1;
}
uint8_t NanoEdgeAI_detect(float data_input[])
{
    (void)data_input;
    return 100;
}
void NanoEdgeAI_set_sensitivity(float sensitivity)
{
    in_force = sensitivity;
}
float NanoEdgeAI_get_sensitivity(void)
{
    return in_force;
}
uint8_t NanoEdgeAI_get_status(void)
{
    return 0;
}
`;
  return [
    { path: 'NanoEdgeAI.h', content: header },
    { path: 'sources/trivial.c', content: source },
  ];
}
