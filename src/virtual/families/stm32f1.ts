import type { ChipContext } from '../interfaces.ts';
import { busFault, ClockTree, waitStateFault } from '../peripherals/clock-tree.ts';
import { f1Clocks, RCC_F1 } from '../peripherals/clock-tree-f1.ts';
import { Dbgmcu } from '../peripherals/dbgmcu.ts';
import { Dma } from '../peripherals/dma.ts';
import { Factory, signatureWords } from '../peripherals/factory.ts';
import { FlashF1 } from '../peripherals/flash-f1.ts';
import { GpioF1 } from '../peripherals/gpio-f1.ts';
import { Iwdg } from '../peripherals/iwdg.ts';
import { PlainBlock } from '../peripherals/plain-block.ts';
import { Tim } from '../peripherals/tim.ts';
import { UsartV1 } from '../peripherals/usart-v1.ts';
import { ChipBuilder, type ChipFamily, type ChipOptions, type VirtualChip } from './chip.ts';

/** The probe's clock output, which the board leads to OSC_IN (UM1724). */
const HSE_HZ = 8e6;
const LSI_HZ = 40e3;
const REVISION = 0x2003;

/** Interrupt numbers (RM0008, vector table of the medium-density devices). */
const IRQ = { FLASH: 4, USART1: 37, USART2: 38, TIM2: 28, TIM3: 29, TIM4: 30 } as const;
const DMA1_IRQS = [11, 12, 13, 14, 15, 16, 17] as const;
/** Request lines that a modelled peripheral drives, by channel: they are wired, not selected. */
const DMA1_REQUESTS: Readonly<Record<number, string>> = {
  4: 'USART1_TX',
  5: 'USART1_RX',
  6: 'USART2_RX',
  7: 'USART2_TX',
};
/** Internal trigger connections: which timer stands behind ITRx of another. */
const TRIGGERS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  TIM2: { 2: 'TIM3', 3: 'TIM4' },
  TIM3: { 1: 'TIM2', 3: 'TIM4' },
  TIM4: { 1: 'TIM2', 2: 'TIM3' },
};
/** USART2 on PD5 and PD6; the 64-pin package has neither. */
const MAPR_USART2 = 1 << 3;

/** Builds the register blocks of an STM32F103xB and wires them (RM0008, memory map). */
function createStm32f1(context: ChipContext, options: ChipOptions): VirtualChip {
  const { clock, core, bus } = context;
  const chip = new ChipBuilder(context, options);

  const flash: FlashF1 = chip.add(
    new FlashF1(
      chip.place('FLASH', 0x40022000),
      {
        baseAddress: 0x08000000,
        irqNumber: IRQ.FLASH,
        acrReset: 0x30,
        acrWritable: 0x1f,
        optionWords: [0x03fffffc, 0xffffffff],
        onWaitStates: () => rcc.checkLimits(),
      },
      {
        clock,
        core,
        array: chip.array,
        times: chip.flashTimes,
        isArray: (address) => address >>> 24 === 0x08 || address >>> 24 === 0,
        cutPower: options.cutPower,
      },
    ),
  );
  const rcc: ClockTree = chip.addClock(
    new ClockTree(
      chip.place('RCC', 0x40021000),
      f1Clocks({
        enables: [0x55, 0x1ae64807, 0x00005e7d],
        ahbReset: 0x14,
        hseHz: HSE_HZ,
        lsiHz: LSI_HZ,
        isF0: false,
        pllHz: [16e6, 72e6],
      }),
      {
        clock,
        core,
        forbidden: ({ hclkHz, pclk1Hz }) => [
          ...waitStateFault(hclkHz, [24e6, 48e6, 72e6], flash.waitStates),
          ...busFault('PCLK1', pclk1Hz, 36e6),
        ],
        resetPeripheral: (enableOffset, bit) => chip.resetPeripheral(enableOffset, bit),
      },
    ),
  );

  const ports = new Map(
    ['GPIOA', 'GPIOB', 'GPIOC', 'GPIOD', 'GPIOE'].map((name, index) => [
      name,
      chip.add(new GpioF1(chip.place(name, 0x40010800 + 0x400 * index, [RCC_F1.APB2ENR, 2 + index]))),
    ]),
  );
  const gpioA = ports.get('GPIOA')!;
  const afio = chip.add(
    new PlainBlock(chip.place('AFIO', 0x40010000, [RCC_F1.APB2ENR, 0]), {
      0: { reset: 0, writable: 0xff, loud: 0x80 },
      4: { reset: 0, writable: 0x0700ffff, loud: 0xfff7 },
      8: { reset: 0, writable: 0xffff },
      12: { reset: 0, writable: 0xffff },
      16: { reset: 0, writable: 0xffff },
      20: { reset: 0, writable: 0xffff },
    }),
  );
  const atHome = (): boolean => (afio.value(4) & MAPR_USART2) === 0;

  const dma1 = chip.add(
    new Dma(chip.place('DMA1', 0x40020000, [RCC_F1.AHBENR, 0]), {
      bus,
      core,
      irqNumbers: DMA1_IRQS,
      requestMap: (channel) => DMA1_REQUESTS[channel],
    }),
  );
  const request = (line: string) => (level: boolean) => dma1.setRequest(line, level);
  chip.add(
    new UsartV1(
      chip.place('USART1', 0x40013800, [RCC_F1.APB2ENR, 14]),
      {
        clock,
        core,
        irqNumber: IRQ.USART1,
        kernelHz: () => rcc.clocks.pclk2Hz,
        txPin: () => gpioA.isAlternateOutput(9),
        rxPin: () => gpioA.isInput(10),
        requestReceive: request('USART1_RX'),
        requestTransmit: request('USART1_TX'),
      },
      false,
    ),
  );
  const txPin = (): boolean => atHome() && gpioA.isAlternateOutput(2);
  const rxPin = (): boolean => atHome() && gpioA.isInput(3);
  const usart2 = chip.add(
    new UsartV1(
      chip.place('USART2', 0x40004400, [RCC_F1.APB1ENR, 17]),
      {
        clock,
        core,
        irqNumber: IRQ.USART2,
        kernelHz: () => rcc.clocks.pclk1Hz,
        txPin,
        rxPin,
        requestReceive: request('USART2_RX'),
        requestTransmit: request('USART2_TX'),
        sent: (data, format, startNs, endNs) => options.line.fromBoard(data, format, startNs, endNs),
      },
      false,
    ),
  );
  chip.connectReceiver(usart2, rxPin);

  const timers = new Map<string, Tim>();
  for (const [name, baseAddress, bit, irqNumber] of [
    ['TIM2', 0x40000000, 0, IRQ.TIM2],
    ['TIM3', 0x40000400, 1, IRQ.TIM3],
    ['TIM4', 0x40000800, 2, IRQ.TIM4],
  ] as const)
    timers.set(
      name,
      chip.add(
        new Tim(chip.place(name, baseAddress, [RCC_F1.APB1ENR, bit]), {
          clock,
          core,
          irqNumber,
          kernelHz: () => rcc.clocks.timer1Hz,
          counterBits: 16,
          compareChannels: 4,
          trigger: (input) => timers.get(TRIGGERS[name]?.[input] ?? ''),
        }),
      ),
    );
  rcc.onClockChange(() => {
    for (const timer of timers.values()) timer.clockChanged();
  });
  chip.add(
    new Iwdg(chip.place('IWDG', 0x40003000), {
      clock,
      core,
      forceLsi: () => rcc.forceLsi(),
      lsiHz: LSI_HZ,
      hasWindow: false,
    }),
  );
  chip.add(
    new PlainBlock(chip.place('PWR', 0x40007000, [RCC_F1.APB1ENR, 28]), {
      0: { reset: 0, writable: 0x1f3, loud: 0xf3 },
      4: { reset: 0, writable: 0x100, loud: 0x100 },
    }),
  );
  chip.add(
    new Dbgmcu(chip.place('DBGMCU', 0xe0042000), {
      idcode: ((REVISION << 16) | options.facts.identity.deviceId) >>> 0,
      writable: { 4: 0x1ffe7 },
      // ES0340: a program reads 0 unless a debugger is attached.
      shownToCore: () => core.debugged,
    }),
  );
  chip.add(
    new Factory(chip.place('system memory', 0x1ffff000), {
      sizeBytes: 0x1000,
      words: new Map([
        ...signatureWords(options.uniqueId, {
          uniqueIdAt: 0x1ffff7e8,
          flashSizeAt: 0x1ffff7e0,
          flashBytes: context.flash.length,
        }),
        // Option bytes: read protection off.
        [0x1ffff800, 0xffff5aa5],
      ]),
    }),
  );
  return chip.build(flash, [
    ['APB1', 0x40000000, 0x8000],
    ['APB2', 0x40010000, 0x6c00],
    ['AHB', 0x40018000, 0xb400],
  ]);
}

/** BOOT0 low: main flash answers at 0. */
export const STM32F1: ChipFamily = { create: createStm32f1, flashAliases: [0] };
