/* What store.c asks of a family's flash driver. */
#ifndef STM32_STORE_H
#define STM32_STORE_H

#include <stdint.h>

/* Erases the page or sector of this number, counted from the start of flash. 1 when done. */
int flash_erase(uint32_t page);
/* Writes erased flash; address and count are multiples of eight. 1 when done. */
int flash_program(uint32_t address, const uint8_t *bytes, uint32_t count);

#endif
