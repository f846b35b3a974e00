import type { FunctionRow } from '../../../codegen/api/api.ts';
import { knowledgeHeader } from '../../../codegen/api/knowledge-files.ts';
import { v3States } from '../../../codegen/api/v3-headers.ts';
import { knowledgeVersion } from '../../../emulator/emulator.ts';
import type { ClassificationLibrary } from '../../library.ts';
import { type ClassifierApi, classLines, limitedMacro } from './classifier-api.ts';

/** API generations 3 and 4 of classification: class ids from 1, knowledge handed over at init. */
function classifierV3(isEarly: boolean): ClassifierApi {
  return {
    name: isEarly ? 'v3-early' : 'v3',
    title: `generation 3 (neai_classification_*${isEarly ? ', first enumeration of states' : ''})`,
    macros: { axes: 'AXIS_NUMBER', length: 'DATA_INPUT_USER', classes: 'CLASS_NUMBER' },
    sources: ['classification/kernels/neai_classify_api_v3.c', 'kernels/neai_knowledge_buffer.h'],
    functions: { initialize: 'neai_classification_init', classify: 'neai_classification' },
    moreFunctions: [],
    header: (library, limitedTo) => header(library, limitedTo, isEarly),
    cppHeader,
    mainProgram: () => MAIN,
    // what was trained lies in the library: the buffer names it
    moreFiles: ({ id }) => [{ path: 'knowledge.h', content: knowledgeHeader(wordOf(knowledgeVersion(id))) }],
    selfTestCalls: () => CALLS,
    functionRows: (library, isLimited) => functionRows(library, isLimited, isEarly),
    elsewhere:
      'init and classification answer NEAI_BOARD_ERROR (124), with class id 0 and every probability 0',
  };
}

export const CLASSIFIER_V3 = classifierV3(false);
export const CLASSIFIER_V3_EARLY = classifierV3(true);

function wordOf(word: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, word, true);
  return bytes;
}

const CALLS = `#include "knowledge.h"

static int start(void)
{
    return (int)neai_classification_init(knowledge);
}

static int classify(float signal[], float probabilities[])
{
    uint16_t id = 0;
    return neai_classification(signal, probabilities, &id) == NEAI_OK ? (int)id : -1;
}
`;

function functionRows(
  { classes }: ClassificationLibrary,
  isLimited: boolean,
  isEarly: boolean,
): FunctionRow[] {
  const elsewhere = isLimited ? '; 124 NEAI_BOARD_ERROR on another board' : '';
  return [
    [
      'enum neai_state neai_classification_init(const float knowledge_buffer[])',
      'Makes the library ready; takes the array of knowledge.h. Call it first.',
      `0 NEAI_OK; 125 NEAI_KNOWLEDGE_BUFFER_ERROR: knowledge.h of another library${elsewhere}`,
    ],
    [
      'enum neai_state neai_classification(float data_input[], float output_buffer[], uint16_t *id_class)',
      `Tells the class of one signal, id 1 … ${classes.length}, and the probability of every class in output_buffer[id - 1].`,
      `0 NEAI_OK; 123 init not called, ${isEarly ? 127 : 128} a value is NaN or infinite${elsewhere}: then class id 0`,
    ],
  ];
}

const header = (library: ClassificationLibrary, limitedTo: readonly string[], isEarly: boolean): string => `/*
 * NanoEdge AI header file of library ${library.id}: classification, API generation 3
 *
 * Order of calls: init with the array of knowledge.h, then classification. Nothing is learnt on the target.
 * A signal is DATA_INPUT_USER samples of AXIS_NUMBER values, interleaved: x1 y1 z1 x2 y2 z2 ... It is never changed.
 *
 * Class ids:
 *   0  none
${classLines(library, 1)}
 */
#ifndef NANOEDGEAI_H
#define NANOEDGEAI_H

/* Includes */
#include <stdint.h>

/* Define */
#define NEAI_ID "${library.id}"
#define AXIS_NUMBER ${library.axes}
#define DATA_INPUT_USER ${library.bufferSize}
#define CLASS_NUMBER ${library.classes.length}
${limitedMacro(limitedTo)}
#ifndef __NEAI_STATE__
#define __NEAI_STATE__
${v3States(isEarly)}
#endif

/* Function prototypes */
#ifdef __cplusplus
extern "C" {
#endif

/** Makes the library ready. Returns NEAI_OK, or NEAI_KNOWLEDGE_BUFFER_ERROR for the knowledge.h of another library. */
enum neai_state neai_classification_init(const float knowledge_buffer[]);
/**
 * Writes the id of the most probable class and the probability of every class, output_buffer[id - 1], and returns NEAI_OK.
 * With any other code id 0 and probabilities 0.
 */
enum neai_state neai_classification(float data_input[], float output_buffer[], uint16_t *id_class);

/* Beyond the original */
/** Name of each class by its id; [0] is "unknown". */
extern const char *const NanoEdgeAI_class_names[CLASS_NUMBER + 1];

#ifdef __cplusplus
}
#endif

#endif
`;

function cppHeader(library: ClassificationLibrary): string {
  return `/* NanoEdge AI C++ header of library ${library.id}, API generation 3 */
#ifndef NANOEDGEAI_HPP
#define NANOEDGEAI_HPP

#include "NanoEdgeAI.h"

namespace neai {

constexpr const char *id = NEAI_ID;
constexpr unsigned axes = AXIS_NUMBER;
constexpr unsigned buffer_size = DATA_INPUT_USER;
constexpr unsigned class_number = CLASS_NUMBER;

/** DATA_INPUT_USER samples of AXIS_NUMBER values, interleaved. */
using signal = float[AXIS_NUMBER * DATA_INPUT_USER];
using probabilities = float[CLASS_NUMBER];
using state = enum neai_state;

inline state initialize(const float knowledge[]) { return neai_classification_init(knowledge); }
inline state classify(signal &values, probabilities &of, uint16_t &id_class) { return neai_classification(values, of, &id_class); }
inline const char *class_name(uint16_t id_class) { return id_class <= CLASS_NUMBER ? NanoEdgeAI_class_names[id_class] : "unknown"; }

} // namespace neai

#endif
`;
}

const MAIN = `/* Tells classes apart. Complete fill_buffer for your sensor. */
#include "NanoEdgeAI.h"
#include "knowledge.h"

static uint16_t id_class = 0;
static float input_user_buffer[DATA_INPUT_USER * AXIS_NUMBER];
static float output_class_buffer[CLASS_NUMBER];

/** Collects one signal: x1 y1 z1 x2 y2 z2 ... */
static void fill_buffer(float input_buffer[])
{
    for (int i = 0; i < DATA_INPUT_USER * AXIS_NUMBER; i++) {
        input_buffer[i] = 0.0f; /* USER: the next value of the sensor, as a float */
    }
}

int main(void)
{
    enum neai_state error_code = neai_classification_init(knowledge);
    if (error_code != NEAI_OK) {
        return (int)error_code; /* knowledge.h of another library */
    }
    for (;;) {
        fill_buffer(input_user_buffer);
        if (neai_classification(input_user_buffer, output_class_buffer, &id_class) == NEAI_OK) {
            /* USER: class id_class, its probability is output_class_buffer[id_class - 1] */
        }
    }
}
`;
