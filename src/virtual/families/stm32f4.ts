import { NeaiError } from '../../shared/errors.ts';
import type { ChipContext } from '../interfaces.ts';
import { busFault, ClockTree, waitStateFault } from '../peripherals/clock-tree.ts';
import { f4Clocks, RCC_F4 } from '../peripherals/clock-tree-f4.ts';
import { Dbgmcu } from '../peripherals/dbgmcu.ts';
import { DmaStreams } from '../peripherals/dma-stream.ts';
import { Factory, signatureWords } from '../peripherals/factory.ts';
import { FlashF4 } from '../peripherals/flash-f4.ts';
import { Gpio, type GpioReset, INPUT_PORT } from '../peripherals/gpio.ts';
import { Iwdg } from '../peripherals/iwdg.ts';
import { PlainBlock } from '../peripherals/plain-block.ts';
import { PwrF4 } from '../peripherals/pwr-f4.ts';
import { Tim } from '../peripherals/tim.ts';
import { UsartV1 } from '../peripherals/usart-v1.ts';
import { ChipBuilder, type ChipFamily, type ChipOptions, type VirtualChip } from './chip.ts';

/** What tells the devices apart (RM0368 and DS10086; RM0383 and DS10314). */
interface DeviceFacts {
  readonly revision: number;
  readonly apb2: number;
  readonly pllN: readonly [number, number];
  readonly vcoHz: readonly [number, number];
  readonly pwrWritable: number;
  /** Highest HCLK by wait states at 2.7-3.6 V. */
  readonly waitStatesHz: readonly number[];
  /** Highest HCLK by VOS. */
  readonly scaleHz: Readonly<Record<number, number>>;
  readonly pclk1Hz: number;
}

const DEVICES: Readonly<Record<string, DeviceFacts>> = {
  STM32F401RE: {
    revision: 0x1001,
    apb2: 0x00077931,
    pllN: [192, 432],
    vcoHz: [192e6, 432e6],
    pwrWritable: 0xcff3,
    waitStatesHz: [30e6, 60e6, 84e6],
    scaleHz: { 1: 60e6, 2: 84e6, 3: 0 },
    pclk1Hz: 42e6,
  },
  STM32F411RE: {
    revision: 0x1000,
    apb2: 0x00177931,
    pllN: [50, 432],
    vcoHz: [100e6, 432e6],
    pwrWritable: 0x30eff3,
    waitStatesHz: [30e6, 64e6, 90e6, 100e6],
    scaleHz: { 1: 64e6, 2: 84e6, 3: 100e6 },
    pclk1Hz: 50e6,
  },
};
/** The probe's clock output, which these boards lead to OSC_IN (UM1724). */
const HSE_HZ = 8e6;
const LSI_HZ = 32e3;

/** Interrupt numbers (RM0368 and RM0383, vector tables). */
const IRQ = { FLASH: 4, USART1: 37, USART2: 38, USART6: 71, TIM2: 28, TIM3: 29, TIM4: 30, TIM5: 50 } as const;
const DMA1_IRQS = [11, 12, 13, 14, 15, 16, 17, 47] as const;
const DMA2_IRQS = [56, 57, 58, 59, 60, 68, 69, 70] as const;

/** Request lines that a modelled peripheral drives, by "stream/CHSEL" (tables of DMA1 and DMA2 request mapping). */
const DMA1_REQUESTS: Readonly<Record<string, string>> = { '5/4': 'USART2_RX', '6/4': 'USART2_TX' };
const DMA2_REQUESTS: Readonly<Record<string, string>> = {
  '2/4': 'USART1_RX',
  '5/4': 'USART1_RX',
  '7/4': 'USART1_TX',
};

const PORTS: Readonly<Record<string, { readonly bit: number; readonly reset: GpioReset }>> = {
  GPIOA: { bit: 0, reset: { moder: 0xa8000000, ospeedr: 0x0c000000, pupdr: 0x64000000 } },
  GPIOB: { bit: 1, reset: { moder: 0x00000280, ospeedr: 0x000000c0, pupdr: 0x00000100 } },
  GPIOC: { bit: 2, reset: INPUT_PORT },
  GPIOD: { bit: 3, reset: INPUT_PORT },
  GPIOE: { bit: 4, reset: INPUT_PORT },
  GPIOH: { bit: 7, reset: INPUT_PORT },
};

const KEPT = (writable: number) => ({ reset: 0, writable });

/** Builds the register blocks of an STM32F401 or F411 and wires them (memory maps of RM0368 and RM0383). */
function createStm32f4(context: ChipContext, options: ChipOptions): VirtualChip {
  const { clock, core, bus } = context;
  const device = DEVICES[options.facts.mcu];
  if (!device)
    throw new NeaiError('VIRTUAL_FAMILY', `there is no virtual ${options.facts.mcu}`, {
      asked: options.facts.id,
    });
  const chip = new ChipBuilder(context, options);

  const pwr: PwrF4 = chip.add(
    new PwrF4(chip.place('PWR', 0x40007000, [RCC_F4.APB1ENR, 28]), {
      reset: 0x8000,
      writable: device.pwrWritable,
      hasOverDrive: false,
      isPllOn: () => (rcc.register(RCC_F4.CR) & (1 << 24)) !== 0,
      onScaleChange: () => rcc.checkLimits(),
    }),
  );
  const flash: FlashF4 = chip.add(
    new FlashF4(
      chip.place('FLASH', 0x40023c00),
      {
        baseAddress: 0x08000000,
        irqNumber: IRQ.FLASH,
        acrWritable: 0x1f0f,
        clearable: 0x1f3,
        optionWords: [0x0fffaaed],
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
      chip.place('RCC', 0x40023800),
      f4Clocks({
        enables: [0x0060109f, 0x80, 0, 0x10e2c80f, device.apb2],
        ahb1Reset: 0,
        hseHz: HSE_HZ,
        lsiHz: LSI_HZ,
        pllN: device.pllN,
        vcoHz: device.vcoHz,
        more: {},
      }),
      {
        clock,
        core,
        forbidden: ({ hclkHz, pclk1Hz }) => [
          ...waitStateFault(hclkHz, device.waitStatesHz, flash.waitStates),
          ...busFault(`HCLK at VOS = ${pwr.voltageScale}`, hclkHz, device.scaleHz[pwr.voltageScale] ?? 0),
          ...busFault('PCLK1', pclk1Hz, device.pclk1Hz),
        ],
        resetPeripheral: (enableOffset, bit) => chip.resetPeripheral(enableOffset, bit),
      },
    ),
  );

  const ports = new Map(
    Object.entries(PORTS).map(([name, { bit, reset }]) => [
      name,
      chip.add(new Gpio(chip.place(name, 0x40020000 + 0x400 * bit, [RCC_F4.AHB1ENR, bit]), reset, false)),
    ]),
  );
  const isOn = (port: string, pin: number): boolean => ports.get(port)!.alternateFunction(pin) === 7;

  const dma1 = chip.add(
    new DmaStreams(chip.place('DMA1', 0x40026000, [RCC_F4.AHB1ENR, 21]), {
      bus,
      core,
      irqNumbers: DMA1_IRQS,
      requestMap: (stream, channel) => DMA1_REQUESTS[`${stream}/${channel}`],
    }),
  );
  const dma2 = chip.add(
    new DmaStreams(chip.place('DMA2', 0x40026400, [RCC_F4.AHB1ENR, 22]), {
      bus,
      core,
      irqNumbers: DMA2_IRQS,
      requestMap: (stream, channel) => DMA2_REQUESTS[`${stream}/${channel}`],
    }),
  );
  const request = (line: string) => (level: boolean) => {
    dma1.setRequest(line, level);
    dma2.setRequest(line, level);
  };
  chip.add(
    new UsartV1(
      chip.place('USART1', 0x40011000, [RCC_F4.APB2ENR, 4]),
      {
        clock,
        core,
        irqNumber: IRQ.USART1,
        kernelHz: () => rcc.clocks.pclk2Hz,
        txPin: () => isOn('GPIOA', 9) || isOn('GPIOB', 6),
        rxPin: () => isOn('GPIOA', 10) || isOn('GPIOB', 7),
        requestReceive: request('USART1_RX'),
        requestTransmit: request('USART1_TX'),
      },
      true,
    ),
  );
  const usart2 = chip.add(
    new UsartV1(
      chip.place('USART2', 0x40004400, [RCC_F4.APB1ENR, 17]),
      {
        clock,
        core,
        irqNumber: IRQ.USART2,
        kernelHz: () => rcc.clocks.pclk1Hz,
        txPin: () => isOn('GPIOA', 2) || isOn('GPIOD', 5),
        rxPin: () => isOn('GPIOA', 3) || isOn('GPIOD', 6),
        requestReceive: request('USART2_RX'),
        requestTransmit: request('USART2_TX'),
        // The probe's port hangs at PA2 and PA3 (UM1724).
        sent: (data, format, startNs, endNs) => {
          if (isOn('GPIOA', 2)) options.line.fromBoard(data, format, startNs, endNs);
        },
      },
      true,
    ),
  );
  chip.connectReceiver(usart2, () => isOn('GPIOA', 3));

  const timers = (
    [
      ['TIM2', 0x40000000, 0, IRQ.TIM2, 32],
      ['TIM3', 0x40000400, 1, IRQ.TIM3, 16],
      ['TIM4', 0x40000800, 2, IRQ.TIM4, 16],
      ['TIM5', 0x40000c00, 3, IRQ.TIM5, 32],
    ] as const
  ).map(([name, baseAddress, bit, irqNumber, counterBits]) =>
    chip.add(
      new Tim(chip.place(name, baseAddress, [RCC_F4.APB1ENR, bit]), {
        clock,
        core,
        irqNumber,
        kernelHz: () => rcc.clocks.timer1Hz,
        counterBits,
        compareChannels: 4,
      }),
    ),
  );
  rcc.onClockChange(() => {
    for (const timer of timers) timer.clockChanged();
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
    new PlainBlock(chip.place('SYSCFG', 0x40013800, [RCC_F4.APB2ENR, 14]), {
      0: { reset: 0, writable: 3, loud: 3 },
      4: KEPT(0x10000),
      8: KEPT(0xffff),
      12: KEPT(0xffff),
      16: KEPT(0xffff),
      20: KEPT(0xffff),
      32: KEPT(1),
    }),
  );
  chip.add(
    new Dbgmcu(chip.place('DBGMCU', 0xe0042000), {
      idcode: ((device.revision << 16) | options.facts.identity.deviceId) >>> 0,
      writable: { 4: 0xe7, 8: 0x00e01c0f, 12: 0x00070001 },
    }),
  );
  chip.add(
    new Factory(chip.place('system memory', 0x1fff7800), {
      sizeBytes: 0x400,
      words: new Map(
        signatureWords(options.uniqueId, {
          uniqueIdAt: 0x1fff7a10,
          flashSizeAt: 0x1fff7a22,
          flashBytes: context.flash.length,
        }),
      ),
      calibration: [0x1fff7a2a, 0x1fff7a30],
    }),
  );
  return chip.build(flash, [
    ['APB1', 0x40000000, 0x8000],
    ['APB2', 0x40010000, 0x6c00],
    ['AHB1', 0x40020000, 0x60000],
    ['AHB2', 0x50000000, 0x40000],
    ['boot loader', 0x1fff0000, 0x7800],
  ]);
}

/** BOOT0 low: main flash answers at 0. */
export const STM32F4: ChipFamily = { create: createStm32f4, flashAliases: [0] };
