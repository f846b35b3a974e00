/*
 * Taps of a build with -DNEAI_TAPS: what happened inside the last call. They change no result; the shipped build has
 * none of this.
 */
#ifndef NEAI_TRACE_H
#define NEAI_TRACE_H

#include <stdint.h>

#ifdef NEAI_TAPS

#ifdef __cplusplus
extern "C" {
#endif

/** Bits of the ratio distance / reference of the last detect; 0 after initialize. */
extern uint32_t neai_trace_distance_bits;
/** Bits of the model's distance in the last learn (from the warm-up on) or detect; 0 after initialize. */
extern uint32_t neai_trace_score_bits;

/** In the place of a stage's number: the signal as learn or detect was given it, before anything looked at it. */
#define NEAI_TRACE_INPUT 0xffffffffu

/**
 * Called with the signal that came in, and after each stage with its output, stages counted from 0, when not null. The
 * values are overwritten by later stages: copy what is to be kept.
 */
extern void (*neai_trace_stage)(uint32_t stage, const float *output, uint32_t length);

#ifdef __cplusplus
}
#endif

#endif
#endif
