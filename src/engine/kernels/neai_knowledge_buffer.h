/*
 * Knowledge as an array of floats, as API generations 3 and 4 hand it over: two whole numbers of 16 bits for each word, low
 * half first, then the CRC-32C of all words likewise. Every compiler reads whole numbers alike; bit patterns of NaN or of
 * denormals it need not.
 */
#ifndef NEAI_KNOWLEDGE_BUFFER_H
#define NEAI_KNOWLEDGE_BUFFER_H

#include <stdint.h>

/** 0 for what is no half of a word: the buffer may be anybody's. */
static inline uint32_t neai_buffer_half(float value)
{
    return value >= 0.0f && value <= 65535.0f ? (uint32_t)value : 0u;
}

static inline uint32_t neai_buffer_word(const float *halves)
{
    return neai_buffer_half(halves[0]) | (neai_buffer_half(halves[1]) << 16);
}

/** Whether so many words are followed by their CRC-32C (Castagnoli, little-endian). */
static inline int neai_buffer_is_whole(const float *buffer, uint32_t words)
{
    uint32_t crc = 0xffffffffu;
    for (uint32_t i = 0; i < words; i++) {
        crc ^= neai_buffer_word(&buffer[2u * i]);
        for (int bit = 0; bit < 32; bit++) {
            crc = (crc & 1u) != 0u ? (crc >> 1) ^ 0x82f63b78u : crc >> 1;
        }
    }
    return ~crc == neai_buffer_word(&buffer[2u * words]);
}

#endif
