#include "text.h"

#include <string.h>

#include "hal.h"

void text_put(const char *text)
{
    hal_tx((const uint8_t *)text, (uint32_t)strlen(text));
}

void text_decimal(uint32_t value)
{
    uint8_t digits[10];
    uint32_t from = sizeof digits;
    do {
        from--;
        digits[from] = (uint8_t)('0' + value % 10u);
        value /= 10u;
    } while (value > 0u);
    hal_tx(&digits[from], (uint32_t)sizeof digits - from);
}

void text_hex(uint32_t value)
{
    uint8_t digits[8];
    for (uint32_t i = 0; i < sizeof digits; i++) {
        digits[i] = (uint8_t)"0123456789abcdef"[(value >> (28u - 4u * i)) & 15u];
    }
    hal_tx(digits, sizeof digits);
}
