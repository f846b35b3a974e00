/* The description of the one library of an image: library_config.c, written by the code generator. */
#ifndef NEAI_CONFIG_H
#define NEAI_CONFIG_H

#include "neai_runtime.h"

extern const neai_library neai_the_library;

/** All that learning changes; section .neai. */
extern neai_word neai_knowledge[];

#endif
