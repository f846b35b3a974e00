import type { FunctionRow } from '../../../codegen/api/api.ts';
import { V5_GETTERS, V5_STATES } from '../../../codegen/api/v5-headers.ts';
import type { ClassificationLibrary } from '../../library.ts';
import { type ClassifierApi, classLines, limitedMacro } from './classifier-api.ts';

/** API generation 5 of classification: class ids from 0, names by getter. */
export const CLASSIFIER_V5: ClassifierApi = {
  name: 'v5',
  title: 'generation 5 (neai_classification_* with getters)',
  macros: {
    axes: 'NEAI_INPUT_AXIS_NUMBER',
    length: 'NEAI_INPUT_SIGNAL_LENGTH',
    classes: 'NEAI_NUMBER_OF_CLASSES',
  },
  sources: ['classification/kernels/neai_classify_api_v5.c'],
  functions: { initialize: 'neai_classification_init', classify: 'neai_classification' },
  moreFunctions: [
    'neai_get_id',
    'neai_get_input_signal_size',
    'neai_get_axis_number',
    'neai_get_number_of_classes',
    'neai_get_class_name',
  ],
  header,
  cppHeader,
  mainProgram: () => MAIN,
  moreFiles: () => [],
  selfTestCalls: () => `static int start(void)
{
    return (int)neai_classification_init();
}

static int classify(float signal[], float probabilities[])
{
    int id = 0;
    return neai_classification(signal, probabilities, &id) == NEAI_OK ? id + 1 : -1;
}
`,
  functionRows,
  elsewhere: 'init and classification answer NEAI_ERROR (1), and every probability is 0',
};

function functionRows({ classes }: ClassificationLibrary, isLimited: boolean): FunctionRow[] {
  const elsewhere = isLimited ? '; 1 NEAI_ERROR on another board' : '';
  return [
    [
      'enum neai_state neai_classification_init(void)',
      'Makes the library ready. Call it first.',
      `0 NEAI_OK${elsewhere}`,
    ],
    [
      'enum neai_state neai_classification(float *in, float *probabilities, int *id_class)',
      `Tells the class of one signal, id 0 … ${classes.length - 1}, and the probability of every class in probabilities[id].`,
      `0 NEAI_OK; 2 NEAI_NOT_INITIALIZED; 3 NEAI_INVALID_PARAM null, NaN or infinite${elsewhere}`,
    ],
    ['char *neai_get_id(void)', '', 'the id, NEAI_ID; it lies in flash and must not be written to'],
    ['int neai_get_input_signal_size(void)', '', 'samples per axis'],
    ['int neai_get_axis_number(void)', '', 'axes'],
    ['int neai_get_number_of_classes(void)', '', 'classes'],
    ['const char *neai_get_class_name(int id_class)', '', 'name of a class id, null for none'],
  ];
}

function header(library: ClassificationLibrary, limitedTo: readonly string[]): string {
  return `/*
 * NanoEdge AI header file of library ${library.id}: classification, API generation 5
 *
 * Order of calls: init, then classification. Nothing is learnt on the target.
 * A signal is NEAI_INPUT_SIGNAL_LENGTH samples of NEAI_INPUT_AXIS_NUMBER values, interleaved: x1 y1 z1 x2 y2 z2 ...
 * It is never changed.
 *
 * Class ids:
${classLines(library, 0)}
 */
#ifndef NANOEDGEAI_H
#define NANOEDGEAI_H

#include <stdint.h>

#define NEAI_ID "${library.id}"
#define NEAI_INPUT_SIGNAL_LENGTH ${library.bufferSize}
#define NEAI_INPUT_AXIS_NUMBER ${library.axes}
#define NEAI_NUMBER_OF_CLASSES ${library.classes.length}
${limitedMacro(limitedTo)}
${V5_STATES}

#ifdef __cplusplus
extern "C" {
#endif

/** Makes the library ready. Returns NEAI_OK. */
enum neai_state neai_classification_init(void);
/**
 * Writes the id of the most probable class and the probability of every class, probabilities[id], and returns NEAI_OK.
 * With any other code *id_class stays as it was.
 */
enum neai_state neai_classification(float *in, float *probabilities, int *id_class);

${V5_GETTERS}int neai_get_number_of_classes(void);
/** Name of a class; null for an id that there is none of. */
const char *neai_get_class_name(int id_class);

#ifdef __cplusplus
}
#endif

#endif
`;
}

function cppHeader(library: ClassificationLibrary): string {
  return `/* NanoEdge AI C++ header of library ${library.id}, API generation 5 */
#ifndef NANOEDGEAI_HPP
#define NANOEDGEAI_HPP

#include "NanoEdgeAI.h"

namespace neai {

constexpr const char *id = NEAI_ID;
constexpr unsigned axes = NEAI_INPUT_AXIS_NUMBER;
constexpr unsigned buffer_size = NEAI_INPUT_SIGNAL_LENGTH;
constexpr unsigned class_number = NEAI_NUMBER_OF_CLASSES;

/** NEAI_INPUT_SIGNAL_LENGTH samples of NEAI_INPUT_AXIS_NUMBER values, interleaved. */
using signal = float[NEAI_INPUT_AXIS_NUMBER * NEAI_INPUT_SIGNAL_LENGTH];
using probabilities = float[NEAI_NUMBER_OF_CLASSES];
using state = enum neai_state;

inline state initialize() { return neai_classification_init(); }
inline state classify(signal &values, probabilities &of, int &id_class) { return neai_classification(values, of, &id_class); }
inline const char *class_name(int id_class) { return neai_get_class_name(id_class); }

} // namespace neai

#endif
`;
}

const MAIN = `/* Tells classes apart. Complete get_signal for your sensor. */
#include "NanoEdgeAI.h"

static float input_signal[NEAI_INPUT_SIGNAL_LENGTH * NEAI_INPUT_AXIS_NUMBER];
static float probabilities[NEAI_NUMBER_OF_CLASSES];

/** Collects one signal: x1 y1 z1 x2 y2 z2 ... */
static void get_signal(float *signal)
{
    for (int i = 0; i < NEAI_INPUT_SIGNAL_LENGTH * NEAI_INPUT_AXIS_NUMBER; i++) {
        signal[i] = 0.0f; /* USER: the next value of the sensor, as a float */
    }
}

int main(void)
{
    if (neai_classification_init() != NEAI_OK) {
        return 1;
    }
    for (;;) {
        int id_class = 0;
        get_signal(input_signal);
        if (neai_classification(input_signal, probabilities, &id_class) == NEAI_OK) {
            /* USER: class neai_get_class_name(id_class), its probability is probabilities[id_class] */
        }
    }
}
`;
