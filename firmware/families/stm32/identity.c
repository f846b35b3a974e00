/*
 * Who the part is and why it starts (chapters Device electronic signature, Debug support and RCC of each family's
 * reference manual). Reset flags stand in the same bits of RCC_CSR in every family but for power, brown-out and option
 * bytes, which registers.h of the family gives.
 *
 * The boot counter lives in RAM that is never initialised, guarded by its complement, and not in a backup register: it
 * needs no backup domain, works the same on parts that have none, and RAM keeps its content over every reset that is
 * not a loss of power. Loss of power is what starts it at 1, and the reset flags tell that by themselves.
 */
#include "identity.h"

#include "hal.h"
#include "registers.h"

#define RCC_CSR_PINRSTF (1u << 26)
#define RCC_CSR_SFTRSTF (1u << 28)
#define RCC_CSR_IWDGRSTF (1u << 29)
#define RCC_CSR_WWDGRSTF (1u << 30)
#define RCC_CSR_LPWRRSTF (1u << 31)

#define UNIQUE_ID_WORD(index) REG32(BOARD_UNIQUE_ID_ADDRESS + 4u * (index))
#define BUILD_ID_BYTES 32u

typedef struct {
    uint32_t count;
    uint32_t complement;
} boots_t;

static boots_t boots __attribute__((section(".noinit")));
static reset_cause_t cause;
extern const uint8_t build_id[];

/* A pin reset is seen with every other cause too, because they all pull NRST low. */
static reset_cause_t cause_of(uint32_t flags)
{
    if ((flags & FAMILY_RESET_POWER_ON) != 0u) {
        return RESET_POWER_ON;
    }
    if ((flags & FAMILY_RESET_BROWN_OUT) != 0u) {
        return RESET_BROWN_OUT;
    }
    if ((flags & RCC_CSR_LPWRRSTF) != 0u) {
        return RESET_LOW_POWER;
    }
    if ((flags & (RCC_CSR_IWDGRSTF | RCC_CSR_WWDGRSTF)) != 0u) {
        return RESET_WATCHDOG;
    }
    if ((flags & RCC_CSR_SFTRSTF) != 0u) {
        return RESET_SOFTWARE;
    }
    if ((flags & FAMILY_RESET_OPTION_BYTES) != 0u) {
        return RESET_OPTION_BYTES;
    }
    if ((flags & RCC_CSR_PINRSTF) != 0u) {
        return RESET_PIN;
    }
    return RESET_UNKNOWN;
}

void identity_init(void)
{
    cause = cause_of(RCC_CSR);
    RCC_CSR |= FAMILY_RESET_FORGET; /* so that the next reset shows its own cause */
    const uint32_t kept = cause != RESET_POWER_ON && boots.count == ~boots.complement;
    boots.count = kept ? boots.count + 1u : 1u;
    boots.complement = ~boots.count;
}

reset_cause_t hal_reset_cause(void)
{
    return cause;
}

uint32_t hal_boot_counter(void)
{
    return boots.count;
}

void hal_unique_id(uint32_t words[3])
{
    for (uint32_t index = 0; index < 3u; index++) {
        words[index] = UNIQUE_ID_WORD(index);
    }
}

uint32_t hal_device_id(void)
{
    return REG32(BOARD_DEVICE_ID_ADDRESS);
}

const char *hal_board_id(void)
{
    return BOARD_ID;
}

const uint8_t *hal_firmware_hash(uint32_t *count)
{
    *count = BUILD_ID_BYTES;
    return build_id;
}
