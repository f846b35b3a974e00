#include "store.h"

#include <string.h>

#include "crc32c.h"
#include "hal.h"
#include "knowledge.h"
#include "library.h"
#include "text.h"

#define MARK_MAGIC 0x4D41454Eu /* "NEAM" */
#define MARK_BYTES 16u
#define UNIT_BYTES 8u /* whole multiples of what any family programs at once */
#define OPTION_LOAD_AT_BOOT 1u
#define ERASES_SHIFT 8u
#define MOST_ERASES 0xFFFFFFu
#define BLANK_WORD 0xFFFFFFFFu
/* Slack of the longest time, for computing digests and waiting for the core. */
#define SLACK_MS 20u

static uint32_t word_of_mark(const uint8_t *mark, uint32_t index)
{
    return knowledge_word(&mark[4u * index]);
}

static uint32_t crc_of_mark(const uint8_t *mark, const uint8_t *header)
{
    uint32_t crc = crc32c(0u, mark, 12u);
    return crc32c(crc, &header[PROTOCOL_KNOWLEDGE_AT_HEADER_CRC], 4u);
}

static uint32_t rounded_up(uint32_t bytes, uint32_t unit)
{
    uint32_t units = (bytes + unit - 1u) / unit;
    return units * unit;
}

static uint32_t knowledge_bytes(void)
{
    library_info_t info;
    library.info(&info);
    return info.knowledge_bytes;
}

static uint32_t record_bytes(uint32_t knowledge)
{
    return MARK_BYTES + PROTOCOL_KNOWLEDGE_HEADER_BYTES + knowledge;
}

uint32_t store_longest_ms(void)
{
    hal_store_t place;
    hal_store(&place);
    if (place.slots == 0u) {
        return 0u;
    }
    uint32_t bytes = rounded_up(record_bytes(knowledge_bytes()), UNIT_BYTES);
    uint32_t pages = rounded_up(bytes, place.page_bytes) / place.page_bytes;
    uint32_t micros = pages * place.erase_max_us + (bytes / UNIT_BYTES) * place.program_max_us;
    return micros / 1000u + SLACK_MS;
}

/* CRC-32C of what lies in flash; 0 when a part of it is torn. */
static int digest_of(uint32_t offset, uint32_t count, uint32_t *digest)
{
    uint8_t part[64];
    *digest = 0u;
    while (count > 0u) {
        uint32_t now = count < sizeof part ? count : (uint32_t)sizeof part;
        if (!hal_store_read(offset, part, now)) {
            return 0;
        }
        *digest = crc32c(*digest, part, now);
        offset += now;
        count -= now;
    }
    return 1;
}

static store_state_t judge(uint32_t start, uint32_t slot_bytes, store_record_t *record)
{
    uint8_t mark[MARK_BYTES];
    if (!hal_store_read(start, mark, sizeof mark)) {
        return STORE_SLOT_DAMAGED;
    }
    if (word_of_mark(mark, 0u) == BLANK_WORD && word_of_mark(mark, 3u) == BLANK_WORD) {
        return STORE_SLOT_EMPTY;
    }
    uint8_t *header = record->header;
    uint32_t digest;
    if (word_of_mark(mark, 0u) != MARK_MAGIC ||
        !hal_store_read(start + MARK_BYTES, header, sizeof record->header) ||
        word_of_mark(mark, 3u) != crc_of_mark(mark, header) ||
        knowledge_word(&header[PROTOCOL_KNOWLEDGE_AT_HEADER_CRC]) !=
            crc32c(0u, header, PROTOCOL_KNOWLEDGE_AT_HEADER_CRC)) {
        return STORE_SLOT_DAMAGED;
    }
    uint32_t bytes = knowledge_word(&header[PROTOCOL_KNOWLEDGE_AT_BYTES]);
    if (bytes > slot_bytes - record_bytes(0u) || !digest_of(start + record_bytes(0u), bytes, &digest) ||
        digest != knowledge_word(&header[PROTOCOL_KNOWLEDGE_AT_DIGEST])) {
        return STORE_SLOT_DAMAGED;
    }
    record->sequence = word_of_mark(mark, 1u);
    record->load_at_boot = word_of_mark(mark, 2u) & OPTION_LOAD_AT_BOOT;
    record->erases = word_of_mark(mark, 2u) >> ERASES_SHIFT;
    return STORE_SLOT_VALID;
}

void store_look(uint32_t slot, store_record_t *record)
{
    hal_store_t place;
    hal_store(&place);
    memset(record, 0, sizeof *record);
    record->slot = slot;
    record->state = judge(slot * place.slot_bytes, place.slot_bytes, record);
}

int store_newest(store_record_t *record)
{
    hal_store_t place;
    hal_store(&place);
    int found = 0;
    for (uint32_t slot = 0; slot < place.slots; slot++) {
        store_record_t candidate;
        store_look(slot, &candidate);
        if (candidate.state == STORE_SLOT_VALID &&
            (!found || (int32_t)(candidate.sequence - record->sequence) > 0)) {
            *record = candidate;
            found = 1;
        }
    }
    return found;
}

/* Whole units as they are, the rest filled up with erased bytes. */
static int program(uint32_t offset, const uint8_t *bytes, uint32_t count)
{
    uint32_t whole = count - count % UNIT_BYTES;
    uint8_t last[UNIT_BYTES];
    if (whole > 0u && !hal_store_program(offset, bytes, whole)) {
        return 0;
    }
    if (whole == count) {
        return 1;
    }
    memset(last, 0xFF, sizeof last);
    memcpy(last, &bytes[whole], count - whole);
    return hal_store_program(offset + whole, last, sizeof last);
}

static int write_record(uint32_t start, uint32_t page_bytes, const uint8_t *mark, const uint8_t *header)
{
    library_info_t info;
    library.info(&info);
    uint32_t bytes = record_bytes(info.knowledge_bytes);
    for (uint32_t done = 0; done < bytes; done += page_bytes) {
        /* The first page, with the mark, goes first: from then on the slot holds no record. */
        if (!hal_store_erase(start + done)) {
            return 0;
        }
    }
    return program(start + MARK_BYTES, header, PROTOCOL_KNOWLEDGE_HEADER_BYTES) &&
           program(start + record_bytes(0u), info.knowledge, info.knowledge_bytes) &&
           program(start, mark, MARK_BYTES);
}

/* Slots take turns: one without a record of its own is taken to be as old as its neighbour, but for the first time. */
static uint32_t erases_of(const store_record_t *record, const store_record_t *newest)
{
    if (record->state == STORE_SLOT_VALID) {
        return record->erases;
    }
    return newest->sequence == 1u ? 0u : newest->erases;
}

uint8_t store_dump(uint32_t load_at_boot, store_record_t *record, uint32_t *detail)
{
    hal_store_t place;
    hal_store(&place);
    if (place.slots == 0u) {
        return REFUSE_UNSUPPORTED;
    }
    uint8_t header[PROTOCOL_KNOWLEDGE_HEADER_BYTES];
    uint8_t refusal = knowledge_header(header);
    if (refusal != REFUSE_NOTHING) {
        return refusal;
    }
    if (record_bytes(knowledge_bytes()) > place.slot_bytes) {
        *detail = place.slot_bytes;
        return REFUSE_TOO_LARGE;
    }
    store_record_t newest;
    uint32_t slot = 0u;
    uint32_t sequence = 1u;
    uint32_t erases = 0u;
    if (store_newest(&newest)) {
        slot = (newest.slot + 1u) % place.slots;
        sequence = newest.sequence + 1u;
        store_look(slot, record);
        erases = erases_of(record, &newest);
    }
    erases = erases < MOST_ERASES ? erases + 1u : MOST_ERASES;
    uint8_t mark[MARK_BYTES];
    knowledge_put_word(&mark[0], MARK_MAGIC);
    knowledge_put_word(&mark[4], sequence);
    knowledge_put_word(&mark[8], (load_at_boot ? OPTION_LOAD_AT_BOOT : 0u) | erases << ERASES_SHIFT);
    knowledge_put_word(&mark[12], crc_of_mark(mark, header));
    int written = write_record(slot * place.slot_bytes, place.page_bytes, mark, header);
    store_look(slot, record);
    *detail = slot;
    if (!written || record->state != STORE_SLOT_VALID || record->sequence != sequence) {
        return REFUSE_STORE_FAILED;
    }
    return REFUSE_NOTHING;
}

uint8_t store_read(uint32_t slot, uint32_t offset, uint8_t *bytes, uint32_t count)
{
    hal_store_t place;
    hal_store(&place);
    return hal_store_read(slot * place.slot_bytes + MARK_BYTES + offset, bytes, count) ? REFUSE_NOTHING
                                                                                        : REFUSE_STORE_FAILED;
}

uint8_t store_load(store_record_t *record, uint32_t *detail)
{
    if (!store_newest(record)) {
        return REFUSE_STORE_EMPTY;
    }
    uint8_t refusal = knowledge_header_check(record->header, detail);
    if (refusal != REFUSE_NOTHING) {
        return refusal;
    }
    knowledge_restore_begin(record->header);
    uint8_t part[64];
    uint32_t bytes = knowledge_bytes();
    for (uint32_t done = 0; done < bytes; done += sizeof part) {
        uint32_t now = bytes - done < sizeof part ? bytes - done : (uint32_t)sizeof part;
        if (store_read(record->slot, PROTOCOL_KNOWLEDGE_HEADER_BYTES + done, part, now) != REFUSE_NOTHING) {
            return REFUSE_STORE_FAILED;
        }
        knowledge_restore_write(done, part, now);
    }
    return knowledge_restore_commit(detail);
}

static const char *reason(uint8_t refusal)
{
    switch (refusal) {
    case REFUSE_OTHER_LIBRARY:
        return "it is of another library";
    case REFUSE_OTHER_VERSION:
        return "it is of another version";
    case REFUSE_OTHER_SIZE:
        return "it has another size";
    default:
        return "it is damaged";
    }
}

void store_boot(void)
{
    store_record_t record;
    uint32_t detail;
    if (!store_newest(&record) || !record.load_at_boot) {
        return;
    }
    uint8_t refusal = knowledge_header_check(record.header, &detail);
    if (refusal == REFUSE_NOTHING) {
        (void)library.operations->initialize();
        refusal = store_load(&record, &detail);
    }
    text_put("neai-hil knowledge ");
    text_put(refusal == REFUSE_NOTHING ? "loaded from slot " : "not loaded from slot ");
    text_decimal(record.slot);
    text_put(": ");
    if (refusal == REFUSE_NOTHING) {
        text_decimal(knowledge_learn_counter());
        text_put(" learns");
    } else {
        text_put(reason(refusal));
    }
    text_put("\n");
}
