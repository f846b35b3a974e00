#include "knowledge.h"

#include <string.h>

#include "crc32c.h"
#include "hal.h"
#include "protocol.h"

#define BLOCK_MAGIC 0x4241454Eu
#define BLOCK_FORMAT 2u
#define STATE_RESTORING 1u
#define STATE_NOT_INITIALIZED 2u
#define WORD 4u

volatile knowledge_block_t knowledge_block;

/* Learns since initialize, for libraries that do not tell. */
static uint32_t learns;
static uint8_t initialized;

static struct {
    uint8_t under_way;
    uint8_t header[PROTOCOL_KNOWLEDGE_HEADER_BYTES];
    uint8_t first_word[WORD]; /* kept back until the rest is proven */
} restore;

uint32_t knowledge_word(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

void knowledge_put_word(uint8_t *at, uint32_t value)
{
    for (uint32_t i = 0; i < WORD; i++) {
        at[i] = (uint8_t)(value >> (8u * i));
    }
}

static library_info_t library_info(void)
{
    library_info_t info;
    library.info(&info);
    return info;
}

uint32_t knowledge_learn_counter(void)
{
    return library.learn_counter == 0 ? learns : library.learn_counter();
}

void knowledge_count_learn(void)
{
    learns++;
}

uint32_t knowledge_digest(void)
{
    library_info_t info = library_info();
    return crc32c(0u, info.knowledge, info.knowledge_bytes);
}

uint32_t knowledge_sensitivity(void)
{
    float sensitivity = library.operations->get_sensitivity();
    uint32_t word;
    memcpy(&word, &sensitivity, sizeof word);
    return word;
}

static void set_sensitivity(uint32_t word)
{
    float sensitivity;
    memcpy(&sensitivity, &word, sizeof sensitivity);
    library.operations->set_sensitivity(sensitivity);
}

/* ---- the block for debuggers ---- */

/* The id as it stands in headers and in the block. */
static void put_library_id(uint8_t id[32], const char *text)
{
    memset(id, 0, 32u);
    for (uint32_t i = 0; i < 32u && text[i] != '\0'; i++) {
        id[i] = (uint8_t)text[i];
    }
}

static void mirror(void)
{
    knowledge_block.state =
        (restore.under_way ? STATE_RESTORING : 0u) | (initialized ? 0u : STATE_NOT_INITIALIZED);
    knowledge_block.learn_counter = knowledge_learn_counter();
    knowledge_block.sensitivity = knowledge_sensitivity();
}

void knowledge_init(void)
{
    library_info_t info = library_info();
    uint8_t id[32];
    put_library_id(id, info.id);
    for (uint32_t i = 0; i < 8u; i++) {
        knowledge_block.library_id[i] = knowledge_word(&id[WORD * i]);
    }
    knowledge_block.address = (uint32_t)(uintptr_t)info.knowledge;
    knowledge_block.bytes = info.knowledge_bytes;
    knowledge_block.version = info.knowledge_version;
    knowledge_block.capabilities = info.capabilities;
    knowledge_block.format = BLOCK_FORMAT;
    mirror();
    knowledge_block.magic = BLOCK_MAGIC;
}

void knowledge_enter(uint8_t command)
{
    knowledge_block.busy = command;
    if (knowledge_block.wanted != 0u) {
        restore.under_way = 0u;
        learns = knowledge_block.wanted_learn_counter;
        set_sensitivity(knowledge_block.wanted_sensitivity);
        knowledge_block.wanted = 0u;
    }
}

void knowledge_leave(void)
{
    mirror();
    knowledge_block.busy = 0u;
}

/* ---- headers ---- */

uint8_t knowledge_header(uint8_t *header)
{
    library_info_t info = library_info();
    uint32_t version = info.knowledge_bytes < WORD ? 0u : knowledge_word(info.knowledge);
    uint8_t is_there = (info.capabilities & LIBRARY_TELLS_VERSION) != 0u ? version != 0u : initialized;
    if (!is_there || (info.knowledge_version != 0u && version != info.knowledge_version)) {
        return REFUSE_NO_KNOWLEDGE;
    }
    uint32_t unique_id[3];
    hal_unique_id(unique_id);
    memset(header, 0, PROTOCOL_KNOWLEDGE_HEADER_BYTES);
    knowledge_put_word(&header[PROTOCOL_KNOWLEDGE_AT_MAGIC], PROTOCOL_KNOWLEDGE_MAGIC);
    knowledge_put_word(&header[PROTOCOL_KNOWLEDGE_AT_FORMAT], PROTOCOL_KNOWLEDGE_FORMAT);
    put_library_id(&header[PROTOCOL_KNOWLEDGE_AT_LIBRARY_ID], info.id);
    knowledge_put_word(&header[PROTOCOL_KNOWLEDGE_AT_KNOWLEDGE_VERSION], version);
    for (uint32_t i = 0; i < 3u; i++) {
        knowledge_put_word(&header[PROTOCOL_KNOWLEDGE_AT_UNIQUE_ID + WORD * i], unique_id[i]);
    }
    knowledge_put_word(&header[PROTOCOL_KNOWLEDGE_AT_LEARN_COUNTER], knowledge_learn_counter());
    knowledge_put_word(&header[PROTOCOL_KNOWLEDGE_AT_SENSITIVITY], knowledge_sensitivity());
    knowledge_put_word(&header[PROTOCOL_KNOWLEDGE_AT_BYTES], info.knowledge_bytes);
    knowledge_put_word(&header[PROTOCOL_KNOWLEDGE_AT_DIGEST], knowledge_digest());
    knowledge_put_word(&header[PROTOCOL_KNOWLEDGE_AT_HEADER_CRC],
                       crc32c(0u, header, PROTOCOL_KNOWLEDGE_AT_HEADER_CRC));
    return REFUSE_NOTHING;
}

uint8_t knowledge_header_check(const uint8_t *header, uint32_t *detail)
{
    library_info_t info = library_info();
    if (knowledge_word(&header[PROTOCOL_KNOWLEDGE_AT_MAGIC]) != PROTOCOL_KNOWLEDGE_MAGIC ||
        knowledge_word(&header[PROTOCOL_KNOWLEDGE_AT_FORMAT]) != PROTOCOL_KNOWLEDGE_FORMAT ||
        knowledge_word(&header[PROTOCOL_KNOWLEDGE_AT_HEADER_CRC]) !=
            crc32c(0u, header, PROTOCOL_KNOWLEDGE_AT_HEADER_CRC)) {
        *detail = PROTOCOL_KNOWLEDGE_FORMAT;
        return REFUSE_BAD_KNOWLEDGE;
    }
    uint8_t id[32];
    put_library_id(id, info.id);
    if (memcmp(id, &header[PROTOCOL_KNOWLEDGE_AT_LIBRARY_ID], sizeof id) != 0) {
        return REFUSE_OTHER_LIBRARY;
    }
    if (info.knowledge_version != 0u &&
        knowledge_word(&header[PROTOCOL_KNOWLEDGE_AT_KNOWLEDGE_VERSION]) != info.knowledge_version) {
        *detail = info.knowledge_version;
        return REFUSE_OTHER_VERSION;
    }
    if (knowledge_word(&header[PROTOCOL_KNOWLEDGE_AT_BYTES]) != info.knowledge_bytes) {
        *detail = info.knowledge_bytes;
        return REFUSE_OTHER_SIZE;
    }
    return REFUSE_NOTHING;
}

/* ---- restoring ---- */

void knowledge_forgotten(void)
{
    learns = 0u;
    initialized = 1u;
    restore.under_way = 0u;
}

uint8_t knowledge_usable(void)
{
    return restore.under_way ? REFUSE_RESTORE_UNFINISHED : REFUSE_NOTHING;
}

void knowledge_make_ready(void)
{
    library_info_t info = library_info();
    if ((info.capabilities & LIBRARY_TELLS_VERSION) == 0u && !initialized) {
        (void)library.operations->initialize();
    }
    initialized = 1u;
}

void knowledge_restore_begin(const uint8_t *header)
{
    knowledge_make_ready();
    library_info_t info = library_info();
    memcpy(restore.header, header, sizeof restore.header);
    memset(restore.first_word, 0, sizeof restore.first_word);
    restore.under_way = 1u;
    memset(info.knowledge, 0, info.knowledge_bytes < WORD ? info.knowledge_bytes : WORD);
}

void knowledge_restore_write(uint32_t offset, const uint8_t *bytes, uint32_t count)
{
    library_info_t info = library_info();
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *place = offset + i < WORD ? &restore.first_word[offset + i] : &info.knowledge[offset + i];
        *place = bytes[i];
    }
}

uint8_t knowledge_restore_commit(uint32_t *detail)
{
    if (!restore.under_way) {
        return REFUSE_NOT_RESTORING;
    }
    library_info_t info = library_info();
    uint32_t head = info.knowledge_bytes < WORD ? info.knowledge_bytes : WORD;
    *detail = crc32c(crc32c(0u, restore.first_word, head), &info.knowledge[head], info.knowledge_bytes - head);
    if (*detail != knowledge_word(&restore.header[PROTOCOL_KNOWLEDGE_AT_DIGEST])) {
        return REFUSE_BAD_KNOWLEDGE;
    }
    memcpy(info.knowledge, restore.first_word, head);
    restore.under_way = 0u;
    learns = knowledge_word(&restore.header[PROTOCOL_KNOWLEDGE_AT_LEARN_COUNTER]);
    set_sensitivity(knowledge_word(&restore.header[PROTOCOL_KNOWLEDGE_AT_SENSITIVITY]));
    return REFUSE_NOTHING;
}
