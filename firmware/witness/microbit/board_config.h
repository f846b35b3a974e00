/* What the vector table asks. */
#define BOARD_INTERRUPTS 32
