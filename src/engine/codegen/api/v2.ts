import type { Library } from '../../library.ts';
import type { Api, FunctionRow } from './api.ts';
import { v2CppHeader, v2Header } from './v2-headers.ts';

/** The six functions of the NanoEdge AI Library (AD) document. */
export const API_V2: Api = {
  name: 'v2',
  title: 'generation 2 (NanoEdgeAI_*)',
  sources: ['kernels/neai_api.c'],
  functions: {
    initialize: 'NanoEdgeAI_initialize',
    learn: 'NanoEdgeAI_learn',
    detect: 'NanoEdgeAI_detect',
  },
  moreFunctions: ['NanoEdgeAI_set_sensitivity', 'NanoEdgeAI_get_sensitivity', 'NanoEdgeAI_get_status'],
  knowledgeFunction: null,
  macros: { axes: 'NB_AXES', length: 'BUFFER_SIZE', learns: 'NEAI_MINIMUM_LEARNING_ITERATIONS' },
  header: (library, { limitedTo }) => v2Header(library, limitedTo),
  cppHeader: v2CppHeader,
  mainProgram: () => MAIN,
  selfTestCalls: () => CALLS,
  detectFloor: ({ detectFloor }) => detectFloor,
  functionRows,
  elsewhere: 'initialize, detect and get_status answer 123; learn answers 1 and learns nothing',
  notReady: '124',
  remarks: '',
};

function functionRows(library: Library, isLimited: boolean): FunctionRow[] {
  const elsewhere = isLimited ? '; 123 on another board' : '';
  return [
    [
      'uint8_t NanoEdgeAI_initialize(void)',
      'Forgets all knowledge, sets sensitivity 1. Call it first.',
      `0${elsewhere}`,
    ],
    [
      'uint8_t NanoEdgeAI_learn(float data_input[])',
      'Learns one signal, now or later.',
      '1 learnt; 0 not initialised; 2 a value is NaN or infinite',
    ],
    [
      'uint8_t NanoEdgeAI_detect(float data_input[])',
      'Compares one signal with what was learnt. Below 90: an anomaly.',
      `similarity 0 … 100; 124 not initialised or fewer than ${library.detectFloor} learnt; 125 a value is NaN or infinite${elsewhere}`,
    ],
    [
      'void NanoEdgeAI_set_sensitivity(float sensitivity)',
      'Above 1 lowers similarities, below 1 raises them; changes no knowledge. Takes 0 &lt; s ≤ 100, anything else changes nothing.',
      '',
    ],
    ['float NanoEdgeAI_get_sensitivity(void)', '', 'the sensitivity'],
    ['uint8_t NanoEdgeAI_get_status(void)', '', `0 ready${elsewhere}`],
  ];
}

const MAIN = `/* Learns, then detects. Complete get_buffer for your sensor. */
#include "NanoEdgeAI.h"

/* Private define ------------------------------------------------------------*/
#define LEARNING_ITERATIONS NEAI_MINIMUM_LEARNING_ITERATIONS /* e.g. this value is set by user */

/* Private variables defined by user -----------------------------------------*/
static float data_buffer[BUFFER_SIZE * NB_AXES];

/** Collects one signal: x1 y1 z1 x2 y2 z2 ... */
static void get_buffer(float sample_buffer[])
{
    for (int i = 0; i < BUFFER_SIZE * NB_AXES; i++) {
        sample_buffer[i] = 0.0f; /* USER: the next value of the sensor, as a float */
    }
}

int main(void)
{
    /* Initialization --------------------------------------------------------*/
    uint8_t error_code = NanoEdgeAI_initialize();
    if (error_code != 0) {
        return error_code; /* 123: a limited library on a board that is not authorised */
    }

    /* Learning --------------------------------------------------------------*/
    int learned = 0;
    while (learned < LEARNING_ITERATIONS) {
        get_buffer(data_buffer);
        if (NanoEdgeAI_learn(data_buffer) == NEAI_LEARN_SUCCESS) {
            learned++;
        }
    }

    /* Sensitivity (optional) --------------------------------------------------*/
    /* NanoEdgeAI_set_sensitivity(1.1f); */

    /* Detection -------------------------------------------------------------*/
    for (;;) {
        get_buffer(data_buffer);
        uint8_t similarity = NanoEdgeAI_detect(data_buffer);
        if (similarity < NEAI_THRESHOLD) {
            /* USER: anomaly (blink LED, ring alarm ...) */
        }
    }
}
`;

const CALLS = `static int start(void)
{
    return NanoEdgeAI_initialize();
}

static int learn(float signal[])
{
    return NanoEdgeAI_learn(signal) == NEAI_LEARN_SUCCESS;
}

static int detect(float signal[])
{
    return NanoEdgeAI_detect(signal);
}
`;
