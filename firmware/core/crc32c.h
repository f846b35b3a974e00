/* CRC-32C (Castagnoli, RFC 3720 appendix B.4), reflected, continued with the value returned before. */
#ifndef NEAI_CRC32C_H
#define NEAI_CRC32C_H

#include <stdint.h>

/* crc32c(0, "123456789", 9) is 0xE3069283. */
uint32_t crc32c(uint32_t previous, const uint8_t *bytes, uint32_t count);

#endif
