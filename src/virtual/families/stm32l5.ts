import type { ChipContext } from '../interfaces.ts';
import { Dbgmcu } from '../peripherals/dbgmcu.ts';
import { Dma } from '../peripherals/dma.ts';
import { Dmamux } from '../peripherals/dmamux.ts';
import { Factory, signatureWords } from '../peripherals/factory.ts';
import { FlashL4 } from '../peripherals/flash-l4.ts';
import { L5_FLASH } from '../peripherals/flash-layouts.ts';
import { ANALOG_PORT, Gpio } from '../peripherals/gpio.ts';
import { Iwdg } from '../peripherals/iwdg.ts';
import { PlainBlock } from '../peripherals/plain-block.ts';
import { L5_PWR, Pwr } from '../peripherals/pwr.ts';
import { Rcc } from '../peripherals/rcc.ts';
import { L5_LIMITS, LSI_HZ } from '../peripherals/rcc-clocks.ts';
import { L5_PLAIN, RCC_OFFSET } from '../peripherals/rcc-registers.ts';
import { Tim } from '../peripherals/tim.ts';
import { Usart } from '../peripherals/usart.ts';
import { ChipBuilder, type ChipFamily, type ChipOptions, type VirtualChip } from './chip.ts';

const REVISION = 0x2000;
/** Interrupt numbers (RM0438, vector table). */
const IRQ = { FLASH: 6, RCC: 9, TIM2: 45, TIM3: 46, LPUART1: 66 } as const;
const DMA1_IRQS = [29, 30, 31, 32, 33, 34, 35, 36] as const;
/** Request lines that a modelled peripheral drives, by DMAMUX input. */
const REQUESTS: Readonly<Record<number, string>> = { 35: 'LPUART1_RX', 36: 'LPUART1_TX' };
const PORTS = [...'ABCDEFGH'];
const RESETS: Readonly<Record<string, { moder: number; ospeedr: number; pupdr: number }>> = {
  A: { moder: 0xabffffff, ospeedr: 0x0c000000, pupdr: 0x64000000 },
  B: { moder: 0xfffffebf, ospeedr: 0, pupdr: 0x00000100 },
  H: { moder: 0x0000000f, ospeedr: 0, pupdr: 0 },
};
/** Field of LPUART1 in CCIPR1. */
const LPUART1_FIELD = 5;

/** Builds the register blocks of an STM32L552 with TrustZone off and wires them (RM0438, memory map). */
function createStm32l5(context: ChipContext, options: ChipOptions): VirtualChip {
  const { clock, core, bus } = context;
  const chip = new ChipBuilder(context, options);

  const pwr: Pwr = chip.add(
    new Pwr(chip.place('PWR', 0x40007000, [RCC_OFFSET.APB1ENR1, 28]), L5_PWR, () => rcc.checkLimits()),
  );
  const flash = chip.add(
    new FlashL4(chip.place('FLASH', 0x40022000), {
      layout: L5_FLASH,
      clock,
      core,
      irqNumber: IRQ.FLASH,
      array: chip.array,
      times: chip.flashTimes,
      isArray: (address) => address >>> 24 === 0x08,
      baseAddress: 0x08000000,
      onWaitStates: () => rcc.checkLimits(),
      cutPower: options.cutPower,
    }),
  );
  const rcc: Rcc = chip.addClock(
    new Rcc(chip.place('RCC', 0x40021000), {
      plain: L5_PLAIN,
      limits: L5_LIMITS,
      clock,
      core,
      irqNumber: IRQ.RCC,
      voltageRange: () => pwr.voltageRange,
      waitStates: () => flash.waitStates,
      backupUnlocked: () => pwr.backupUnlocked,
      resetBackupDomain: () => {},
      // Each reset register lies 0x20 below its enable register, bit for bit.
      resetPeripheral: (offset, bit) => chip.resetPeripheral(offset + 0x20, bit),
    }),
  );

  const ports = new Map(
    PORTS.map((letter, bit) => {
      const place = chip.place(`GPIO${letter}`, 0x42020000 + 0x400 * bit, [RCC_OFFSET.AHB2ENR, bit]);
      return [letter, chip.add(new Gpio(place, RESETS[letter] ?? ANALOG_PORT))];
    }),
  );
  /** PG2 to PG15 are fed by VDDIO2, which is isolated until IOSV is set. */
  const isOn = (pin: number): boolean =>
    pwr.independentSupplyOn && ports.get('G')!.alternateFunction(pin) === 8;

  const dmamux: Dmamux = chip.add(
    new Dmamux(chip.place('DMAMUX1', 0x40020800, [RCC_OFFSET.AHB1ENR, 2]), DMA1_IRQS.length, () =>
      dma1.selectionChanged(),
    ),
  );
  const dma1: Dma = chip.add(
    new Dma(chip.place('DMA1', 0x40020000, [RCC_OFFSET.AHB1ENR, 0]), {
      bus,
      core,
      irqNumbers: DMA1_IRQS,
      requestMap: (channel) => REQUESTS[dmamux.request(channel - 1)],
    }),
  );
  const lpuart1 = chip.add(
    new Usart(chip.place('LPUART1', 0x40008000, [RCC_OFFSET.APB1ENR2, 0]), {
      clock,
      core,
      irqNumber: IRQ.LPUART1,
      variant: { lowPower: true, fifo: true },
      kernelHz: () => rcc.usartKernelHz(LPUART1_FIELD),
      txPin: () => isOn(7),
      rxPin: () => isOn(8),
      requestReceive: (level) => dma1.setRequest('LPUART1_RX', level),
      requestTransmit: (level) => dma1.setRequest('LPUART1_TX', level),
      // The probe's port hangs at PG7 and PG8 (UM2581).
      sent: (data, format, startNs, endNs) => options.line.fromBoard(data, format, startNs, endNs),
    }),
  );
  chip.connectReceiver(lpuart1, () => isOn(8));

  const timers = (
    [
      ['TIM2', 0x40000000, 0, IRQ.TIM2, 32],
      ['TIM3', 0x40000400, 1, IRQ.TIM3, 16],
    ] as const
  ).map(([name, baseAddress, bit, irqNumber, counterBits]) =>
    chip.add(
      new Tim(chip.place(name, baseAddress, [RCC_OFFSET.APB1ENR1, bit]), {
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
  // Caches change no value that a program sees; one that is on or off is the same here.
  chip.add(
    new PlainBlock(chip.place('ICACHE', 0x40030400), {
      0: { reset: 4, writable: 0x3000d, loud: 0x30000 },
      4: { reset: 0, writable: 0 },
      8: { reset: 0, writable: 6, loud: 6 },
      12: { reset: 0, writable: 0 },
      16: { reset: 0, writable: 0 },
      20: { reset: 0, writable: 0 },
    }),
  );
  chip.add(
    new Dbgmcu(chip.place('DBGMCU', 0xe0044000), {
      idcode: ((REVISION << 16) | options.facts.identity.deviceId) >>> 0,
      writable: { 4: 0xf6, 8: 0x82e01c3f, 12: 0x62, 16: 0x00072800 },
    }),
  );
  chip.add(
    new Factory(chip.place('system memory', 0x0bfa0000), {
      sizeBytes: 0x1000,
      words: new Map([
        ...signatureWords(options.uniqueId, {
          uniqueIdAt: 0x0bfa0590,
          flashSizeAt: 0x0bfa05e0,
          flashBytes: context.flash.length,
        }),
        [0x0bfa0500, 0],
      ]),
      calibration: [0x0bfa05a8, 0x0bfa05e0],
    }),
  );
  return chip.build(flash, [
    ['APB', 0x40000000, 0x18000],
    ['AHB1', 0x40020000, 0x20000],
    ['AHB2', 0x42020000, 0x1000000],
  ]);
}

/** Without TrustZone the chip boots from main flash where it lies; nothing is mapped at 0. */
export const STM32L5: ChipFamily = {
  create: createStm32l5,
  flashAliases: [],
  bootAddress: 0x08000000,
};
