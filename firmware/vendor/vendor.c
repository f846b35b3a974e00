/* What is the same for a library of every generation. */
#include "vendor.h"

#ifndef NEAI_LONGEST_CALL_MS
#define NEAI_LONGEST_CALL_MS 2000
#endif

extern uint8_t neai_start[];
extern uint8_t neai_end[];
extern float input_start[];
extern float input_end[];

/* A debugger and the host know by this name that the image carries somebody else's library. */
const char neai_vendor_library[] __attribute__((used)) = VENDOR_ID;

static uint32_t kept;

uint32_t vendor_keep(uint32_t own_code)
{
    kept = own_code;
    return own_code;
}

uint32_t vendor_kept(void)
{
    return kept;
}

uint32_t vendor_class(uint32_t id)
{
    return id >= 1u && id <= VENDOR_CLASSES ? id : CODE_OTHER;
}

static void info(library_info_t *record)
{
    record->id = neai_vendor_library;
    record->kind = VENDOR_KIND;
    record->api_generation = VENDOR_GENERATION;
    record->capabilities = vendor_capabilities;
    record->axes = VENDOR_AXES;
    record->buffer_size = VENDOR_BUFFER_SIZE;
    record->longest_call_ms = NEAI_LONGEST_CALL_MS;
    record->input = input_start;
    record->input_samples = (uint32_t)(input_end - input_start);
    record->knowledge = neai_start;
    record->knowledge_bytes = (uint32_t)(neai_end - neai_start);
    record->knowledge_version = 0u;
    record->classes = VENDOR_CLASSES;
}

const library_t library = {&vendor_operations, info, 0, vendor_kept};
