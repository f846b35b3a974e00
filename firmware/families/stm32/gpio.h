/*
 * Pins with an alternate function, chapter GPIO of each family's reference manual. Two generations: the STM32F1 with its
 * four bits a pin (RM0008), and all others with MODER and AFR.
 */
#ifndef STM32_GPIO_H
#define STM32_GPIO_H

#include "cortex-m/core.h"
#include "registers.h"

#define GPIO(port, offset) REG32(FAMILY_GPIO_BASE + 0x400u * (port) + (offset))

#if FAMILY_GPIO_GENERATION == 1

#define GPIO_CONFIG(port, pin) GPIO(port, 4u * ((pin) / 8u))
#define GPIO_ODR(port) GPIO(port, 0x0Cu)
#define GPIO_OUTPUT_ALTERNATE_10MHZ 9u
#define GPIO_INPUT_PULLED 8u

static inline void gpio_configure(uint32_t port, uint32_t pin, uint32_t bits)
{
    const uint32_t position = 4u * (pin % 8u);
    GPIO_CONFIG(port, pin) = (GPIO_CONFIG(port, pin) & ~(0xFu << position)) | bits << position;
}

static inline void gpio_uart_pins(void)
{
    /* The idle level stands before the pin drives it. */
    GPIO_ODR(BOARD_UART_RX_PORT) |= 1u << BOARD_UART_RX_PIN; /* pulled up, not down */
    gpio_configure(BOARD_UART_RX_PORT, BOARD_UART_RX_PIN, GPIO_INPUT_PULLED);
    gpio_configure(BOARD_UART_TX_PORT, BOARD_UART_TX_PIN, GPIO_OUTPUT_ALTERNATE_10MHZ);
}

#else

#define GPIO_MODER(port) GPIO(port, 0x00u)
#define GPIO_OSPEEDR(port) GPIO(port, 0x08u)
#define GPIO_PUPDR(port) GPIO(port, 0x0Cu)
#define GPIO_AFR(port, pin) GPIO(port, 0x20u + 4u * ((pin) / 8u))
#define GPIO_MODE_ALTERNATE 2u
#define GPIO_SPEED_MEDIUM 1u
#define GPIO_PULL_UP 1u

static inline void gpio_alternate(uint32_t port, uint32_t pin, uint32_t function)
{
    const uint32_t position = 4u * (pin % 8u);
    GPIO_AFR(port, pin) = (GPIO_AFR(port, pin) & ~(0xFu << position)) | function << position;
    GPIO_OSPEEDR(port) = (GPIO_OSPEEDR(port) & ~(3u << 2u * pin)) | GPIO_SPEED_MEDIUM << 2u * pin;
    /* A pull-up keeps an unconnected line idle instead of receiving noise. */
    GPIO_PUPDR(port) = (GPIO_PUPDR(port) & ~(3u << 2u * pin)) | GPIO_PULL_UP << 2u * pin;
    GPIO_MODER(port) = (GPIO_MODER(port) & ~(3u << 2u * pin)) | GPIO_MODE_ALTERNATE << 2u * pin;
}

static inline void gpio_uart_pins(void)
{
    gpio_alternate(BOARD_UART_TX_PORT, BOARD_UART_TX_PIN, BOARD_UART_TX_FUNCTION);
    gpio_alternate(BOARD_UART_RX_PORT, BOARD_UART_RX_PIN, BOARD_UART_RX_FUNCTION);
}

#endif
#endif
