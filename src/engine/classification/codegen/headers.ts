import { knowledgeVersion } from '../../emulator/emulator.ts';
import type { ClassificationLibrary } from '../library.ts';
import { STATE_WORDS } from './layout.ts';

/** NanoEdgeAI.h of a classifier. */
export function classifierHeader(library: ClassificationLibrary): string {
  const version = knowledgeVersion(library.id).toString(16).padStart(8, '0');
  const ids = library.classes.map(({ id, name }) => ` *   ${id}  ${name}`).join('\n');
  return `/*
 * NanoEdge AI header file of library ${library.id}: classification
 *
 * Order of calls: initialize once, then classify. The knowledge is static: nothing is learnt on the target.
 * A signal is BUFFER_SIZE samples of NB_AXES values, interleaved: x1 y1 z1 x2 y2 z2 ... It is never changed.
 *
 * Class ids:
${ids}
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

/** classify: initialize has not been called. */
#define NEAI_NOT_READY 124
/** classify: a value is NaN or infinite. */
#define NEAI_NOT_FINITE 125

/* Function prototypes */
#ifdef __cplusplus
extern "C" {
#endif

/** Makes the library ready. Returns 0. */
uint8_t NanoEdgeAI_initialize(void);
/**
 * Returns the id (1 ... CLASS_NUMBER) of the most probable class, or a code above 100. Fills probabilities[id - 1] of
 * every class: whole 65536ths that add up to exactly 1, or all 0 with a code.
 */
uint8_t NanoEdgeAI_classify(float data_input[], float probabilities[CLASS_NUMBER]);
/** Returns 0: ready to be used. */
uint8_t NanoEdgeAI_get_status(void);

/** Name of each class by its id; [0] is "unknown". */
extern const char *const NanoEdgeAI_class_names[CLASS_NUMBER + 1];

#ifdef __cplusplus
}
#endif

#endif
`;
}

/** NanoEdgeAI.hpp: the same functions, with the sizes in the types. */
export function classifierCppHeader(library: ClassificationLibrary): string {
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
