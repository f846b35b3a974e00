import type { Library } from '../../library.ts';
import { type Api, type FunctionRow, recommendedLearns } from './api.ts';
import { v3CppHeader, v3Header } from './v3-headers.ts';

/** API generations 3 and 4 (they do not differ): functions that answer an enumeration, similarity through a pointer. */
function apiV3(isEarly: boolean): Api {
  return {
    name: isEarly ? 'v3-early' : 'v3',
    title: `generation 3 (neai_anomalydetection_*${isEarly ? ', first enumeration of states' : ''})`,
    sources: ['kernels/neai_api_v3.c', 'kernels/neai_knowledge_buffer.h'],
    functions: {
      initialize: 'neai_anomalydetection_init',
      learn: 'neai_anomalydetection_learn',
      detect: 'neai_anomalydetection_detect',
    },
    moreFunctions: ['neai_anomalydetection_set_sensitivity', 'neai_anomalydetection_get_sensitivity'],
    knowledgeFunction: 'neai_anomalydetection_knowledge',
    macros: {
      axes: 'AXIS_NUMBER',
      length: 'DATA_INPUT_USER',
      learns: 'MINIMUM_ITERATION_CALLS_FOR_EFFICIENT_LEARNING',
    },
    header: (library, facts) => v3Header(library, facts, isEarly),
    cppHeader: v3CppHeader,
    mainProgram: () => MAIN,
    selfTestCalls: () => CALLS,
    detectFloor: ({ detectFloor }) => detectFloor,
    functionRows: (library, isLimited) => functionRows(library, isLimited, isEarly),
    elsewhere: 'init, learn and detect answer NEAI_BOARD_ERROR (124) and do nothing',
    notReady: 'NEAI_NOT_ENOUGH_CALL_TO_LEARNING (126)',
    remarks: `With any code but NEAI_OK detect leaves the similarity as it was: look at the code first. The value of
NEAI_UNKNOWN_ERROR is ${isEarly ? 127 : 128} here; it was ${isEarly ? 128 : 127} in ${isEarly ? 'later' : 'earlier'} headers of this generation, so compare with names, not with numbers.`,
  };
}

export const API_V3 = apiV3(false);
export const API_V3_EARLY = apiV3(true);

function functionRows(library: Library, isLimited: boolean, isEarly: boolean): FunctionRow[] {
  const elsewhere = isLimited ? '; 124 NEAI_BOARD_ERROR on another board' : '';
  const least = recommendedLearns(library);
  return [
    [
      'enum neai_state neai_anomalydetection_init(void)',
      'Forgets all knowledge, sets sensitivity 1. Call it first.',
      `0 NEAI_OK${elsewhere}`,
    ],
    [
      'enum neai_state neai_anomalydetection_learn(float data_input[])',
      'Learns one signal, now or later.',
      `126 NEAI_NOT_ENOUGH_CALL_TO_LEARNING for the first ${least - 1}, then ${
        isEarly ? '0 NEAI_OK' : '127 NEAI_MINIMAL_RECOMMENDED_LEARNING_DONE'
      }: both mean learnt; 123 init not called; ${isEarly ? 127 : 128} a value is NaN or infinite${elsewhere}`,
    ],
    [
      'enum neai_state neai_anomalydetection_detect(float data_input[], uint8_t *similarity)',
      'Compares one signal with what was learnt: similarity 0 … 100. Below 90: an anomaly.',
      `0 NEAI_OK; 123 init not called; 126 fewer than ${library.detectFloor} learnt; ${isEarly ? 127 : 128} a value is NaN or infinite${elsewhere}`,
    ],
    [
      'enum neai_state neai_anomalydetection_set_sensitivity(float sensitivity)',
      'Above 1 lowers similarities, below 1 raises them; changes no knowledge.',
      `0 NEAI_OK for 0 &lt; s ≤ 100; otherwise ${isEarly ? 127 : 128}, and nothing changes`,
    ],
    ['float neai_anomalydetection_get_sensitivity(void)', '', 'the sensitivity'],
    [
      'enum neai_state neai_anomalydetection_knowledge(const float knowledge_buffer[])',
      'Only in a library with knowledge of its own: takes that of knowledge.h in the place of what was learnt.',
      '0 NEAI_OK; 125 not of this library, or damaged; nothing changed',
    ],
  ];
}

const MAIN = `/* Learns, then detects. Complete fill_buffer for your sensor. */
#include "NanoEdgeAI.h"
#ifdef NEAI_WITH_KNOWLEDGE
#include "knowledge.h"
#endif

/* Private variables defined by user -----------------------------------------*/
static uint8_t similarity = 0;
static float input_user_buffer[DATA_INPUT_USER * AXIS_NUMBER];

/** Collects one signal: x1 y1 z1 x2 y2 z2 ... */
static void fill_buffer(float input_buffer[])
{
    for (int i = 0; i < DATA_INPUT_USER * AXIS_NUMBER; i++) {
        input_buffer[i] = 0.0f; /* USER: the next value of the sensor, as a float */
    }
}

int main(void)
{
    /* Initialization --------------------------------------------------------*/
    enum neai_state error_code = neai_anomalydetection_init();
    if (error_code != NEAI_OK) {
        return (int)error_code; /* NEAI_BOARD_ERROR: a limited library on a board that is not authorised */
    }

#ifdef NEAI_WITH_KNOWLEDGE
    /* Knowledge of the library's own: learning is not needed, and may go on from there. */
    error_code = neai_anomalydetection_knowledge(knowledge);
    if (error_code != NEAI_OK) {
        return (int)error_code; /* NEAI_KNOWLEDGE_BUFFER_ERROR: knowledge.h of another library */
    }
#else
    /* Learning process ------------------------------------------------------*/
    for (uint16_t iteration = 0; iteration < MINIMUM_ITERATION_CALLS_FOR_EFFICIENT_LEARNING; iteration++) {
        fill_buffer(input_user_buffer);
        (void)neai_anomalydetection_learn(input_user_buffer);
    }
#endif

    /* Detection process -----------------------------------------------------*/
    for (;;) {
        fill_buffer(input_user_buffer);
        if (neai_anomalydetection_detect(input_user_buffer, &similarity) == NEAI_OK && similarity < NEAI_THRESHOLD) {
            /* USER: anomaly (blink LED, ring alarm ...) */
        }
    }
}
`;

const CALLS = `static int start(void)
{
    return (int)neai_anomalydetection_init();
}

static int learn(float signal[])
{
    enum neai_state state = neai_anomalydetection_learn(signal);
    return state == NEAI_NOT_ENOUGH_CALL_TO_LEARNING || state == NEAI_ENOUGH_LEARNT;
}

static int detect(float signal[])
{
    uint8_t similarity = 0;
    return neai_anomalydetection_detect(signal, &similarity) == NEAI_OK ? similarity : -1;
}
`;
