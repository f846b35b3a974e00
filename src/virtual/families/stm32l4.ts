import { NeaiError } from '../../shared/errors.ts';
import type { ChipContext } from '../interfaces.ts';
import { Dbgmcu } from '../peripherals/dbgmcu.ts';
import { Dma } from '../peripherals/dma.ts';
import { Exti } from '../peripherals/exti.ts';
import { Factory, signatureWords } from '../peripherals/factory.ts';
import { FlashL4 } from '../peripherals/flash-l4.ts';
import { type FlashLayout, L43X_FLASH, L47X_FLASH } from '../peripherals/flash-layouts.ts';
import { ANALOG_PORT, Gpio, type GpioReset } from '../peripherals/gpio.ts';
import { Iwdg } from '../peripherals/iwdg.ts';
import { Lptim } from '../peripherals/lptim.ts';
import { L4_PWR, Pwr } from '../peripherals/pwr.ts';
import { Rcc } from '../peripherals/rcc.ts';
import { L4_LIMITS, LSI_HZ } from '../peripherals/rcc-clocks.ts';
import { L43X_PLAIN, L47X_PLAIN, type PlainRegisters, RCC_OFFSET } from '../peripherals/rcc-registers.ts';
import { Rtc } from '../peripherals/rtc.ts';
import { Syscfg } from '../peripherals/syscfg.ts';
import { Tim } from '../peripherals/tim.ts';
import { Usart } from '../peripherals/usart.ts';
import { ChipBuilder, type ChipFamily, type ChipOptions, type Enable, type VirtualChip } from './chip.ts';

const FLASH_BASE = 0x08000000;

/** Interrupt numbers (RM0394 and RM0351, vector tables). */
const IRQ = {
  FLASH: 4,
  RCC: 5,
  USART1: 37,
  USART2: 38,
  TIM2: 28,
  TIM6: 54,
  TIM7: 55,
  LPTIM1: 65,
  LPTIM2: 66,
} as const;
const DMA1_IRQS = [11, 12, 13, 14, 15, 16, 17] as const;
const DMA2_IRQS = [56, 57, 58, 59, 60, 68, 69] as const;

/** Request lines that a modelled peripheral drives, by "channel/CxS" (RM0394, DMA1 and DMA2 requests for each channel). */
const DMA1_REQUESTS: Record<string, string> = {
  '4/2': 'USART1_TX',
  '5/2': 'USART1_RX',
  '6/2': 'USART2_RX',
  '7/2': 'USART2_TX',
};
const DMA2_REQUESTS: Record<string, string> = { '6/2': 'USART1_TX', '7/2': 'USART1_RX' };

/** What tells the devices of the family apart. */
interface DeviceFacts {
  readonly revision: number;
  readonly packageCode: number;
  readonly flash: FlashLayout;
  readonly plain: PlainRegisters;
  readonly dbgmcu: Readonly<Record<number, number>>;
  /** Ports: enable bit, address, reset values; A and B come up with the debug pins switched to them. */
  readonly ports: Readonly<
    Record<string, { readonly bit: number; readonly baseAddress: number; readonly reset: GpioReset }>
  >;
  /** Pins that carry a USART signal: port, pin, alternate function (data sheet, alternate function tables). */
  readonly usartPins: Readonly<Record<'USART1' | 'USART2', { readonly tx: PinList; readonly rx: PinList }>>;
  /** Of these, the pins that lead to the probe's virtual COM port (user manual of the board). */
  readonly probePins: { readonly tx: Pin; readonly rx: Pin };
}
type Pin = readonly [port: string, pin: number, alternateFunction: number];
type PinList = readonly Pin[];

const port = (bit: number, reset = ANALOG_PORT) => ({ bit, baseAddress: 0x48000000 + 0x400 * bit, reset });
const GPIOA = port(0, { moder: 0xabffffff, ospeedr: 0x0c000000, pupdr: 0x64000000 });
const GPIOB = port(1, { moder: 0xfffffebf, ospeedr: 0, pupdr: 0x00000100 });

const USART1_PINS = {
  tx: [
    ['GPIOA', 9, 7],
    ['GPIOB', 6, 7],
  ],
  rx: [
    ['GPIOA', 10, 7],
    ['GPIOB', 7, 7],
  ],
} as const;

const DEVICES: Readonly<Record<string, DeviceFacts>> = {
  // RM0394, DS11451, UM1956
  STM32L432KC: {
    revision: 0x1001,
    packageCode: 8,
    flash: L43X_FLASH,
    plain: L43X_PLAIN,
    dbgmcu: { 4: 0xe7, 8: 0x82a01c33, 12: 0x23, 16: 0x00030800 },
    ports: {
      GPIOA,
      GPIOB,
      GPIOC: port(2),
      GPIOH: port(7, { moder: 0x0000000f, ospeedr: 0, pupdr: 0 }),
    },
    usartPins: {
      USART1: USART1_PINS,
      USART2: {
        tx: [['GPIOA', 2, 7]],
        rx: [
          ['GPIOA', 3, 7],
          ['GPIOA', 15, 3],
        ],
      },
    },
    probePins: { tx: ['GPIOA', 2, 7], rx: ['GPIOA', 15, 3] },
  },
  // RM0351, DS10198, UM1724
  STM32L476RG: {
    revision: 0x1007,
    packageCode: 0,
    flash: L47X_FLASH,
    plain: L47X_PLAIN,
    dbgmcu: { 4: 0xe7, 8: 0x82e01c3f, 12: 0x20, 16: 0x00072800 },
    ports: {
      GPIOA,
      GPIOB,
      GPIOC: port(2),
      GPIOD: port(3),
      GPIOE: port(4),
      GPIOF: port(5),
      GPIOG: port(6),
      GPIOH: port(7, { moder: 0x0000000f, ospeedr: 0, pupdr: 0 }),
    },
    usartPins: {
      USART1: USART1_PINS,
      USART2: {
        tx: [
          ['GPIOA', 2, 7],
          ['GPIOD', 5, 7],
        ],
        rx: [
          ['GPIOA', 3, 7],
          ['GPIOD', 6, 7],
        ],
      },
    },
    probePins: { tx: ['GPIOA', 2, 7], rx: ['GPIOA', 3, 7] },
  },
};

/** EXTI lines with an interrupt of their own or a shared one: lines 0-15 are pins. */
const extiIrq = (line: number): number | undefined =>
  line < 5 ? 6 + line : line < 10 ? 23 : line < 16 ? 40 : undefined;

/** Builds the register blocks of an STM32L4 and wires them (RM0394 and RM0351, memory map). */
function createStm32l4(context: ChipContext, options: ChipOptions): VirtualChip {
  const { clock, core, bus } = context;
  const device = DEVICES[options.facts.mcu];
  if (!device)
    throw new NeaiError('VIRTUAL_FAMILY', `there is no virtual ${options.facts.mcu}`, {
      asked: options.facts.id,
    });
  const chip = new ChipBuilder(context, options);
  const place = (name: string, baseAddress: number, enable?: Enable) => chip.place(name, baseAddress, enable);

  const pwr: Pwr = chip.add(
    new Pwr(place('PWR', 0x40007000, [RCC_OFFSET.APB1ENR1, 28]), L4_PWR, () => rcc.checkLimits()),
  );
  const flash = chip.add(
    new FlashL4(place('FLASH', 0x40022000), {
      layout: device.flash,
      clock,
      core,
      irqNumber: IRQ.FLASH,
      array: chip.array,
      times: chip.flashTimes,
      isArray: (address) => address >>> 24 === 0x08 || address >>> 24 === 0,
      baseAddress: FLASH_BASE,
      onWaitStates: () => rcc.checkLimits(),
      cutPower: options.cutPower,
    }),
  );
  const rtc = chip.add(
    // The L47x has no clock enable of its own for the RTC's bus interface.
    new Rtc(
      place('RTC', 0x40002800, device.plain === L43X_PLAIN ? [RCC_OFFSET.APB1ENR1, 10] : undefined),
      () => pwr.backupUnlocked,
    ),
  );
  const rcc: Rcc = chip.addClock(
    new Rcc(place('RCC', 0x40021000), {
      plain: device.plain,
      limits: L4_LIMITS,
      clock,
      core,
      irqNumber: IRQ.RCC,
      voltageRange: () => pwr.voltageRange,
      waitStates: () => flash.waitStates,
      backupUnlocked: () => pwr.backupUnlocked,
      resetBackupDomain: () => rtc.resetBackup(),
      // Each reset register lies 0x20 below its enable register, bit for bit.
      resetPeripheral: (offset, bit) => chip.resetPeripheral(offset + 0x20, bit),
    }),
  );

  const ports = new Map(
    Object.entries(device.ports).map(([name, { bit, baseAddress, reset }]) => [
      name,
      chip.add(new Gpio(place(name, baseAddress, [RCC_OFFSET.AHB2ENR, bit]), reset)),
    ]),
  );
  const isOn = (pins: PinList): boolean =>
    pins.some(([name, pin, af]) => ports.get(name)!.alternateFunction(pin) === af);

  const dma1 = chip.add(
    new Dma(place('DMA1', 0x40020000, [RCC_OFFSET.AHB1ENR, 0]), {
      bus,
      core,
      irqNumbers: DMA1_IRQS,
      requestMap: (channel, selection) => DMA1_REQUESTS[`${channel}/${selection}`],
      hasSelection: true,
    }),
  );
  const dma2 = chip.add(
    new Dma(place('DMA2', 0x40020400, [RCC_OFFSET.AHB1ENR, 1]), {
      bus,
      core,
      irqNumbers: DMA2_IRQS,
      requestMap: (channel, selection) => DMA2_REQUESTS[`${channel}/${selection}`],
      hasSelection: true,
    }),
  );
  const request = (line: string) => (level: boolean) => {
    dma1.setRequest(line, level);
    dma2.setRequest(line, level);
  };
  const { usartPins, probePins } = device;
  chip.add(
    new Usart(place('USART1', 0x40013800, [RCC_OFFSET.APB2ENR, 14]), {
      clock,
      core,
      irqNumber: IRQ.USART1,
      kernelHz: () => rcc.usartKernelHz(0),
      txPin: () => isOn(usartPins.USART1.tx),
      rxPin: () => isOn(usartPins.USART1.rx),
      requestReceive: request('USART1_RX'),
      requestTransmit: request('USART1_TX'),
    }),
  );
  const usart2 = chip.add(
    new Usart(place('USART2', 0x40004400, [RCC_OFFSET.APB1ENR1, 17]), {
      clock,
      core,
      irqNumber: IRQ.USART2,
      kernelHz: () => rcc.usartKernelHz(1),
      txPin: () => isOn(usartPins.USART2.tx),
      rxPin: () => isOn(usartPins.USART2.rx),
      requestReceive: request('USART2_RX'),
      requestTransmit: request('USART2_TX'),
      sent: (data, format, startNs, endNs) => {
        if (isOn([probePins.tx])) options.line.fromBoard(data, format, startNs, endNs);
      },
    }),
  );
  chip.connectReceiver(usart2, () => isOn([probePins.rx]));

  const tim = (name: string, baseAddress: number, bit: number, irqNumber: number, wide = false): Tim =>
    chip.add(
      new Tim(place(name, baseAddress, [RCC_OFFSET.APB1ENR1, bit]), {
        clock,
        core,
        irqNumber,
        kernelHz: () => rcc.clocks.timer1Hz,
        counterBits: wide ? 32 : 16,
        compareChannels: wide ? 4 : 0,
      }),
    );
  const timers = [
    tim('TIM2', 0x40000000, 0, IRQ.TIM2, true),
    tim('TIM6', 0x40001000, 4, IRQ.TIM6),
    tim('TIM7', 0x40001400, 5, IRQ.TIM7),
  ];
  rcc.onClockChange(() => {
    for (const timer of timers) timer.clockChanged();
  });
  const lptim = (name: string, baseAddress: number, enable: Enable, irqNumber: number, field: number) =>
    chip.add(
      new Lptim(place(name, baseAddress, enable), {
        clock,
        core,
        irqNumber,
        kernelHz: () => rcc.lptimKernelHz(field),
      }),
    );
  lptim('LPTIM1', 0x40007c00, [RCC_OFFSET.APB1ENR1, 31], IRQ.LPTIM1, 9);
  lptim('LPTIM2', 0x40009400, [RCC_OFFSET.APB1ENR2, 5], IRQ.LPTIM2, 10);
  chip.add(
    new Iwdg(place('IWDG', 0x40003000), {
      clock,
      core,
      forceLsi: () => rcc.forceLsi(),
      lsiHz: LSI_HZ,
      hasWindow: true,
    }),
  );
  chip.add(new Syscfg(place('SYSCFG', 0x40010000, [RCC_OFFSET.APB2ENR, 0])));
  chip.add(new Exti(place('EXTI', 0x40010400), core, extiIrq));
  const idcode = ((device.revision << 16) | options.facts.identity.deviceId) >>> 0;
  chip.add(new Dbgmcu(place('DBGMCU', 0xe0042000), { idcode, writable: device.dbgmcu }));
  chip.add(
    new Factory(place('system memory', 0x1fff7000), {
      sizeBytes: 0x1000,
      words: new Map([
        ...signatureWords(options.uniqueId, {
          uniqueIdAt: 0x1fff7590,
          flashSizeAt: 0x1fff75e0,
          flashBytes: context.flash.length,
        }),
        [0x1fff7500, device.packageCode],
        // Option bytes as programmed: word and complement.
        [0x1fff7800, 0xffeff8aa],
        [0x1fff7804, 0x00100755],
      ]),
      calibration: [0x1fff7400, 0x1fff7800],
    }),
  );
  return chip.build(flash, [
    ['APB and AHB1', 0x40000000, 0x00025000],
    ['AHB2', 0x48000000, 0x08061000],
    ['boot loader', 0x1fff0000, 0x7000],
  ]);
}

/** BOOT0 low: main flash answers at 0. */
export const STM32L4: ChipFamily = { create: createStm32l4, flashAliases: [0] };
