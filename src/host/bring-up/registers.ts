import type { Board } from '../../boards/schema.ts';

/**
 * The few registers that tell why a board is mute, as the reference manuals that board.json names have them (chapters
 * USART, GPIO, DMA, DMAMUX and general-purpose timers). Written for a look from outside, apart from the firmware's drivers.
 */

/** Families whose USART has SR and DR in place of ISR, RDR and TDR. */
const FIRST_USART = ['stm32f1', 'stm32f4'];
const GPIO_BASE: Readonly<Record<string, number>> = {
  stm32f0: 0x4800_0000,
  stm32f1: 0x4001_0800,
  stm32f4: 0x4002_0000,
  stm32f7: 0x4002_0000,
  stm32g0: 0x5000_0000,
  stm32l4: 0x4800_0000,
  stm32l5: 0x4202_0000,
};
const PORT_BYTES = 0x400;
/** DMAMUX of STM32G0 and L5: channel n of DMA1 has its request at this place (RM0444, RM0438). */
const DMAMUX = 0x4002_0800;

export interface UartPlaces {
  readonly control: number;
  readonly divider: number;
  readonly status: number;
}

export function uartPlaces({ family, uart }: Board): UartPlaces {
  const at = (offset: number): number => uart.address + offset;
  return FIRST_USART.includes(family)
    ? { control: at(0x0c), divider: at(0x08), status: at(0x00) }
    : { control: at(0x00), divider: at(0x0c), status: at(0x1c) };
}

/** CR1: the enable bit differs between the generations, transmitter and receiver do not. */
export const uartEnableBit = ({ family }: Board): number => (FIRST_USART.includes(family) ? 1 << 13 : 1);
export const UART_TRANSMITS = 1 << 3;
export const UART_RECEIVES = 1 << 2;
/** Of SR and ISR: a byte waits, or one was lost because another waited. */
export const UART_BYTE_WAITS = (1 << 5) | (1 << 3);

/** A pin's registers: words to read, and what they must say together. */
export interface PinPlaces {
  readonly addresses: readonly number[];
  /** In words, what the pin is switched to; `undefined` when to the UART. */
  readonly judge: (words: readonly number[]) => string | undefined;
}

/** @param which of the UART's pins */
export function pinPlaces({ family, uart }: Board, which: 'tx' | 'rx'): PinPlaces {
  const { pin, alternateFunction } = uart[which];
  const number = Number(pin.slice(2));
  const port = GPIO_BASE[family]! + PORT_BYTES * (pin.charCodeAt(1) - 'A'.charCodeAt(0));
  if (family === 'stm32f1') {
    // CRL and CRH: four bits a pin; an output that a peripheral drives has CNF = 2, an input has MODE = 0.
    return {
      addresses: [port + 4 * Math.floor(number / 8)],
      judge: ([word]) => {
        const bits = (word! >>> (4 * (number % 8))) & 0xf;
        const [mode, configuration] = [bits & 3, bits >> 2];
        const isRight = which === 'tx' ? mode !== 0 && configuration === 2 : mode === 0;
        return isRight ? undefined : `CNF = ${configuration}, MODE = ${mode}`;
      },
    };
  }
  return {
    addresses: [port, port + 0x20 + 4 * Math.floor(number / 8)],
    judge: ([modes, functions]) => {
      const mode = (modes! >>> (2 * number)) & 3;
      const selected = (functions! >>> (4 * (number % 8))) & 0xf;
      if (mode !== 2) return `${['an input', 'an output', '', 'analog'][mode]}, no alternate function`;
      return selected === alternateFunction ? undefined : `alternate function ${selected}`;
    },
  };
}

export interface DmaPlaces {
  readonly control: number;
  readonly left: number;
  /** Word and position of the request's number; undefined where requests are wired to their channels. */
  readonly request:
    | { readonly address: number; readonly position: number; readonly mask: number }
    | undefined;
}

export function dmaPlaces({ dma }: Board, which: 'receive' | 'transmit'): DmaPlaces {
  const { channel, request } = dma[which];
  if (dma.kind === 'streams') {
    const control = dma.address + 0x10 + 0x18 * channel;
    return { control, left: control + 4, request: { address: control, position: 25, mask: 7 } };
  }
  const control = dma.address + 0x08 + 20 * (channel - 1);
  const places = { control, left: control + 4 };
  if (dma.kind === 'dmamux')
    return {
      ...places,
      request: { address: DMAMUX + 4 * (channel - 1), position: 0, mask: 0x7f },
    };
  return {
    ...places,
    request:
      request === null ? undefined : { address: dma.address + 0xa8, position: 4 * (channel - 1), mask: 0xf },
  };
}

const TIMER_COUNT = 0x24;

/** Counters of the time base, the faster one last. */
export function timerPlaces({ timer }: Board): readonly number[] {
  const own = timer.address + TIMER_COUNT;
  return timer.turns === undefined ? [own] : [timer.turns.address + TIMER_COUNT, own];
}

/** What the time base counts a second: microseconds, or core clocks where it stands in for the cycle counter. */
export const timerHz = ({ core, clock }: Board): number =>
  core === 'cortex-m0' || core === 'cortex-m0plus' ? clock.timerHz : 1_000_000;
