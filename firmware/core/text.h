/* Lines of text for people at a terminal. */
#ifndef NEAI_TEXT_H
#define NEAI_TEXT_H

#include <stdint.h>

void text_put(const char *text);
void text_decimal(uint32_t value);
/* Eight digits. */
void text_hex(uint32_t value);

#endif
