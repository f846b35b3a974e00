import type { ChipContext } from '../interfaces.ts';
import { busFault, ClockTree, waitStateFault } from '../peripherals/clock-tree.ts';
import { F1_HSI_HZ, f1Clocks, RCC_F1 } from '../peripherals/clock-tree-f1.ts';
import { Dbgmcu } from '../peripherals/dbgmcu.ts';
import { Dma } from '../peripherals/dma.ts';
import { Factory, signatureWords } from '../peripherals/factory.ts';
import { FlashF1 } from '../peripherals/flash-f1.ts';
import { Gpio, INPUT_PORT } from '../peripherals/gpio.ts';
import { Iwdg } from '../peripherals/iwdg.ts';
import { PlainBlock } from '../peripherals/plain-block.ts';
import { Tim } from '../peripherals/tim.ts';
import { Usart } from '../peripherals/usart.ts';
import { ChipBuilder, type ChipFamily, type ChipOptions, type VirtualChip } from './chip.ts';

/** The probe's clock output, which the board leads to OSC_IN (UM1724). */
const HSE_HZ = 8e6;
const LSI_HZ = 40e3;
const REVISION = 0x2001;

/** Interrupt numbers (RM0091, vector table). */
const IRQ = { FLASH: 3, TIM2: 15, TIM3: 16, USART1: 27, USART2: 28 } as const;
/** Channels 2 and 3 share an interrupt, and 4 to 7 another. */
const DMA1_IRQS = [9, 10, 10, 11, 11, 11, 11] as const;
/** Request lines that a modelled peripheral drives, by channel, none of them remapped. */
const DMA1_REQUESTS: Readonly<Record<number, string>> = {
  2: 'USART1_TX',
  3: 'USART1_RX',
  4: 'USART2_TX',
  5: 'USART2_RX',
};
const GPIOA_RESET = { moder: 0x28000000, ospeedr: 0x0c000000, pupdr: 0x24000000 };

/** Builds the register blocks of an STM32F072 and wires them (RM0091, memory map). */
function createStm32f0(context: ChipContext, options: ChipOptions): VirtualChip {
  const { clock, core, bus } = context;
  const chip = new ChipBuilder(context, options);

  const flash: FlashF1 = chip.add(
    new FlashF1(
      chip.place('FLASH', 0x40022000),
      {
        baseAddress: 0x08000000,
        irqNumber: IRQ.FLASH,
        acrReset: 0x30,
        acrWritable: 0x11,
        optionWords: [0xffffff00, 0xffffffff],
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
        enables: [0x017e0055, 0x7aee4933, 0x00475a01],
        ahbReset: 0x14,
        hseHz: HSE_HZ,
        lsiHz: LSI_HZ,
        isF0: true,
        pllHz: [16e6, 48e6],
      }),
      {
        clock,
        core,
        forbidden: ({ hclkHz, pclk1Hz }) => [
          ...waitStateFault(hclkHz, [24e6, 48e6], flash.waitStates),
          ...busFault('PCLK', pclk1Hz, 48e6),
        ],
        resetPeripheral: (enableOffset, bit) => chip.resetPeripheral(enableOffset, bit),
      },
    ),
  );
  /** Kernel clock of a USART by its field in CFGR3: PCLK, SYSCLK, LSE (which this board has not), HSI. */
  const kernelHz = (field: number) => (): number => {
    const choices = [rcc.clocks.pclk1Hz, rcc.sysclkHz, 0, rcc.sourceHz('hsi') && F1_HSI_HZ];
    return choices[(rcc.register(RCC_F1.CFGR3) >>> field) & 3]!;
  };

  const ports = new Map(
    ['GPIOA', 'GPIOB', 'GPIOC', 'GPIOD', 'GPIOE', 'GPIOF'].map((name, index) => {
      const place = chip.place(name, 0x48000000 + 0x400 * index, [RCC_F1.AHBENR, 17 + index]);
      return [name, chip.add(new Gpio(place, index === 0 ? GPIOA_RESET : INPUT_PORT))];
    }),
  );
  const isOn = (pin: number): boolean => ports.get('GPIOA')!.alternateFunction(pin) === 1;

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
    new Usart(chip.place('USART1', 0x40013800, [RCC_F1.APB2ENR, 14]), {
      clock,
      core,
      irqNumber: IRQ.USART1,
      kernelHz: kernelHz(0),
      txPin: () => isOn(9),
      rxPin: () => isOn(10),
      requestReceive: request('USART1_RX'),
      requestTransmit: request('USART1_TX'),
    }),
  );
  const usart2 = chip.add(
    new Usart(chip.place('USART2', 0x40004400, [RCC_F1.APB1ENR, 17]), {
      clock,
      core,
      irqNumber: IRQ.USART2,
      kernelHz: kernelHz(16),
      txPin: () => isOn(2) || isOn(14),
      rxPin: () => isOn(3) || isOn(15),
      requestReceive: request('USART2_RX'),
      requestTransmit: request('USART2_TX'),
      // The probe's port hangs at PA2 and PA3 (UM1724).
      sent: (data, format, startNs, endNs) => {
        if (isOn(2)) options.line.fromBoard(data, format, startNs, endNs);
      },
    }),
  );
  chip.connectReceiver(usart2, () => isOn(3));

  const timers = (
    [
      ['TIM2', 0x40000000, 0, IRQ.TIM2, 32],
      ['TIM3', 0x40000400, 1, IRQ.TIM3, 16],
    ] as const
  ).map(([name, baseAddress, bit, irqNumber, counterBits]) =>
    chip.add(
      new Tim(chip.place(name, baseAddress, [RCC_F1.APB1ENR, bit]), {
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
      hasWindow: true,
    }),
  );
  chip.add(
    new PlainBlock(chip.place('PWR', 0x40007000, [RCC_F1.APB1ENR, 28]), {
      0: { reset: 0, writable: 0x1f3, loud: 0xf3 },
      4: { reset: 0, writable: 0xff00, loud: 0xff00 },
    }),
  );
  chip.add(
    new PlainBlock(chip.place('SYSCFG', 0x40010000, [RCC_F1.APB2ENR, 0]), {
      // Memory at 0, and the remapping of DMA requests.
      0: { reset: 0, writable: 0x7f3f7f03, loud: 0x7f007f03 },
      8: { reset: 0, writable: 0xffff },
      12: { reset: 0, writable: 0xffff },
      16: { reset: 0, writable: 0xffff },
      20: { reset: 0, writable: 0xffff },
      24: { reset: 0, writable: 0x107 },
    }),
  );
  // A debugger reads the identity without the block's clock: OpenOCD finds the chip so after every reset.
  const debug = chip.place('DBGMCU', 0x40015800);
  chip.add(
    new Dbgmcu(debug, {
      idcode: ((REVISION << 16) | options.facts.identity.deviceId) >>> 0,
      writable: { 4: 0x6, 8: 0x02201d33, 12: 0x00070800 },
      shownToCore: () => rcc.isEnabled(RCC_F1.APB2ENR, 22),
    }),
  );
  chip.add(
    new Factory(chip.place('system memory', 0x1ffff000), {
      sizeBytes: 0x1000,
      words: new Map([
        ...signatureWords(options.uniqueId, {
          uniqueIdAt: 0x1ffff7ac,
          flashSizeAt: 0x1ffff7cc,
          flashBytes: context.flash.length,
        }),
        // Option bytes: read protection off.
        [0x1ffff800, 0x00ff55aa],
      ]),
      calibration: [0x1ffff7b8, 0x1ffff7cc],
    }),
  );
  return chip.build(flash, [
    ['APB', 0x40000000, 0x18000],
    ['AHB1', 0x40020000, 0x4400],
    ['AHB2', 0x48000000, 0x1800],
    ['boot loader', 0x1fffc800, 0x2800],
  ]);
}

/** BOOT0 low: main flash answers at 0. */
export const STM32F0: ChipFamily = { create: createStm32f0, flashAliases: [0] };
