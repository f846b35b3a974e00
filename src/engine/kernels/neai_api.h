/* What the functions of every API generation ask of the one library of an image: may it run here, is it ready. */
#ifndef NEAI_API_H
#define NEAI_API_H

#include "neai_allowed.h"
#include "neai_config.h"

static inline int neai_is_initialized(void)
{
    return neai_the_library.knowledge[NEAI_WORD_VERSION].u == neai_the_library.version;
}

/** Signals learnt since initialize; meaningful once initialised. */
static inline uint32_t neai_learned(void)
{
    return neai_the_library.knowledge[NEAI_WORD_LEARN_COUNTER].u;
}

#endif
