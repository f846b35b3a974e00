/* The commands that move knowledge: over the line, and between RAM and flash. */
#include "hal.h"
#include "knowledge.h"
#include "library.h"
#include "session.h"
#include "store.h"

#define DECLARE(name, id, read, fields) \
    uint8_t handle_##name(const request_t *request, cbor_writer_t *answer, uint32_t *detail);
PROTOCOL_COMMANDS(DECLARE)

/* ---- knowledge ---- */

uint8_t handle_knowledge_info(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    (void)request;
    (void)detail;
    library_info_t info;
    library.info(&info);
    cbor_array(answer, 4u);
    cbor_uint(answer, (uint32_t)(uintptr_t)info.knowledge);
    cbor_uint(answer, info.knowledge_bytes);
    command_put_state(answer);
    return REFUSE_NOTHING;
}

/* Refuses a part that does not lie inside the knowledge. */
static uint8_t knowledge_part(uint32_t offset, uint32_t count, uint8_t **part, uint32_t *detail)
{
    library_info_t info;
    library.info(&info);
    *detail = info.knowledge_bytes;
    if (count > PROTOCOL_KNOWLEDGE_CHUNK_BYTES || offset > info.knowledge_bytes ||
        count > info.knowledge_bytes - offset) {
        return REFUSE_OUT_OF_RANGE;
    }
    *part = info.knowledge + offset;
    return REFUSE_NOTHING;
}

uint8_t handle_knowledge_read(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    uint8_t *part;
    uint8_t refusal = knowledge_part(request->uints[0], request->uints[1], &part, detail);
    if (refusal == REFUSE_NOTHING) {
        cbor_array(answer, 1u);
        cbor_bytes(answer, part, request->uints[1]);
    }
    return refusal;
}

uint8_t handle_knowledge_write(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    uint8_t *part;
    uint8_t refusal = knowledge_part(request->uints[0], request->byte_count, &part, detail);
    if (refusal == REFUSE_NOTHING && knowledge_usable() == REFUSE_NOTHING) {
        refusal = REFUSE_NOT_RESTORING;
    }
    if (refusal == REFUSE_NOTHING) {
        knowledge_restore_write(request->uints[0], request->bytes, request->byte_count);
        cbor_array(answer, 2u);
        command_put_state(answer);
    }
    return refusal;
}

uint8_t handle_restore_begin(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    *detail = PROTOCOL_KNOWLEDGE_HEADER_BYTES;
    if (request->byte_count != PROTOCOL_KNOWLEDGE_HEADER_BYTES) {
        return REFUSE_WRONG_LENGTH;
    }
    uint8_t refusal = knowledge_header_check(request->bytes, detail);
    if (refusal == REFUSE_NOTHING) {
        knowledge_restore_begin(request->bytes);
        refusal = command_put_sensitivity(answer);
    }
    return refusal;
}

/* What a restore and a load end with. */
static void put_restored(cbor_writer_t *answer, uint32_t sensitivity_before)
{
    cbor_uint(answer, sensitivity_before);
    cbor_uint(answer, knowledge_sensitivity());
    command_put_state(answer);
}

uint8_t handle_restore_commit(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    (void)request;
    uint32_t before = knowledge_sensitivity();
    uint8_t refusal = knowledge_restore_commit(detail);
    if (refusal == REFUSE_NOTHING) {
        cbor_array(answer, 4u);
        put_restored(answer, before);
    }
    return refusal;
}

/* ---- the flash store ---- */

/* Refuses a slot that is not there, and boards without a store. */
static uint8_t store_slot(uint32_t slot, hal_store_t *place, uint32_t *detail)
{
    hal_store(place);
    *detail = place->slots;
    if (place->slots == 0u) {
        return REFUSE_UNSUPPORTED;
    }
    return slot < place->slots ? REFUSE_NOTHING : REFUSE_OUT_OF_RANGE;
}

uint8_t handle_store_list(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    hal_store_t place;
    uint32_t slot = request->uints[0];
    uint8_t refusal = store_slot(slot, &place, detail);
    if (refusal != REFUSE_NOTHING) {
        return refusal;
    }
    store_record_t record;
    uint32_t is_newest = store_newest(&record) && record.slot == slot;
    store_look(slot, &record);
    uint32_t is_valid = record.state == STORE_SLOT_VALID;
    cbor_array(answer, 10u);
    cbor_uint(answer, place.slots);
    cbor_uint(answer, place.slot_bytes);
    cbor_uint(answer, place.page_bytes);
    cbor_uint(answer, place.address + slot * place.slot_bytes);
    cbor_uint(answer, (uint32_t)record.state);
    cbor_uint(answer, is_newest);
    cbor_uint(answer, is_valid ? record.sequence : 0u);
    cbor_uint(answer, is_valid ? record.load_at_boot : 0u);
    cbor_uint(answer, is_valid ? record.erases : 0u);
    cbor_bytes(answer, record.header, is_valid ? sizeof record.header : 0u);
    return REFUSE_NOTHING;
}

uint8_t handle_store_dump(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    uint8_t refusal = knowledge_usable();
    if (refusal != REFUSE_NOTHING) {
        return refusal;
    }
    store_record_t record;
    refusal = store_dump(request->uints[0], &record, detail);
    if (refusal == REFUSE_NOTHING) {
        cbor_array(answer, 4u);
        cbor_uint(answer, record.slot);
        cbor_uint(answer, record.sequence);
        command_put_state(answer);
    }
    return refusal;
}

uint8_t handle_store_load(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    (void)request;
    hal_store_t place;
    uint8_t refusal = store_slot(0u, &place, detail);
    if (refusal != REFUSE_NOTHING) {
        return refusal;
    }
    uint32_t before = knowledge_sensitivity();
    store_record_t record;
    refusal = store_load(&record, detail);
    if (refusal == REFUSE_NOTHING) {
        cbor_array(answer, 6u);
        cbor_uint(answer, record.slot);
        cbor_uint(answer, record.sequence);
        put_restored(answer, before);
    }
    return refusal;
}

uint8_t handle_store_erase(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    hal_store_t place;
    uint8_t refusal = store_slot(0u, &place, detail);
    if (refusal != REFUSE_NOTHING) {
        return refusal;
    }
    *detail = place.slots * place.slot_bytes / place.page_bytes;
    if (request->uints[0] >= *detail) {
        return REFUSE_OUT_OF_RANGE;
    }
    uint32_t start = request->uints[0] * place.page_bytes;
    uint32_t is_blank = 1u;
    for (uint32_t done = 0; done < place.page_bytes && is_blank; done += 8u) {
        uint8_t unit[8];
        is_blank = hal_store_read(start + done, unit, sizeof unit) &&
                   (knowledge_word(unit) & knowledge_word(&unit[4])) == 0xFFFFFFFFu;
    }
    if (!is_blank && !hal_store_erase(start)) {
        return REFUSE_STORE_FAILED;
    }
    cbor_array(answer, 1u);
    cbor_uint(answer, !is_blank);
    return REFUSE_NOTHING;
}

uint8_t handle_store_read(const request_t *request, cbor_writer_t *answer, uint32_t *detail)
{
    hal_store_t place;
    uint32_t offset = request->uints[1];
    uint32_t count = request->uints[2];
    uint8_t refusal = store_slot(request->uints[0], &place, detail);
    if (refusal != REFUSE_NOTHING) {
        return refusal;
    }
    store_record_t record;
    store_look(request->uints[0], &record);
    if (record.state != STORE_SLOT_VALID) {
        return REFUSE_STORE_EMPTY;
    }
    uint32_t bytes =
        PROTOCOL_KNOWLEDGE_HEADER_BYTES + knowledge_word(&record.header[PROTOCOL_KNOWLEDGE_AT_BYTES]);
    *detail = bytes;
    uint8_t part[PROTOCOL_KNOWLEDGE_CHUNK_BYTES];
    if (count > sizeof part || offset > bytes || count > bytes - offset) {
        return REFUSE_OUT_OF_RANGE;
    }
    refusal = store_read(request->uints[0], offset, part, count);
    if (refusal == REFUSE_NOTHING) {
        cbor_array(answer, 1u);
        cbor_bytes(answer, part, count);
    }
    return refusal;
}
