import type { ChipContext } from '../interfaces.ts';
import { ClockTree, waitStateFault } from '../peripherals/clock-tree.ts';
import { G0_CLOCKS, G0_HSI_HZ, G0_LSI_HZ, RCC_G0 } from '../peripherals/clock-tree-g0.ts';
import { Dbgmcu } from '../peripherals/dbgmcu.ts';
import { Dma } from '../peripherals/dma.ts';
import { Dmamux } from '../peripherals/dmamux.ts';
import { Factory, signatureWords } from '../peripherals/factory.ts';
import { FlashL4 } from '../peripherals/flash-l4.ts';
import { G0_FLASH } from '../peripherals/flash-layouts.ts';
import { ANALOG_PORT, Gpio } from '../peripherals/gpio.ts';
import { Iwdg } from '../peripherals/iwdg.ts';
import { PlainBlock } from '../peripherals/plain-block.ts';
import { Tim } from '../peripherals/tim.ts';
import { Usart } from '../peripherals/usart.ts';
import { ChipBuilder, type ChipFamily, type ChipOptions, type VirtualChip } from './chip.ts';

const REVISION = 0x2000;
/** Interrupt numbers (RM0444, vector table). */
const IRQ = { FLASH: 3, TIM2: 15, TIM3: 16, USART1: 27, USART2: 28 } as const;
/** Channels 2 and 3 share an interrupt, and 4 to 7 another. */
const DMA1_IRQS = [9, 10, 10, 11, 11, 11, 11] as const;
/** Request lines that a modelled peripheral drives, by DMAMUX input. */
const REQUESTS: Readonly<Record<number, string>> = {
  50: 'USART1_RX',
  51: 'USART1_TX',
  52: 'USART2_RX',
  53: 'USART2_TX',
};
const GPIOA_RESET = { moder: 0xebffffff, ospeedr: 0x0c000000, pupdr: 0x24000000 };
/** Highest HCLK by wait states, by VOS: 1 is range 1, 2 is range 2. */
const WAIT_STATES_HZ: Readonly<Record<number, readonly number[]>> = {
  1: [24e6, 48e6, 64e6],
  2: [8e6, 16e6],
};
const KEPT = (writable: number, reset = 0) => ({ reset, writable });

/** Builds the register blocks of an STM32G071 and wires them (RM0444, memory map). */
function createStm32g0(context: ChipContext, options: ChipOptions): VirtualChip {
  const { clock, core, bus } = context;
  const chip = new ChipBuilder(context, options);

  const pwr = chip.add(
    new PlainBlock(chip.place('PWR', 0x40007000, [RCC_G0.APBENR1, 28]), {
      0: { reset: 0x208, writable: 0x473f, loud: 0x4007 },
      4: KEPT(0xff),
      8: KEPT(0x873b, 0x8000),
      12: KEPT(0x33b),
      16: KEPT(0),
      20: KEPT(0),
      24: KEPT(0),
    }),
  );
  const flash: FlashL4 = chip.add(
    new FlashL4(chip.place('FLASH', 0x40022000), {
      layout: G0_FLASH,
      clock,
      core,
      irqNumber: IRQ.FLASH,
      array: chip.array,
      times: chip.flashTimes,
      isArray: (address) => address >>> 24 === 0x08 || address >>> 24 === 0,
      baseAddress: 0x08000000,
      onWaitStates: () => rcc.checkLimits(),
      cutPower: options.cutPower,
    }),
  );
  const rcc: ClockTree = chip.addClock(
    new ClockTree(chip.place('RCC', 0x40021000), G0_CLOCKS, {
      clock,
      core,
      forbidden: ({ hclkHz }) =>
        waitStateFault(hclkHz, WAIT_STATES_HZ[(pwr.value(0) >>> 9) & 3] ?? [], flash.waitStates),
      resetPeripheral: (enableOffset, bit) => chip.resetPeripheral(enableOffset, bit),
    }),
  );
  /** Kernel clock of a USART by its field in CCIPR: PCLK, SYSCLK, HSI16, LSE (off here). */
  const kernelHz = (field: number) => (): number => {
    const choices = [rcc.clocks.pclk1Hz, rcc.sysclkHz, rcc.sourceHz('hsi') && G0_HSI_HZ, 0];
    return choices[(rcc.register(RCC_G0.CCIPR) >>> field) & 3]!;
  };

  const ports = new Map(
    (
      [
        ['GPIOA', 0],
        ['GPIOB', 1],
        ['GPIOC', 2],
        ['GPIOD', 3],
        ['GPIOF', 5],
      ] as const
    ).map(([name, bit]) => {
      const place = chip.place(name, 0x50000000 + 0x400 * bit, [RCC_G0.IOPENR, bit]);
      return [name, chip.add(new Gpio(place, bit === 0 ? GPIOA_RESET : ANALOG_PORT))];
    }),
  );
  const isOn = (pin: number): boolean => ports.get('GPIOA')!.alternateFunction(pin) === 1;

  const dmamux: Dmamux = chip.add(
    new Dmamux(chip.place('DMAMUX', 0x40020800, [RCC_G0.AHBENR, 0]), DMA1_IRQS.length, () =>
      dma1.selectionChanged(),
    ),
  );
  const dma1: Dma = chip.add(
    new Dma(chip.place('DMA1', 0x40020000, [RCC_G0.AHBENR, 0]), {
      bus,
      core,
      irqNumbers: DMA1_IRQS,
      requestMap: (channel) => REQUESTS[dmamux.request(channel - 1)],
    }),
  );
  const usart = (
    name: 'USART1' | 'USART2',
    parts: Omit<
      ConstructorParameters<typeof Usart>[1],
      'clock' | 'core' | 'variant' | 'requestReceive' | 'requestTransmit'
    >,
    place: ReturnType<typeof chip.place>,
  ) =>
    chip.add(
      new Usart(place, {
        ...parts,
        clock,
        core,
        variant: { fifo: true },
        requestReceive: (level) => dma1.setRequest(`${name}_RX`, level),
        requestTransmit: (level) => dma1.setRequest(`${name}_TX`, level),
      }),
    );
  usart(
    'USART1',
    { irqNumber: IRQ.USART1, kernelHz: kernelHz(0), txPin: () => isOn(9), rxPin: () => isOn(10) },
    chip.place('USART1', 0x40013800, [RCC_G0.APBENR2, 14]),
  );
  const usart2 = usart(
    'USART2',
    {
      irqNumber: IRQ.USART2,
      kernelHz: kernelHz(2),
      txPin: () => isOn(2) || isOn(14),
      rxPin: () => isOn(3) || isOn(15),
      // The probe's port hangs at PA2 and PA3 (UM2324).
      sent: (data, format, startNs, endNs) => {
        if (isOn(2)) options.line.fromBoard(data, format, startNs, endNs);
      },
    },
    chip.place('USART2', 0x40004400, [RCC_G0.APBENR1, 17]),
  );
  chip.connectReceiver(usart2, () => isOn(3));

  const timers = (
    [
      ['TIM2', 0x40000000, 0, IRQ.TIM2, 32],
      ['TIM3', 0x40000400, 1, IRQ.TIM3, 16],
    ] as const
  ).map(([name, baseAddress, bit, irqNumber, counterBits]) =>
    chip.add(
      new Tim(chip.place(name, baseAddress, [RCC_G0.APBENR1, bit]), {
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
      lsiHz: G0_LSI_HZ,
      hasWindow: true,
    }),
  );
  chip.add(
    new PlainBlock(
      chip.place('SYSCFG', 0x40010000, [RCC_G0.APBENR2, 0]),
      { 0: { reset: 0, writable: 0x00ff07fb, loud: 0x3 }, 24: KEPT(0x10f) },
      0x80,
    ),
  );
  // Its clock enable holds for programs; a debugger reads the identity without.
  chip.add(
    new Dbgmcu(chip.place('DBG', 0x40015800), {
      idcode: ((REVISION << 16) | options.facts.identity.deviceId) >>> 0,
      writable: { 4: 0x6, 8: 0xc0201c33, 12: 0x00078800 },
      shownToCore: () => rcc.isEnabled(RCC_G0.APBENR1, 27),
    }),
  );
  chip.add(
    new Factory(chip.place('system memory', 0x1fff7000), {
      sizeBytes: 0x1000,
      words: new Map([
        ...signatureWords(options.uniqueId, {
          uniqueIdAt: 0x1fff7590,
          flashSizeAt: 0x1fff75e0,
          flashBytes: context.flash.length,
        }),
        [0x1fff7500, 0],
      ]),
      calibration: [0x1fff75a8, 0x1fff75e0],
    }),
  );
  return chip.build(flash, [
    ['APB', 0x40000000, 0x16000],
    ['AHB', 0x40020000, 0x6800],
    ['IOPORT', 0x50000000, 0x1800],
    ['boot loader', 0x1fff0000, 0x7000],
  ]);
}

/** BOOT0 low: main flash answers at 0. */
export const STM32G0: ChipFamily = { create: createStm32g0, flashAliases: [0] };
