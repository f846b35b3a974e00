import { beforeAll, describe, expect, it } from 'vitest';
import { loadBoard } from '../../src/boards/load.ts';
import { openBench } from '../virtual/bench.ts';
import { firmwareValues } from './firmware-values.ts';
import { type LinuxFacts, readLinuxSource } from './linux-source.ts';

/**
 * Register addresses and bits of the firmware, and apart from it of the virtual chips, against a description that neither
 * was written from: the drivers and device trees of Linux. It knows the F4 and the F7; of the other families it has none.
 */
const USART_C = 'drivers/tty/serial/stm32-usart.c';
const USART_H = 'drivers/tty/serial/stm32-usart.h';
const DMA_C = 'drivers/dma/stm32-dma.c';
const GPIO_C = 'drivers/pinctrl/stm32/pinctrl-stm32.c';
const RCC_C = 'drivers/clk/clk-stm32f4.c';
const TIMERS_H = 'include/linux/mfd/stm32-timers.h';

const BOARDS = [
  { id: 'nucleo-f401re', tree: 'stm32f429', family: 'f4', uart: 'UART2' },
  { id: 'nucleo-f411re', tree: 'stm32f429', family: 'f4', uart: 'UART2' },
  { id: 'nucleo-f746zg', tree: 'stm32f746', family: 'f7', uart: 'UART3' },
] as const;

const DTS = 'arch/arm/boot/dts';
const pinsOf = (tree: string): string => `drivers/pinctrl/stm32/pinctrl-${tree}.c`;
const treeOf = (tree: string): string => `${DTS}/${tree}.dtsi`;
const portsOf = (family: string): string => `${DTS}/stm32${family}-pinctrl.dtsi`;
const clocksOf = (family: string): string => `include/dt-bindings/mfd/stm32${family}-rcc.h`;
const FILES = [
  ...[USART_C, USART_H, DMA_C, GPIO_C, RCC_C, TIMERS_H],
  ...new Set(
    BOARDS.flatMap(({ tree, family }) => [
      ...[treeOf(tree), portsOf(family), pinsOf(tree), clocksOf(family)],
    ]),
  ),
];

let linux: LinuxFacts | { readonly missing: string };
beforeAll(async () => {
  linux = await readLinuxSource(FILES);
}, 300_000);

/** Everything of one board, as Linux has it. */
function factsOf(facts: LinuxFacts, { id, tree, family, uart }: (typeof BOARDS)[number]) {
  const board = loadBoard(id);
  const dts = treeOf(tree);
  const info = `stm32${family}_info`;
  const label = board.uart.instance.toLowerCase();
  const rcc = facts.node(dts, 'rcc').address;
  const usart = facts.node(dts, label);
  const dma = facts.node(dts, 'dma1');
  const timer = facts.node(dts, 'timers2');
  const gpio = facts.node(portsOf(family), 'gpioa');
  const port = (pin: string): number => gpio.address + 0x400 * (pin.charCodeAt(1) - 'A'.charCodeAt(0));
  const usartAt = (name: string): number => usart.address + facts.field(USART_C, info, name);
  const bit = (name: string): number => facts.define(USART_H, `USART_${name}`);
  const stream = (which: 'receive' | 'transmit') => {
    const { channel } = board.dma[which];
    const at = (base: number): number => dma.address + base + 0x18 * channel;
    return {
      number: channel,
      scr: at(0x10),
      irq: dma.interrupts[channel]!,
      flags: dma.address + (channel & 4),
      clear: dma.address + facts.define(DMA_C, 'STM32_DMA_LIFCR') + (channel & 4),
      shift: ((channel & 2) << 3) | ((channel & 1) * 6),
    };
  };
  const rccBit = (bus: string, name: string): number =>
    2 ** facts.define(clocksOf(family), `STM32${family.toUpperCase()}_RCC_${bus}_${name}`);
  return {
    board,
    usart: { ...usart, at: usartAt, bit, enable: 2 ** facts.field(USART_C, info, 'uart_enable_bit') },
    dma: { address: dma.address, stream, bit: (name: string) => facts.define(DMA_C, `STM32_DMA_${name}`) },
    timer: {
      address: timer.address,
      at: (name: string) => timer.address + facts.define(TIMERS_H, `TIM_${name}`),
    },
    gpio: { address: gpio.address, port, at: (name: string) => facts.define(GPIO_C, `STM32_GPIO_${name}`) },
    rcc: { at: (name: string) => rcc + facts.define(RCC_C, `STM32F4_RCC_${name}`), bit: rccBit, uart },
    function: (pin: string, signal: string) => facts.alternateFunction(pinsOf(tree), pin, signal),
  };
}

describe('against the registers that Linux knows', () => {
  it.for(BOARDS)('the firmware of $id has the same addresses and bits', async (row, { skip }) => {
    if ('missing' in linux) return skip(linux.missing);
    const { board, usart, dma, timer, gpio, rcc, ...facts } = factsOf(linux, row);
    const [receive, transmit] = [dma.stream('receive'), dma.stream('transmit')];
    const ports = [...new Set([board.uart.tx.pin[1]!, board.uart.rx.pin[1]!])];
    const expected: Record<string, number> = {
      BOARD_UART_BASE: usart.address,
      BOARD_UART_IRQ: usart.interrupts[0]!,
      '&UART_CR1': usart.at('cr1'),
      '&UART_CR2': usart.at('cr2'),
      '&UART_CR3': usart.at('cr3'),
      '&UART_BRR': usart.at('brr'),
      [row.family === 'f4' ? '&UART_SR' : '&UART_ISR']: usart.at('isr'),
      UART_RECEIVE_ADDRESS: usart.at('rdr'),
      UART_TRANSMIT_ADDRESS: usart.at('tdr'),
      UART_CR1_UE: usart.enable,
      ...Object.fromEntries(
        ['FE', 'NE', 'ORE', 'IDLE', 'RXNE', 'TC', 'TXE'].map((name) => [
          `UART_${name}`,
          usart.bit(`SR_${name}`),
        ]),
      ),
      ...Object.fromEntries(
        ['CR1_RE', 'CR1_TE', 'CR1_IDLEIE', 'CR3_EIE', 'CR3_DMAR', 'CR3_DMAT'].map((name) => [
          `UART_${name}`,
          usart.bit(name),
        ]),
      ),
      ...(row.family === 'f7' && {
        '&UART_ICR': usart.at('icr'),
        UART_CM: usart.bit('SR_CMF'),
        UART_CR1_CMIE: usart.bit('CR1_CMIE'),
      }),
      BOARD_DMA_BASE: dma.address,
      BOARD_DMA_RX_IRQ: receive.irq,
      BOARD_DMA_TX_IRQ: transmit.irq,
      '&DMA_CR(RX)': receive.scr,
      '&DMA_NDTR(RX)': receive.scr + 4,
      '&DMA_PAR(RX)': receive.scr + 8,
      '&DMA_MAR(RX)': receive.scr + 12,
      '&DMA_CR(TX)': transmit.scr,
      '&DMA_ISR(RX)': receive.flags,
      '&DMA_ISR(TX)': transmit.flags,
      '&DMA_IFCR(RX)': receive.clear,
      '&DMA_IFCR(TX)': transmit.clear,
      'DMA_FLAG_TC(RX)': dma.bit('TCI') * 2 ** receive.shift,
      'DMA_FLAG_HT(RX)': dma.bit('HTI') * 2 ** receive.shift,
      'DMA_FLAG_TE(TX)': dma.bit('TEI') * 2 ** transmit.shift,
      DMA_CR_EN: dma.bit('SCR_EN'),
      DMA_CR_TCIE: dma.bit('SCR_TCIE'),
      DMA_CR_CIRC: dma.bit('SCR_CIRC'),
      DMA_CR_MINC: dma.bit('SCR_MINC'),
      'DMA_CR_REQUEST(7u)': dma.bit('SCR_REQ_MASK'),
      BOARD_TIMER_BASE: timer.address,
      ...Object.fromEntries(
        ['CR1', 'CR2', 'DIER', 'SR', 'EGR', 'CNT', 'PSC', 'ARR', 'CCR1'].map((name) => [
          `&TIM_${name}`,
          timer.at(name),
        ]),
      ),
      TIM_CR1_CEN: timer.at('CR1_CEN') - timer.address,
      TIM_DIER_UIE: timer.at('DIER_UIE') - timer.address,
      TIM_UIF: timer.at('SR_UIF') - timer.address,
      TIM_EGR_UG: timer.at('EGR_UG') - timer.address,
      FAMILY_GPIO_BASE: gpio.address,
      '&GPIO_MODER(0u)': gpio.address + gpio.at('MODER'),
      '&GPIO_OSPEEDR(0u)': gpio.address + gpio.at('SPEEDR'),
      '&GPIO_PUPDR(0u)': gpio.address + gpio.at('PUPDR'),
      '&GPIO_AFR(0u, 7u)': gpio.address + gpio.at('AFRL'),
      '&GPIO_AFR(0u, 8u)': gpio.address + gpio.at('AFRH'),
      BOARD_UART_TX_FUNCTION: facts.function(board.uart.tx.pin, `${board.uart.instance}_TX`),
      BOARD_UART_RX_FUNCTION: facts.function(board.uart.rx.pin, `${board.uart.instance}_RX`),
      '&RCC_CR': rcc.at('CR'),
      '&RCC_PLLCFGR': rcc.at('PLLCFGR'),
      '&RCC_CFGR': rcc.at('CFGR'),
      '&RCC_AHB1ENR': rcc.at('AHB1ENR'),
      '&RCC_APB1ENR': rcc.at('APB1ENR'),
      '&RCC_CSR': rcc.at('CSR'),
      RCC_AHB1_DMA1: rcc.bit('AHB1', 'DMA1'),
      RCC_APB1_TIM2: rcc.bit('APB1', 'TIM2'),
      [`RCC_APB1_${board.uart.instance}`]: rcc.bit('APB1', rcc.uart),
      RCC_APB1_PWR: rcc.bit('APB1', 'PWR'),
    };
    expect(ports.length).toBeGreaterThan(0);
    const values = await firmwareValues(row.id, Object.keys(expected));
    expect(Object.fromEntries(values)).toEqual(expected);
  });

  it.for(BOARDS)(
    'the virtual $id sends, receives and counts for a driver written with these numbers alone',
    async (row, { skip }) => {
      if ('missing' in linux) return skip(linux.missing);
      const { board, usart, dma, timer, gpio, rcc } = factsOf(linux, row);
      const bench = openBench(undefined, row.id);
      try {
        const RAM = board.ram.regions[0]!.address + 0x400;
        const sent = [0x55, 0x00, 0xff, 0x0a];
        for (const which of ['tx', 'rx'] as const) {
          const { pin, alternateFunction } = board.uart[which];
          const number = Number(pin.slice(2));
          bench.modify(rcc.at('AHB1ENR'), rcc.bit('AHB1', `GPIO${pin[1]}`));
          const half = gpio.at(number < 8 ? 'AFRL' : 'AFRH');
          bench.modify(gpio.port(pin) + half, (alternateFunction! << (4 * (number % 8))) >>> 0);
          bench.modify(gpio.port(pin) + gpio.at('MODER'), 2 * 4 ** number);
        }
        bench.modify(rcc.at('AHB1ENR'), rcc.bit('AHB1', 'DMA1'));
        bench.modify(rcc.at('APB1ENR'), rcc.bit('APB1', rcc.uart) + rcc.bit('APB1', 'TIM2'));

        // 16 MHz out of reset: 115108 baud.
        bench.write(usart.at('brr'), 139);
        bench.write(usart.at('cr3'), usart.bit('CR3_DMAR') + usart.bit('CR3_DMAT'));
        bench.write(usart.at('cr1'), usart.enable + usart.bit('CR1_TE') + usart.bit('CR1_RE'));
        bench.passUs(200);
        const [receive, transmit] = [dma.stream('receive'), dma.stream('transmit')];
        const request = (which: 'receive' | 'transmit'): number => board.dma[which].request! * 2 ** 25;
        bench.write(receive.scr + 8, usart.at('rdr'));
        bench.write(receive.scr + 12, RAM);
        bench.write(receive.scr + 4, sent.length);
        bench.write(
          receive.scr,
          request('receive') + dma.bit('SCR_MINC') + dma.bit('SCR_CIRC') + dma.bit('SCR_EN'),
        );
        for (const [index, byte] of sent.entries()) bench.write(RAM + 64 + index, byte, 1);
        bench.write(transmit.scr + 8, usart.at('tdr'));
        bench.write(transmit.scr + 12, RAM + 64);
        bench.write(transmit.scr + 4, sent.length);
        // Memory to peripheral is direction 1 of DIR, whose mask begins at bit 6.
        bench.write(transmit.scr, request('transmit') + dma.bit('SCR_MINC') + 2 ** 6 + dma.bit('SCR_EN'));
        bench.passUs(1000);
        expect(await bench.settled()).toEqual(sent);
        expect((bench.read(transmit.flags) / 2 ** transmit.shift) & dma.bit('TCI')).toBe(dma.bit('TCI'));
        expect(bench.read(usart.at('isr')) & usart.bit('SR_TC')).toBe(usart.bit('SR_TC'));

        bench.board.line.fromHost(Uint8Array.from(sent.slice(0, 3)));
        bench.passUs(1000);
        expect(sent.slice(0, 3).map((_, index) => bench.read(RAM + index, 1))).toEqual(sent.slice(0, 3));
        expect(bench.read(receive.scr + 4)).toBe(1);
        expect((bench.read(receive.flags) / 2 ** receive.shift) & dma.bit('HTI')).toBe(dma.bit('HTI'));
        bench.write(receive.clear, dma.bit('HTI') * 2 ** receive.shift);
        expect((bench.read(receive.flags) / 2 ** receive.shift) & dma.bit('HTI')).toBe(0);

        bench.write(timer.at('PSC'), 15);
        bench.write(timer.at('EGR'), timer.at('EGR_UG') - timer.address);
        expect(bench.read(timer.at('SR')) & 1).toBe(timer.at('SR_UIF') - timer.address);
        bench.write(timer.at('CR1'), timer.at('CR1_CEN') - timer.address);
        const before = bench.read(timer.at('CNT'));
        bench.passUs(250);
        expect(bench.read(timer.at('CNT')) - before).toBeCloseTo(250, -1);
        expect(bench.complaints()).toEqual([]);
      } finally {
        bench.close();
      }
    },
  );
});
