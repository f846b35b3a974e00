import type { ApiName, Library } from '../../src/engine/index.ts';

/**
 * Headers as other makers' libraries of each API generation have them, written here from what those generations declare
 * (names, values, signatures), apart from our own header generators: a library that links with these is one that firmware
 * written for them links with.
 */
export interface VendorHeaderLook {
  /** Library id; null: the header has none, as some do. */
  readonly id: string | null;
  readonly axes: number;
  readonly length: number;
  /** The macro of generation 3 with the least number of learns; null: not there. */
  readonly minimum: number | null;
}

export function vendorLook(library: Library): VendorHeaderLook {
  const { id, axes, bufferSize: length, minimumLearningIterations: minimum } = library;
  return { id, axes, length, minimum };
}

export function vendorHeader(generation: ApiName, look: VendorHeaderLook): string {
  if (generation === 'v2') return v2(look);
  return generation === 'v5' ? v5(look) : v3(look, generation === 'v3-early');
}

const define = (name: string, value: string | number | null): string =>
  value === null ? '' : `#define ${name} ${value}\n`;
const quoted = (id: string | null): string | null => (id === null ? null : `"${id}"`);

const v2 = ({ id, axes, length }: VendorHeaderLook): string => `/**
 * NanoEdge AI header file
 */
#ifndef __NANOEDGEAI_H__
#define __NANOEDGEAI_H__

/* Includes */
#include <stdint.h>

/* Define */
${define('NEAI_ID', quoted(id))}${define('NB_AXES', axes)}${define('BUFFER_SIZE', length)}
/* Function prototypes */
#ifdef __cplusplus
extern "C" {
#endif
	uint8_t NanoEdgeAI_initialize(void);
	uint8_t NanoEdgeAI_learn(float data_input[]);
	uint8_t NanoEdgeAI_detect(float data_input[]);
	void NanoEdgeAI_set_sensitivity(float sensitivity);
	float NanoEdgeAI_get_sensitivity(void);
	uint8_t NanoEdgeAI_get_status(void);
#ifdef __cplusplus
}
#endif

#endif
`;

const v3 = ({ id, axes, length, minimum }: VendorHeaderLook, isEarly: boolean): string => `/* =============
All rights reserved. No use but on the maker's own devices.
============= */

#ifndef __NANOEDGEAI_H__
#define __NANOEDGEAI_H__

/* Includes */
#include <stdint.h>

/* Define */
${define('NEAI_ID', quoted(id))}${define('AXIS_NUMBER', axes)}${define('DATA_INPUT_USER', length)}${define('MINIMUM_ITERATION_CALLS_FOR_EFFICIENT_LEARNING', minimum)}
#ifndef __NEAI_STATE__
#define __NEAI_STATE__
enum neai_state { 
    NEAI_OK = 0,
    NEAI_INIT_FCT_NOT_CALLED = 123,
    NEAI_BOARD_ERROR,
    NEAI_KNOWLEDGE_BUFFER_ERROR,
    NEAI_NOT_ENOUGH_CALL_TO_LEARNING, // one signal, or none, is too few
${isEarly ? '' : '    NEAI_MINIMAL_RECOMMENDED_LEARNING_DONE,\n'}    NEAI_UNKNOWN_ERROR};
#endif

/* Function prototypes */
#ifdef __cplusplus
extern "C" {
#endif
	enum neai_state neai_anomalydetection_init(void);
	enum neai_state neai_anomalydetection_learn(float data_input[]);
	enum neai_state neai_anomalydetection_detect(float data_input[], uint8_t *similarity);
	enum neai_state neai_anomalydetection_set_sensitivity(float sensitivity);
	float neai_anomalydetection_get_sensitivity(void);
#ifdef __cplusplus
}
#endif

#endif

/* =============
Declarations for a main program:

uint8_t similarity = 0;
float input_user_buffer[DATA_INPUT_USER * AXIS_NUMBER];
*/
`;

const v5 = ({ id, axes, length }: VendorHeaderLook): string => `/* All rights reserved. */

#ifndef NANOEDGEAI_H
#define NANOEDGEAI_H

#include <stdint.h>
#include <stdbool.h>

/* NEAI ID */
${define('NEAI_ID', quoted(id))}
/* Input signal configuration */
${define('NEAI_INPUT_SIGNAL_LENGTH', length)}${define('NEAI_INPUT_AXIS_NUMBER', axes)}
/* NEAI State Enum */
enum neai_state {
	NEAI_OK = 0,
	NEAI_ERROR = 1,
	NEAI_NOT_INITIALIZED = 2,
	NEAI_INVALID_PARAM = 3,
	NEAI_NOT_SUPPORTED = 4,
	NEAI_LEARNING_DONE = 5,
	NEAI_LEARNING_IN_PROGRESS = 6
};

#ifdef __cplusplus
extern "C" {
#endif

enum neai_state neai_anomalydetection_init(bool use_pretrained);
enum neai_state neai_anomalydetection_learn(float *in);
enum neai_state neai_anomalydetection_detect(float *in, uint8_t *similarity);

char* neai_get_id(void);
int neai_get_input_signal_size(void);
int neai_get_axis_number(void);

#ifdef __cplusplus
}
#endif

#endif /* NANOEDGEAI_H */
`;
