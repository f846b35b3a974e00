import { hex } from './emit-memory.ts';
import { type Board, sectorsOf } from './schema.ts';

/** board_config.h: a board's facts as the family code reads them. */
export function emitConfig(board: Board): string {
  const { clock, flash, uart, dma, timer, identity, ram } = board;
  const defines: [string, string][] = [
    ['ID', `"${board.id}"`],
    ['INTERRUPTS', String(board.vectors.interrupts)],
    ['RESET_HZ', unsigned(clock.resetHz)],
    ['CORE_HZ', unsigned(clock.coreHz)],
    ['UART_HZ', unsigned(clock.uartHz)],
    ['TIMER_HZ', unsigned(clock.timerHz)],
    [`CLOCK_${clock.oscillator.toUpperCase().replaceAll('-', '_')}`, '1'],
    ...(clock.pll
      ? ([
          ['PLL_DIVIDE_INPUT', unsigned(clock.pll.divideInput)],
          ['PLL_MULTIPLY', unsigned(clock.pll.multiply)],
          ['PLL_DIVIDE_CORE', unsigned(clock.pll.divideCore)],
        ] as [string, string][])
      : []),
    ['FLASH_BASE', address(flash.address)],
    ['FLASH_WAIT_STATES', unsigned(clock.flashWaitStates)],
    ['FLASH_ECC', flash.ecc ? '1' : '0'],
    ['FLASH_BANKS', unsigned(flash.banks)],
    ['FLASH_PAGES_PER_BANK', unsigned(sectorsOf(flash).length / flash.banks)],
    ...store(board),
    [`UART_${uart.instance}`, '1'],
    ['UART_BASE', address(uart.address)],
    ['UART_IRQ', unsigned(uart.irq)],
    ['UART_DEFAULT_BAUD', unsigned(uart.defaultBaud)],
    ['UART_MAX_BAUD', unsigned(uart.maxBaud)],
    ...pin('UART_TX', uart.tx),
    ...pin('UART_RX', uart.rx),
    [`DMA_${dma.kind.toUpperCase()}`, '1'],
    ['DMA_BASE', address(dma.address)],
    ...dmaLine('DMA_RX', dma.receive),
    ...dmaLine('DMA_TX', dma.transmit),
    ['TIMER_BASE', address(timer.address)],
    ['TIMER_IRQ', unsigned(timer.irq)],
    ...(timer.turns
      ? ([
          ['TURNS_BASE', address(timer.turns.address)],
          ['TURNS_IRQ', unsigned(timer.turns.irq)],
          ['TURNS_TRIGGER', unsigned(timer.turns.trigger)],
        ] as [string, string][])
      : []),
    ['DEVICE_ID_ADDRESS', address(identity.deviceIdAddress)],
    ['UNIQUE_ID_ADDRESS', address(identity.uniqueIdAddress)],
    ['RECEIVE_RING_BYTES', unsigned(ram.receiveRingBytes)],
    ['TRANSMIT_BUFFER_BYTES', unsigned(ram.transmitBufferBytes)],
  ];
  return `${[
    `/* Generated from firmware/boards/${board.id}/board.json by npm run generate. Do not edit. */`,
    '#ifndef BOARD_CONFIG_H',
    '#define BOARD_CONFIG_H',
    '',
    ...defines.map(([name, value]) => `#define BOARD_${name} ${value}`),
    '',
    '#endif',
  ].join('\n')}\n`;
}

/** Facts of the flash pages for knowledge; nothing where there are none. Times are the data sheet's longest. */
function store({ knowledgeStore, flash }: Board): [string, string][] {
  if (knowledgeStore === undefined) return [];
  const { index, bytes, eraseMaxMs } = sectorsOf(flash).find(
    ({ address: at }) => at === knowledgeStore.address,
  )!;
  return [
    ['STORE_BASE', address(knowledgeStore.address)],
    ['STORE_SLOTS', unsigned(knowledgeStore.slots)],
    ['STORE_SLOT_BYTES', unsigned(knowledgeStore.slotBytes)],
    ['STORE_FIRST_PAGE', unsigned(index)],
    ['STORE_PAGE_BYTES', unsigned(bytes)],
    ['STORE_ERASE_MAX_US', unsigned(Math.ceil(1000 * eraseMaxMs))],
    ['STORE_PROGRAM_MAX_US', unsigned(Math.ceil((flash.programMaxUs * 8) / Math.min(8, flash.programBytes)))],
  ];
}

const unsigned = (value: number): string => `${value}u`;
const address = (value: number): string => `${hex(value)}u`;

/** PA15 becomes port 0 (A), pin 15: the family knows where its ports lie. */
function pin(
  prefix: string,
  { pin: name, alternateFunction }: { pin: string; alternateFunction: number | null },
): [string, string][] {
  return [
    [`${prefix}_PORT`, unsigned(name.charCodeAt(1) - 'A'.charCodeAt(0))],
    [`${prefix}_PIN`, unsigned(Number(name.slice(2)))],
    ...(alternateFunction === null
      ? []
      : ([[`${prefix}_FUNCTION`, unsigned(alternateFunction)]] as [string, string][])),
  ];
}

function dmaLine(
  prefix: string,
  line: { channel: number; request: number | null; irq: number },
): [string, string][] {
  return [
    [`${prefix}_CHANNEL`, unsigned(line.channel)],
    ...(line.request === null ? [] : ([[`${prefix}_REQUEST`, unsigned(line.request)]] as [string, string][])),
    [`${prefix}_IRQ`, unsigned(line.irq)],
  ];
}
