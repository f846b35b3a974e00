import type { FunctionRow } from '../../../codegen/api/api.ts';
import { knowledgeVersion } from '../../../emulator/emulator.ts';
import type { ClassificationLibrary } from '../../library.ts';
import { STATE_WORDS } from '../layout.ts';
import { type ClassifierApi, classLines, limitedMacro } from './classifier-api.ts';

/** NanoEdgeAI.h of a classifier. */
function header(library: ClassificationLibrary, limitedTo: readonly string[]): string {
  const isLimited = limitedTo.length > 0;
  const version = knowledgeVersion(library.id).toString(16).padStart(8, '0');
  return `/*
 * NanoEdge AI header file of library ${library.id}: classification
 *
 * Order of calls: initialize once, then classify. The knowledge is static: nothing is learnt on the target.
 * A signal is BUFFER_SIZE samples of NB_AXES values, interleaved: x1 y1 z1 x2 y2 z2 ... It is never changed.
 *
 * Class ids:
${classLines(library, 1)}
 */
#ifndef NANOEDGEAI_H
#define NANOEDGEAI_H

/* Includes */
#include <stdint.h>

/* Define */
#define NEAI_ID "${library.id}"
#define NB_AXES ${library.axes}
#define BUFFER_SIZE ${library.bufferSize}
#define CLASS_NUMBER ${library.classes.length}

/** Bytes of section .neai: whether initialize has been called. */
#define NEAI_KNOWLEDGE_SIZE ${4 * STATE_WORDS}
/** First word of section .neai once it is initialised. */
#define NEAI_KNOWLEDGE_VERSION 0x${version}u
${limitedMacro(limitedTo)}${isLimited ? NOT_ALLOWED : ''}
/** classify: initialize has not been called. */
#define NEAI_NOT_READY 124
/** classify: a value is NaN or infinite. */
#define NEAI_NOT_FINITE 125

/* Function prototypes */
#ifdef __cplusplus
extern "C" {
#endif

/** Makes the library ready. Returns 0${isLimited ? ', or NEAI_BOARD_NOT_ALLOWED and changes nothing' : ''}. */
uint8_t NanoEdgeAI_initialize(void);
/**
 * Returns the id (1 ... CLASS_NUMBER) of the most probable class, or a code above 100. Fills probabilities[id - 1] of
 * every class: whole 65536ths that add up to exactly 1, or all 0 with a code.
 */
uint8_t NanoEdgeAI_classify(float data_input[], float probabilities[CLASS_NUMBER]);
/** Returns 0: ready to be used${isLimited ? '; NEAI_BOARD_NOT_ALLOWED on a board that is not authorised' : ''}. */
uint8_t NanoEdgeAI_get_status(void);

/** Name of each class by its id; [0] is "unknown". */
extern const char *const NanoEdgeAI_class_names[CLASS_NUMBER + 1];

#ifdef __cplusplus
}
#endif

#endif
`;
}

const NOT_ALLOWED = `/** initialize, classify and get_status on any other board. */
#define NEAI_BOARD_NOT_ALLOWED 123
`;

/** NanoEdgeAI.hpp: the same functions, with the sizes in the types. */
function cppHeader(library: ClassificationLibrary): string {
  return `/* NanoEdge AI C++ header of library ${library.id} */
#ifndef NANOEDGEAI_HPP
#define NANOEDGEAI_HPP

#include "NanoEdgeAI.h"

namespace neai {

constexpr const char *id = NEAI_ID;
constexpr unsigned axes = NB_AXES;
constexpr unsigned buffer_size = BUFFER_SIZE;
constexpr unsigned class_number = CLASS_NUMBER;

/** BUFFER_SIZE samples of NB_AXES values, interleaved. */
using signal = float[NB_AXES * BUFFER_SIZE];
using probabilities = float[CLASS_NUMBER];

inline uint8_t initialize() { return NanoEdgeAI_initialize(); }
inline uint8_t classify(signal &values, probabilities &of) { return NanoEdgeAI_classify(values, of); }
inline uint8_t get_status() { return NanoEdgeAI_get_status(); }
inline const char *class_name(uint8_t id) { return id <= CLASS_NUMBER ? NanoEdgeAI_class_names[id] : "unknown"; }

} // namespace neai

#endif
`;
}

const MAIN = `/* Tells classes apart. Complete get_buffer for your sensor. */
#include "NanoEdgeAI.h"

static float data_buffer[BUFFER_SIZE * NB_AXES];
static float probabilities[CLASS_NUMBER];

/** Fills sample_buffer with one signal: x1 y1 z1 x2 y2 z2 ... */
static void get_buffer(float sample_buffer[])
{
    for (int i = 0; i < BUFFER_SIZE * NB_AXES; i++) {
        sample_buffer[i] = 0.0f; /* USER: the next value of the sensor */
    }
}

int main(void)
{
    if (NanoEdgeAI_initialize() != 0) {
        return 1;
    }
    for (;;) {
        get_buffer(data_buffer);
        uint8_t class_id = NanoEdgeAI_classify(data_buffer, probabilities);
        if (class_id >= 1 && class_id <= CLASS_NUMBER) {
            /* USER: class NanoEdgeAI_class_names[class_id], its probability is probabilities[class_id - 1] */
        }
    }
}
`;

const CALLS = `static int start(void)
{
    return NanoEdgeAI_initialize();
}

static int classify(float signal[], float probabilities[])
{
    return NanoEdgeAI_classify(signal, probabilities);
}
`;

function functionRows({ classes }: ClassificationLibrary, isLimited: boolean): FunctionRow[] {
  const elsewhere = isLimited ? '; 123 on another board' : '';
  return [
    ['uint8_t NanoEdgeAI_initialize(void)', 'Makes the library ready. Call it first.', `0${elsewhere}`],
    [
      'uint8_t NanoEdgeAI_classify(float data_input[], float probabilities[CLASS_NUMBER])',
      'Tells the class of one signal, and the probability of every class in probabilities[id - 1].',
      `class id 1 … ${classes.length}; 124 not initialised; 125 a value is NaN or infinite${elsewhere}`,
    ],
    ['uint8_t NanoEdgeAI_get_status(void)', '', `0 ready${elsewhere}`],
  ];
}

export const CLASSIFIER_V2: ClassifierApi = {
  name: 'v2',
  title: 'generation 2 (NanoEdgeAI_*)',
  macros: { axes: 'NB_AXES', length: 'BUFFER_SIZE', classes: 'CLASS_NUMBER' },
  sources: ['classification/kernels/neai_classify_api.c'],
  functions: { initialize: 'NanoEdgeAI_initialize', classify: 'NanoEdgeAI_classify' },
  moreFunctions: ['NanoEdgeAI_get_status'],
  header,
  cppHeader,
  mainProgram: () => MAIN,
  moreFiles: () => [],
  selfTestCalls: () => CALLS,
  functionRows,
  elsewhere: 'initialize, classify and get_status answer 123, and every probability is 0',
};
