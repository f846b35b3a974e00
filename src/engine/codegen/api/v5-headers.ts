import type { Library } from '../../library.ts';
import type { HeaderFacts } from './api.ts';
import { extraMacros, stateEnum } from './extras.ts';

/** The enumeration of API generation 5, of every kind of library. */
export const V5_STATES = stateEnum([
  ['NEAI_OK', 0, 'done'],
  ['NEAI_ERROR', 1, 'the library is limited to other boards'],
  ['NEAI_NOT_INITIALIZED', 2, 'init has not been called'],
  ['NEAI_INVALID_PARAM', 3, 'a null pointer, or a value that is NaN or infinite; nothing was done'],
  ['NEAI_NOT_SUPPORTED', 4, 'the library holds no pretrained knowledge'],
  ['NEAI_LEARNING_DONE', 5, 'learnt, and it is enough; no error'],
  ['NEAI_LEARNING_IN_PROGRESS', 6, 'fewer signals learnt than it takes; no error of learn'],
]);

/** Declarations of the getters that every kind of library has. */
export const V5_GETTERS = `/** NEAI_ID; not to be written to. */
char *neai_get_id(void);
/** Samples per axis of a signal. */
int neai_get_input_signal_size(void);
int neai_get_axis_number(void);
`;

/** NanoEdgeAI.h of API generation 5. */
export function v5Header(library: Library, facts: HeaderFacts): string {
  return `/*
 * NanoEdge AI header file of library ${library.id}, API generation 5
 *
 * Order of calls: init, then learn until it answers NEAI_LEARNING_DONE, then detect.
 * A signal is NEAI_INPUT_SIGNAL_LENGTH samples of NEAI_INPUT_AXIS_NUMBER values, interleaved: x1 y1 z1 x2 y2 z2 ...
 * It is never changed.
 */
#ifndef NANOEDGEAI_H
#define NANOEDGEAI_H

#include <stdbool.h>
#include <stdint.h>

#define NEAI_ID "${library.id}"
#define NEAI_INPUT_SIGNAL_LENGTH ${library.bufferSize}
#define NEAI_INPUT_AXIS_NUMBER ${library.axes}

${V5_STATES}

${extraMacros(library, facts)}
#ifdef __cplusplus
extern "C" {
#endif

/**
 * false: starts anew, all knowledge is forgotten. true: starts with the knowledge that lies in the library${
   facts.hasKnowledge ? '' : '; this\n * one holds none, and answers NEAI_NOT_SUPPORTED without any change'
 }.
 */
enum neai_state neai_anomalydetection_init(bool use_pretrained);
/** Learns one signal. Returns NEAI_LEARNING_IN_PROGRESS or NEAI_LEARNING_DONE: both mean that it has been learnt. */
enum neai_state neai_anomalydetection_learn(float *in);
/**
 * Writes the similarity 0 ... 100 of a signal to what was learnt and returns NEAI_OK. With any other code *similarity stays
 * as it was; NEAI_LEARNING_IN_PROGRESS: fewer than NEAI_MINIMUM_LEARNING_ITERATIONS signals have been learnt.
 */
enum neai_state neai_anomalydetection_detect(float *in, uint8_t *similarity);

${V5_GETTERS}
#ifdef __cplusplus
}
#endif

#endif
`;
}

/** NanoEdgeAI.hpp: the same functions, with the size of a signal in the type. */
export function v5CppHeader(library: Library): string {
  return `/* NanoEdge AI C++ header of library ${library.id}, API generation 5 */
#ifndef NANOEDGEAI_HPP
#define NANOEDGEAI_HPP

#include "NanoEdgeAI.h"

namespace neai {

constexpr const char *id = NEAI_ID;
constexpr unsigned axes = NEAI_INPUT_AXIS_NUMBER;
constexpr unsigned buffer_size = NEAI_INPUT_SIGNAL_LENGTH;
constexpr unsigned minimum_learning_iterations = NEAI_MINIMUM_LEARNING_ITERATIONS;
constexpr unsigned detect_floor = NEAI_DETECT_FLOOR;

/** NEAI_INPUT_SIGNAL_LENGTH samples of NEAI_INPUT_AXIS_NUMBER values, interleaved. */
using signal = float[NEAI_INPUT_AXIS_NUMBER * NEAI_INPUT_SIGNAL_LENGTH];
using state = enum neai_state;

inline state initialize(bool use_pretrained = false) { return neai_anomalydetection_init(use_pretrained); }
inline state learn(signal &values) { return neai_anomalydetection_learn(values); }
inline state detect(signal &values, uint8_t &similarity) { return neai_anomalydetection_detect(values, &similarity); }

} // namespace neai

#endif
`;
}
