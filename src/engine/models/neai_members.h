/*
 * Models inside a model. The two functions are written by the code generator for the models that a library has
 * (src/engine/codegen/members.ts): they call by name, so that the worst stack can be told from the calls.
 */
#ifndef NEAI_MEMBERS_H
#define NEAI_MEMBERS_H

#include "neai_runtime.h"

/** Learns with the model of this kind: its place in the list of single models. */
void neai_member_learn(uint32_t kind, const neai_model *member, neai_word *state, uint32_t count,
                       const float *features, float *work);

/** Scores with the model of this kind. */
float neai_member_score(uint32_t kind, const neai_model *member, const neai_word *state, uint32_t count,
                        const float *features, float *work);

#endif
