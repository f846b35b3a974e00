/* Scripts from standard input, answers to standard output. */
#include <stdio.h>

#include "parity.h"

static neai_word input[PARITY_INPUT_WORDS];
static neai_word output[PARITY_OUTPUT_WORDS];

int main(void)
{
    size_t words = fread(input, sizeof input[0], PARITY_INPUT_WORDS, stdin);
    uint32_t written = parity_play(input, (uint32_t)words, output, PARITY_OUTPUT_WORDS);
    return fwrite(output, sizeof output[0], written, stdout) == written ? 0 : 1;
}
