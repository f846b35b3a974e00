import type { Library } from '../../library.ts';
import { type Api, type FunctionRow, recommendedLearns } from './api.ts';
import { v5CppHeader, v5Header } from './v5-headers.ts';

/** API generation 5: init(bool), learning that says when it is done, getters, no sensitivity. */
export const API_V5: Api = {
  name: 'v5',
  title: 'generation 5 (neai_anomalydetection_* with init(bool) and getters)',
  sources: ['kernels/neai_api_v5.c'],
  functions: {
    initialize: 'neai_anomalydetection_init',
    learn: 'neai_anomalydetection_learn',
    detect: 'neai_anomalydetection_detect',
  },
  moreFunctions: ['neai_get_id', 'neai_get_input_signal_size', 'neai_get_axis_number'],
  knowledgeFunction: null,
  macros: {
    axes: 'NEAI_INPUT_AXIS_NUMBER',
    length: 'NEAI_INPUT_SIGNAL_LENGTH',
    learns: 'NEAI_MINIMUM_LEARNING_ITERATIONS',
  },
  header: v5Header,
  cppHeader: v5CppHeader,
  mainProgram: () => MAIN,
  selfTestCalls: () => CALLS,
  detectFloor: recommendedLearns,
  functionRows,
  elsewhere: 'init, learn and detect answer NEAI_ERROR (1) and do nothing',
  notReady: 'NEAI_LEARNING_IN_PROGRESS (6)',
  remarks: `With any code but NEAI_OK detect leaves the similarity as it was: look at the code first. This generation has no function for
sensitivity: it stays 1.`,
};

function functionRows(library: Library, isLimited: boolean): FunctionRow[] {
  const elsewhere = isLimited ? '; 1 NEAI_ERROR on another board' : '';
  const least = recommendedLearns(library);
  const bad = '3 NEAI_INVALID_PARAM null, NaN or infinite';
  return [
    [
      'enum neai_state neai_anomalydetection_init(bool use_pretrained)',
      'false: forgets all knowledge. true: starts with the knowledge that lies in the library. Call it first.',
      `0 NEAI_OK; 4 NEAI_NOT_SUPPORTED the library holds none${elsewhere}`,
    ],
    [
      'enum neai_state neai_anomalydetection_learn(float *in)',
      'Learns one signal, now or later.',
      `6 NEAI_LEARNING_IN_PROGRESS for the first ${least - 1}, then 5 NEAI_LEARNING_DONE: both mean learnt; 2 NEAI_NOT_INITIALIZED; ${bad}${elsewhere}`,
    ],
    [
      'enum neai_state neai_anomalydetection_detect(float *in, uint8_t *similarity)',
      'Compares one signal with what was learnt: similarity 0 … 100. Below 90: an anomaly.',
      `0 NEAI_OK; 6 NEAI_LEARNING_IN_PROGRESS fewer than ${least} learnt; 2 NEAI_NOT_INITIALIZED; ${bad}${elsewhere}`,
    ],
    ['char *neai_get_id(void)', '', 'the id, NEAI_ID; it lies in flash and must not be written to'],
    ['int neai_get_input_signal_size(void)', '', 'samples per axis'],
    ['int neai_get_axis_number(void)', '', 'axes'],
  ];
}

const MAIN = `/* Learns, then detects. Complete get_signal for your sensor. */
#include "NanoEdgeAI.h"

#ifdef NEAI_WITH_KNOWLEDGE
static const bool use_pretrained = true;
#else
static const bool use_pretrained = false;
#endif

static float input_signal[NEAI_INPUT_SIGNAL_LENGTH * NEAI_INPUT_AXIS_NUMBER];

/** Collects one signal: x1 y1 z1 x2 y2 z2 ... */
static void get_signal(float *signal)
{
    for (int i = 0; i < NEAI_INPUT_SIGNAL_LENGTH * NEAI_INPUT_AXIS_NUMBER; i++) {
        signal[i] = 0.0f; /* USER: the next value of the sensor, as a float */
    }
}

int main(void)
{
    enum neai_state state = neai_anomalydetection_init(use_pretrained);
    if (state != NEAI_OK) {
        return (int)state; /* NEAI_ERROR: a limited library on a board that is not authorised */
    }

    while (!use_pretrained && state != NEAI_LEARNING_DONE) {
        get_signal(input_signal);
        state = neai_anomalydetection_learn(input_signal);
    }

    for (;;) {
        uint8_t similarity = 0;
        get_signal(input_signal);
        state = neai_anomalydetection_detect(input_signal, &similarity);
        if (state == NEAI_OK && similarity < NEAI_THRESHOLD) {
            /* USER: anomaly (blink LED, ring alarm ...) */
        }
    }
}
`;

const CALLS = `static int start(void)
{
    return (int)neai_anomalydetection_init(false);
}

static int learn(float signal[])
{
    enum neai_state state = neai_anomalydetection_learn(signal);
    return state == NEAI_LEARNING_IN_PROGRESS || state == NEAI_LEARNING_DONE;
}

static int detect(float signal[])
{
    uint8_t similarity = 0;
    return neai_anomalydetection_detect(signal, &similarity) == NEAI_OK ? similarity : -1;
}
`;
