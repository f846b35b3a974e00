/*
 * Knowledge in flash: the dump and load of the NanoEdge documents. Two slots are written in turn, so that the record
 * before stays whole while a new one is written.
 *
 * A slot:  mark (16 bytes: magic, number of the dump, options and erases, CRC of these and of the header's CRC)
 *          header and knowledge, as they stand in a knowledge file
 * Erases of the slot are counted from record to record; after a cut the count goes on from the other slot's.
 * The mark is written last. A slot counts when mark, header and digest are right and no double word in it is torn.
 */
#ifndef NEAI_STORE_H
#define NEAI_STORE_H

#include <stdint.h>

#include "protocol.h"

typedef enum { STORE_SLOT_EMPTY = 0, STORE_SLOT_VALID = 1, STORE_SLOT_DAMAGED = 2 } store_state_t;

typedef struct {
    store_state_t state;
    uint32_t slot;
    uint32_t sequence;
    uint32_t load_at_boot;
    uint32_t erases;
    uint8_t header[PROTOCOL_KNOWLEDGE_HEADER_BYTES];
} store_record_t;

/* Looks at one slot. */
void store_look(uint32_t slot, store_record_t *record);
/* The newest valid record; 0: there is none. */
int store_newest(store_record_t *record);
/* RAM to flash. REFUSE_NOTHING, or why not. */
uint8_t store_dump(uint32_t load_at_boot, store_record_t *record, uint32_t *detail);
/* Flash to RAM, with learn counter and sensitivity. REFUSE_NOTHING, or why not. */
uint8_t store_load(store_record_t *record, uint32_t *detail);
/* Reads a part of a slot's knowledge file. */
uint8_t store_read(uint32_t slot, uint32_t offset, uint8_t *bytes, uint32_t count);
/* Initialises the library and loads the newest record, when that one asks for it; says so in one line of text. */
void store_boot(void);
/* No dump or erase takes longer than this, by the data sheet's longest times. */
uint32_t store_longest_ms(void);

#endif
