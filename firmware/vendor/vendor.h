/*
 * Between the six operations of the core and the functions of somebody else's library. vendor_library.h is written by the
 * build: what header and archive tell (src/vendor/shim.ts); api_v2.c, api_v3.c and api_v5.c translate one generation each.
 */
#ifndef VENDOR_H
#define VENDOR_H

#include "library.h"
#include "vendor_library.h"

/* What the core is told, whatever the library calls it. */
#define CODE_INITIALIZED 0u
#define CODE_LEARNED 1u
#define CODE_NOT_INITIALIZED 0u
#define CODE_LIMITED 123u
#define CODE_NOT_READY 124u
#define CODE_OTHER 255u

extern const library_operations_t vendor_operations;
extern const uint8_t vendor_capabilities;

/* Keeps what the library returned, for the answer beside the translated code. */
uint32_t vendor_keep(uint32_t own_code);
uint32_t vendor_kept(void);

/* Class from 1, from what the library says: counted from 1 with 0 for none, or where it is not told the most probable. */
uint32_t vendor_class(uint32_t id);

#endif
