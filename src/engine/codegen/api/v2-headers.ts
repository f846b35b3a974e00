import { knowledgeVersion } from '../../emulator/emulator.ts';
import { type Library, libraryShape } from '../../library.ts';
import { layOut } from '../layout.ts';

/** NanoEdgeAI.h of API generation 2: the six functions as the text of the NanoEdge AI Library (AD) document has them. */
export function v2Header(library: Library, limitedTo: readonly string[] = []): string {
  const isLimited = limitedTo.length > 0;
  const { knowledgeWords } = layOut(library.pipeline, library.model, libraryShape(library));
  return `/*
 * NanoEdge AI header file of library ${library.id}
 *
 * Order of calls: initialize, then learn at least NEAI_MINIMUM_LEARNING_ITERATIONS signals, then detect.
 * A signal is BUFFER_SIZE samples of NB_AXES values, interleaved: x1 y1 z1 x2 y2 z2 ... It is never changed.
 */
#ifndef NANOEDGEAI_H
#define NANOEDGEAI_H

/* Includes */
#include <stdint.h>

/* Define */
#define NEAI_ID "${library.id}"
#define NB_AXES ${library.axes}
#define BUFFER_SIZE ${library.bufferSize}

/** Learns that are recommended before the first detect. */
#define NEAI_MINIMUM_LEARNING_ITERATIONS ${library.minimumLearningIterations}
/** Fewer learns than these, and detect answers NEAI_NOT_READY. */
#define NEAI_DETECT_FLOOR ${library.detectFloor}
/** Bytes of section .neai: all that learning changes. */
#define NEAI_KNOWLEDGE_SIZE ${4 * knowledgeWords}
/** First word of section .neai once it is initialised. */
#define NEAI_KNOWLEDGE_VERSION 0x${knowledgeVersion(library.id).toString(16).padStart(8, '0')}u
${isLimited ? limitedMacros(limitedTo) : ''}/** Recommended threshold: a similarity below it reveals an anomaly. */
#define NEAI_THRESHOLD 90

/** learn: initialize has not been called; nothing was learnt. */
#define NEAI_LEARN_FAILED_NOT_INITIALIZED 0
/** learn: the signal has been learnt. */
#define NEAI_LEARN_SUCCESS 1
/** learn: a value is NaN or infinite; nothing was learnt. */
#define NEAI_LEARN_FAILED_NOT_FINITE 2
/** detect: initialize has not been called, or fewer than NEAI_DETECT_FLOOR signals have been learnt. */
#define NEAI_NOT_READY 124
/** detect: a value is NaN or infinite. */
#define NEAI_NOT_FINITE 125

/* Function prototypes */
#ifdef __cplusplus
extern "C" {
#endif

/** Starts anew: forgets all knowledge, sets sensitivity 1. Returns 0${isLimited ? ', or NEAI_BOARD_NOT_ALLOWED and changes nothing' : ''}. */
uint8_t NanoEdgeAI_initialize(void);
/** Learns one signal. Returns 1 when it has been learnt, other values mean that learning has failed. */
uint8_t NanoEdgeAI_learn(float data_input[]);
/** Returns the similarity 0 ... 100 of a signal to what was learnt, or a code above 100. */
uint8_t NanoEdgeAI_detect(float data_input[]);
/** Scales the sensitivity of detect: 0 < sensitivity <= 100, anything else changes nothing. Knowledge stays. */
void NanoEdgeAI_set_sensitivity(float sensitivity);
float NanoEdgeAI_get_sensitivity(void);
/** Returns 0: ready to be used${isLimited ? '; NEAI_BOARD_NOT_ALLOWED on a board that is not authorised' : ''}. */
uint8_t NanoEdgeAI_get_status(void);

#ifdef __cplusplus
}
#endif

#endif
`;
}

const limitedMacros = (
  boards: readonly string[],
): string => `/** This library works on ${boards.join(', ')} only. */
#define NEAI_LIMITED 1
/** initialize, detect and get_status on any other board; learn answers as ever there, and learns nothing. */
#define NEAI_BOARD_NOT_ALLOWED 123
`;

/** NanoEdgeAI.hpp of API generation 2: the same functions, with the size of a signal in the type. */
export function v2CppHeader(library: Library): string {
  return `/* NanoEdge AI C++ header of library ${library.id} */
#ifndef NANOEDGEAI_HPP
#define NANOEDGEAI_HPP

#include "NanoEdgeAI.h"

namespace neai {

constexpr const char *id = NEAI_ID;
constexpr unsigned axes = NB_AXES;
constexpr unsigned buffer_size = BUFFER_SIZE;
constexpr unsigned minimum_learning_iterations = NEAI_MINIMUM_LEARNING_ITERATIONS;
constexpr unsigned detect_floor = NEAI_DETECT_FLOOR;

/** BUFFER_SIZE samples of NB_AXES values, interleaved. */
using signal = float[NB_AXES * BUFFER_SIZE];

inline uint8_t initialize() { return NanoEdgeAI_initialize(); }
inline uint8_t learn(signal &values) { return NanoEdgeAI_learn(values); }
inline uint8_t detect(signal &values) { return NanoEdgeAI_detect(values); }
inline void set_sensitivity(float sensitivity) { NanoEdgeAI_set_sensitivity(sensitivity); }
inline float get_sensitivity() { return NanoEdgeAI_get_sensitivity(); }
inline uint8_t get_status() { return NanoEdgeAI_get_status(); }

} // namespace neai

#endif
`;
}
