import type { Library } from '../../library.ts';
import { type HeaderFacts, recommendedLearns } from './api.ts';
import { extraMacros, stateEnum } from './extras.ts';

/** The enumeration of API generation 3, of every kind of library; the last member moved when "enough learnt" came in before it. */
export const v3States = (isEarly: boolean): string =>
  stateEnum([
    ['NEAI_OK', 0, 'done'],
    ['NEAI_INIT_FCT_NOT_CALLED', 123, 'init has not been called'],
    ['NEAI_BOARD_ERROR', 124, 'the library is limited to other boards'],
    ['NEAI_KNOWLEDGE_BUFFER_ERROR', 125, 'a knowledge buffer is not of this library, or damaged'],
    ['NEAI_NOT_ENOUGH_CALL_TO_LEARNING', 126, 'fewer signals learnt than it takes; no error of learn'],
    ...(isEarly
      ? []
      : ([['NEAI_MINIMAL_RECOMMENDED_LEARNING_DONE', 127, 'enough learnt; no error']] as const)),
    ['NEAI_UNKNOWN_ERROR', isEarly ? 127 : 128, 'a value is NaN, infinite or out of range; nothing was done'],
  ]);

/** NanoEdgeAI.h of API generations 3 and 4. */
export function v3Header(library: Library, facts: HeaderFacts, isEarly: boolean): string {
  return `/*
 * NanoEdge AI header file of library ${library.id}, API generation 3${isEarly ? ' (first enumeration of states)' : ''}
 *
 * Order of calls: init, then learn at least MINIMUM_ITERATION_CALLS_FOR_EFFICIENT_LEARNING signals, then detect.
 * A signal is DATA_INPUT_USER samples of AXIS_NUMBER values, interleaved: x1 y1 z1 x2 y2 z2 ... It is never changed.
 */
#ifndef NANOEDGEAI_H
#define NANOEDGEAI_H

/* Includes */
#include <stdint.h>

/* Define */
#define NEAI_ID "${library.id}"
#define AXIS_NUMBER ${library.axes}
#define DATA_INPUT_USER ${library.bufferSize}
#define MINIMUM_ITERATION_CALLS_FOR_EFFICIENT_LEARNING ${recommendedLearns(library)}

#ifndef __NEAI_STATE__
#define __NEAI_STATE__
${v3States(isEarly)}
#endif

${extraMacros(library, facts)}/** What learn answers once enough has been learnt. */
#define NEAI_ENOUGH_LEARNT ${isEarly ? 'NEAI_OK' : 'NEAI_MINIMAL_RECOMMENDED_LEARNING_DONE'}

/* Function prototypes */
#ifdef __cplusplus
extern "C" {
#endif

/** Starts anew: forgets all knowledge, sets sensitivity 1. Returns NEAI_OK. */
enum neai_state neai_anomalydetection_init(void);
/**
 * Learns one signal. Returns NEAI_NOT_ENOUGH_CALL_TO_LEARNING or, from the recommended number on, ${isEarly ? 'NEAI_OK' : 'NEAI_MINIMAL_RECOMMENDED_LEARNING_DONE'}:
 * both mean that it has been learnt. Other codes: nothing was learnt.
 */
enum neai_state neai_anomalydetection_learn(float data_input[]);
/**
 * Writes the similarity 0 ... 100 of a signal to what was learnt and returns NEAI_OK. With any other code *similarity stays
 * as it was; NEAI_NOT_ENOUGH_CALL_TO_LEARNING: fewer than NEAI_DETECT_FLOOR signals have been learnt.
 */
enum neai_state neai_anomalydetection_detect(float data_input[], uint8_t *similarity);
/** Scales the sensitivity of detect: 0 < sensitivity <= 100, anything else changes nothing. Knowledge stays. */
enum neai_state neai_anomalydetection_set_sensitivity(float sensitivity);
float neai_anomalydetection_get_sensitivity(void);
${facts.hasKnowledge ? knowledgePrototype : ''}
#ifdef __cplusplus
}
#endif

#endif
`;
}

const knowledgePrototype = `/** Takes the knowledge of knowledge.h in the place of what was learnt. Call it after init; learn may follow. */
enum neai_state neai_anomalydetection_knowledge(const float knowledge_buffer[]);
`;

/** NanoEdgeAI.hpp: the same functions, with the size of a signal in the type. */
export function v3CppHeader(library: Library, { hasKnowledge }: HeaderFacts): string {
  return `/* NanoEdge AI C++ header of library ${library.id}, API generation 3 */
#ifndef NANOEDGEAI_HPP
#define NANOEDGEAI_HPP

#include "NanoEdgeAI.h"

namespace neai {

constexpr const char *id = NEAI_ID;
constexpr unsigned axes = AXIS_NUMBER;
constexpr unsigned buffer_size = DATA_INPUT_USER;
constexpr unsigned minimum_learning_iterations = MINIMUM_ITERATION_CALLS_FOR_EFFICIENT_LEARNING;
constexpr unsigned detect_floor = NEAI_DETECT_FLOOR;

/** DATA_INPUT_USER samples of AXIS_NUMBER values, interleaved. */
using signal = float[AXIS_NUMBER * DATA_INPUT_USER];
using state = enum neai_state;

inline state initialize() { return neai_anomalydetection_init(); }
inline state learn(signal &values) { return neai_anomalydetection_learn(values); }
inline state detect(signal &values, uint8_t &similarity) { return neai_anomalydetection_detect(values, &similarity); }
inline state set_sensitivity(float sensitivity) { return neai_anomalydetection_set_sensitivity(sensitivity); }
inline float get_sensitivity() { return neai_anomalydetection_get_sensitivity(); }
${hasKnowledge ? 'inline state knowledge(const float buffer[]) { return neai_anomalydetection_knowledge(buffer); }\n' : ''}
} // namespace neai

#endif
`;
}
