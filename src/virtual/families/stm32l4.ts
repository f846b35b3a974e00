import type { ChipContext, ChipModel, Peripheral, ResetKind } from '../interfaces.ts';
import { Dbgmcu } from '../peripherals/dbgmcu.ts';
import { Dma } from '../peripherals/dma.ts';
import { Exti } from '../peripherals/exti.ts';
import { Factory } from '../peripherals/factory.ts';
import { FlashArray } from '../peripherals/flash-array.ts';
import { FlashL4 } from '../peripherals/flash-l4.ts';
import { Gpio, type GpioReset } from '../peripherals/gpio.ts';
import { Iwdg } from '../peripherals/iwdg.ts';
import { Lptim } from '../peripherals/lptim.ts';
import { Pwr } from '../peripherals/pwr.ts';
import { Rcc } from '../peripherals/rcc.ts';
import { RCC_OFFSET } from '../peripherals/rcc-registers.ts';
import type { BlockPlace } from '../peripherals/register-block.ts';
import { Rtc } from '../peripherals/rtc.ts';
import { Syscfg } from '../peripherals/syscfg.ts';
import { Tim } from '../peripherals/tim.ts';
import { Unimplemented } from '../peripherals/unimplemented.ts';
import { Usart } from '../peripherals/usart.ts';
import type { SerialLine } from '../wire/line.ts';

const FLASH_BASE = 0x08000000;

/** Interrupt numbers (RM0394, vector table of the STM32L43x). */
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

/** Ports bonded on the 32-pin package; A and B come up with the debug pins switched to them. */
const PORTS: Record<
  string,
  { readonly bit: number; readonly baseAddress: number; readonly reset: GpioReset }
> = {
  GPIOA: {
    bit: 0,
    baseAddress: 0x48000000,
    reset: { moder: 0xabffffff, ospeedr: 0x0c000000, pupdr: 0x64000000 },
  },
  GPIOB: { bit: 1, baseAddress: 0x48000400, reset: { moder: 0xfffffebf, ospeedr: 0, pupdr: 0x00000100 } },
  GPIOC: { bit: 2, baseAddress: 0x48000800, reset: { moder: 0xffffffff, ospeedr: 0, pupdr: 0 } },
  GPIOH: { bit: 7, baseAddress: 0x48001c00, reset: { moder: 0x0000000f, ospeedr: 0, pupdr: 0 } },
};

/** EXTI lines with an interrupt of their own or a shared one: lines 0-15 are pins. */
const extiIrq = (line: number): number | undefined =>
  line < 5 ? 6 + line : line < 10 ? 23 : line < 16 ? 40 : undefined;

/** Pins that carry a USART signal: port, pin, alternate function (DS11451, alternate function tables). */
const USART_PINS = {
  USART1: {
    tx: [
      ['GPIOA', 9, 7],
      ['GPIOB', 6, 7],
    ],
    rx: [
      ['GPIOA', 10, 7],
      ['GPIOB', 7, 7],
    ],
  },
  USART2: {
    tx: [['GPIOA', 2, 7]],
    rx: [
      ['GPIOA', 3, 7],
      ['GPIOA', 15, 3],
    ],
  },
} as const;

/** Of these, the pins that lead to the probe's virtual COM port on a NUCLEO-L432KC (UM1956). */
const PROBE_PINS = { tx: ['GPIOA', 2, 7], rx: ['GPIOA', 15, 3] } as const;

interface Stm32l4Options {
  /** DEV_ID of DBGMCU_IDCODE. */
  readonly deviceId: number;
  readonly uniqueId: readonly [number, number, number];
  /** Array offsets of double words torn in an earlier life. */
  readonly tornWords: Iterable<number>;
  readonly line: SerialLine;
  /** Takes the board's supply away between two instructions. */
  readonly cutPower: () => void;
}

/** A chip with what the control socket wants to reach. */
export interface Stm32l4 extends ChipModel {
  readonly flash: FlashL4;
  readonly array: FlashArray;
  readonly rcc: Rcc;
  /** Names of the register blocks that are modelled. */
  readonly modelled: readonly string[];
}

/** Builds the register blocks of an STM32L432 and wires them (RM0394 memory map). */
export function createStm32l4(context: ChipContext, options: Stm32l4Options): Stm32l4 {
  const { clock, core, bus, complain } = context;
  const array = new FlashArray(context.flash, options.tornWords, context.flashListener);
  const enableBits = new Map<string, readonly [offset: number, bit: number]>();
  const place = (name: string, baseAddress: number, enable?: readonly [number, number]): BlockPlace => {
    if (!enable) return { name, baseAddress, complain };
    enableBits.set(name, enable);
    return { name, baseAddress, complain, clocked: () => rcc.isEnabled(...enable) };
  };

  const pwr: Pwr = new Pwr(place('PWR', 0x40007000, [RCC_OFFSET.APB1ENR1, 28]), () => rcc.checkLimits());
  const flash = new FlashL4(place('FLASH', 0x40022000), {
    clock,
    core,
    irqNumber: IRQ.FLASH,
    array,
    baseAddress: FLASH_BASE,
    onWaitStates: () => rcc.checkLimits(),
    cutPower: options.cutPower,
  });
  const rtc = new Rtc(place('RTC', 0x40002800, [RCC_OFFSET.APB1ENR1, 10]), () => pwr.backupUnlocked);
  const rcc: Rcc = new Rcc(place('RCC', 0x40021000), {
    clock,
    core,
    irqNumber: IRQ.RCC,
    voltageRange: () => pwr.voltageRange,
    waitStates: () => flash.waitStates,
    backupUnlocked: () => pwr.backupUnlocked,
    resetBackupDomain: () => rtc.resetBackup(),
    resetPeripheral: (offset, bit) => {
      // Each reset register lies 0x20 below its enable register, bit for bit.
      for (const [name, [enableOffset, enableBit]] of enableBits)
        if (enableOffset === offset + 0x20 && enableBit === bit) byName.get(name)?.reset('software');
    },
  });

  const ports = new Map(
    Object.entries(PORTS).map(([name, port]) => [
      name,
      new Gpio(place(name, port.baseAddress, [RCC_OFFSET.AHB2ENR, port.bit]), port.reset),
    ]),
  );
  const isOn = (pins: readonly (readonly [string, number, number])[]): boolean =>
    pins.some(([port, pin, af]) => ports.get(port)!.alternateFunction(pin) === af);

  const dma1 = new Dma(place('DMA1', 0x40020000, [RCC_OFFSET.AHB1ENR, 0]), {
    bus,
    core,
    irqNumbers: DMA1_IRQS,
    requestMap: (channel, selection) => DMA1_REQUESTS[`${channel}/${selection}`],
  });
  const dma2 = new Dma(place('DMA2', 0x40020400, [RCC_OFFSET.AHB1ENR, 1]), {
    bus,
    core,
    irqNumbers: DMA2_IRQS,
    requestMap: (channel, selection) => DMA2_REQUESTS[`${channel}/${selection}`],
  });
  const request = (line: string) => (level: boolean) => {
    dma1.setRequest(line, level);
    dma2.setRequest(line, level);
  };
  const usart1 = new Usart(place('USART1', 0x40013800, [RCC_OFFSET.APB2ENR, 14]), {
    clock,
    core,
    irqNumber: IRQ.USART1,
    kernelHz: () => rcc.usartKernelHz(0),
    txPin: () => isOn(USART_PINS.USART1.tx),
    rxPin: () => isOn(USART_PINS.USART1.rx),
    requestReceive: request('USART1_RX'),
    requestTransmit: request('USART1_TX'),
  });
  const usart2 = new Usart(place('USART2', 0x40004400, [RCC_OFFSET.APB1ENR1, 17]), {
    clock,
    core,
    irqNumber: IRQ.USART2,
    kernelHz: () => rcc.usartKernelHz(1),
    txPin: () => isOn(USART_PINS.USART2.tx),
    rxPin: () => isOn(USART_PINS.USART2.rx),
    requestReceive: request('USART2_RX'),
    requestTransmit: request('USART2_TX'),
    sent: (data, format, startNs, endNs) => {
      if (isOn([PROBE_PINS.tx])) options.line.fromBoard(data, format, startNs, endNs);
    },
  });
  options.line.connect({
    receiverFormat: () => (isOn([PROBE_PINS.rx]) ? usart2.receiverFormat() : undefined),
    startBit: () => usart2.startBit(),
    receive: (item) => usart2.receive(item),
  });

  const tim = (name: string, baseAddress: number, bit: number, irqNumber: number, wide = false): Tim =>
    new Tim(place(name, baseAddress, [RCC_OFFSET.APB1ENR1, bit]), {
      clock,
      core,
      irqNumber,
      kernelHz: () => rcc.clocks.timer1Hz,
      counterBits: wide ? 32 : 16,
      compareChannels: wide ? 4 : 0,
    });
  const timers = [
    tim('TIM2', 0x40000000, 0, IRQ.TIM2, true),
    tim('TIM6', 0x40001000, 4, IRQ.TIM6),
    tim('TIM7', 0x40001400, 5, IRQ.TIM7),
  ];
  rcc.onClockChange(() => {
    for (const timer of timers) timer.clockChanged();
  });
  const lptim = (
    name: string,
    baseAddress: number,
    enable: readonly [number, number],
    irqNumber: number,
    field: number,
  ) =>
    new Lptim(place(name, baseAddress, enable), {
      clock,
      core,
      irqNumber,
      kernelHz: () => rcc.lptimKernelHz(field),
    });

  const blocks: Peripheral[] = [
    usart2,
    dma1,
    flash,
    rcc,
    ...ports.values(),
    ...timers,
    pwr,
    usart1,
    dma2,
    lptim('LPTIM1', 0x40007c00, [RCC_OFFSET.APB1ENR1, 31], IRQ.LPTIM1, 9),
    lptim('LPTIM2', 0x40009400, [RCC_OFFSET.APB1ENR2, 5], IRQ.LPTIM2, 10),
    rtc,
    new Iwdg(place('IWDG', 0x40003000), { clock, core, forceLsi: () => rcc.forceLsi() }),
    new Syscfg(place('SYSCFG', 0x40010000, [RCC_OFFSET.APB2ENR, 0])),
    new Exti(place('EXTI', 0x40010400), core, extiIrq),
    new Dbgmcu(place('DBGMCU', 0xe0042000), ((0x1001 << 16) | options.deviceId) >>> 0),
    new Factory(
      { name: 'system memory', complain },
      { flashSizeBytes: context.flash.length, uniqueId: options.uniqueId, packageCode: 8 },
    ),
  ];
  const byName = new Map(blocks.map((block) => [block.name, block]));
  // Last, so that it answers only where nothing else does: APB1, APB2, AHB1, AHB2, boot loader.
  const fallback = [
    new Unimplemented({ name: 'APB and AHB1', baseAddress: 0x40000000, complain }, 0x00025000),
    new Unimplemented({ name: 'AHB2', baseAddress: 0x48000000, complain }, 0x08061000),
    new Unimplemented({ name: 'boot loader', baseAddress: 0x1fff0000, complain }, 0x7000),
  ];

  return {
    peripherals: [...blocks, ...fallback],
    flashSink: flash.sink,
    flash,
    array,
    rcc,
    modelled: [...byName.keys()],
    reset(kind: ResetKind): void {
      for (const block of blocks) if (block !== rcc) block.reset(kind);
      rcc.reset(kind);
      if (kind === 'power-on') {
        rcc.resetBackup();
        array.announceTorn();
        options.line.powered(true);
      }
    },
    powerOff(): void {
      flash.operations.powerOff();
      options.line.powered(false);
    },
  };
}
