/*
 * Knowledge on its way: headers of backups, restores that are begun and committed, and the block by which a debugger
 * finds all it needs without a word of the protocol.
 */
#ifndef NEAI_KNOWLEDGE_H
#define NEAI_KNOWLEDGE_H

#include <stdint.h>

#include "library.h"

/* Read and written by debuggers (src/host/knowledge-block.ts); every field is a word, little-endian as the core. */
typedef struct {
    uint32_t magic; /* "NEAB" */
    uint32_t format;
    uint32_t busy;  /* id of the command that runs, 0 between commands: only then may a debugger touch .neai */
    uint32_t state; /* 1: a restore was begun and not committed; 2: the library was not initialised since the reset */
    uint32_t address;
    uint32_t bytes;
    uint32_t version; /* first word of valid knowledge, 0: the library does not tell */
    uint32_t learn_counter;
    uint32_t sensitivity; /* bits of the float32 in force */
    /* A debugger that has written knowledge sets these; they are taken over before the next command. */
    uint32_t wanted;
    uint32_t wanted_learn_counter;
    uint32_t wanted_sensitivity;
    uint32_t library_id[8]; /* text, filled with zeros */
    uint32_t capabilities;  /* LIBRARY_… */
} knowledge_block_t;

extern volatile knowledge_block_t knowledge_block;

/* Fills the block; before the first command. */
void knowledge_init(void);
/* Around every command. */
void knowledge_enter(uint8_t command);
void knowledge_leave(void);

/* Learns since initialize, as the library tells them, else as the core counts them. */
uint32_t knowledge_learn_counter(void);
void knowledge_count_learn(void);
uint32_t knowledge_digest(void);
uint32_t knowledge_sensitivity(void);

/* initialize was called: nothing learned, no restore under way. */
void knowledge_forgotten(void);
/* REFUSE_RESTORE_UNFINISHED while a restore is under way. */
uint8_t knowledge_usable(void);

/* Writes the header of the knowledge as it is now. REFUSE_NOTHING, or why there is none to describe. */
uint8_t knowledge_header(uint8_t *header);
/* Whether a header is whole and of this library, version and size. */
uint8_t knowledge_header_check(const uint8_t *header, uint32_t *detail);
uint32_t knowledge_word(const uint8_t *at);
void knowledge_put_word(uint8_t *at, uint32_t value);

/*
 * Before knowledge is put in place: a library that keeps elsewhere whether it was initialised would not use it, so one
 * that was not is initialised first. Ours keep that in their knowledge.
 */
void knowledge_make_ready(void);
/* Takes the present knowledge away: its first word becomes 0, and stays so until the commit. */
void knowledge_restore_begin(const uint8_t *header);
/* A part of what is restored, which lies inside the knowledge. */
void knowledge_restore_write(uint32_t offset, const uint8_t *bytes, uint32_t count);
/* Makes it knowledge when its digest is right, and sets learn counter and sensitivity of the header. */
uint8_t knowledge_restore_commit(uint32_t *detail);

#endif
