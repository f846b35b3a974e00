import type { ChipContext } from '../interfaces.ts';
import { busFault, ClockTree, waitStateFault } from '../peripherals/clock-tree.ts';
import { f4Clocks, HSI_HZ, RCC_F4 } from '../peripherals/clock-tree-f4.ts';
import { Dbgmcu } from '../peripherals/dbgmcu.ts';
import { DmaStreams } from '../peripherals/dma-stream.ts';
import { Factory, signatureWords } from '../peripherals/factory.ts';
import { FlashF4 } from '../peripherals/flash-f4.ts';
import { Gpio, INPUT_PORT } from '../peripherals/gpio.ts';
import { Iwdg } from '../peripherals/iwdg.ts';
import { PlainBlock } from '../peripherals/plain-block.ts';
import { PwrF4 } from '../peripherals/pwr-f4.ts';
import { Tim } from '../peripherals/tim.ts';
import { Usart } from '../peripherals/usart.ts';
import { ChipBuilder, type ChipFamily, type ChipOptions, type VirtualChip } from './chip.ts';

/** The probe's clock output, which the board leads to OSC_IN (UM1974). */
const HSE_HZ = 8e6;
const LSI_HZ = 32e3;
const REVISION = 0x1001;
/** Highest HCLK by wait states at 2.7-3.6 V. */
const WAIT_STATES_HZ = [30e6, 60e6, 90e6, 120e6, 150e6, 180e6, 210e6, 216e6];
/** Highest HCLK by VOS, without and with over-drive (DS10916, general operating conditions). */
const SCALE_HZ: Readonly<Record<number, readonly [number, number]>> = {
  1: [144e6, 144e6],
  2: [168e6, 180e6],
  3: [180e6, 216e6],
};

/** Interrupt numbers (RM0385, vector table). */
const IRQ = { FLASH: 4, USART3: 39, TIM2: 28, TIM3: 29, TIM4: 30, TIM5: 50 } as const;
const DMA1_IRQS = [11, 12, 13, 14, 15, 16, 17, 47] as const;
/** Request lines that a modelled peripheral drives, by "stream/CHSEL" (RM0385, DMA1 request mapping). */
const DMA1_REQUESTS: Readonly<Record<string, string>> = {
  '1/4': 'USART3_RX',
  '3/4': 'USART3_TX',
  '4/7': 'USART3_TX',
};
const RESETS = {
  GPIOA: { moder: 0xa8000000, ospeedr: 0x0c000000, pupdr: 0x64000000 },
  GPIOB: { moder: 0x00000280, ospeedr: 0x000000c0, pupdr: 0x00000100 },
};
const KEPT = (writable: number) => ({ reset: 0, writable });
/** ITCM-RAM at 0; code is fetched from flash at 0x00200000 or 0x08000000. */
const isArray = (address: number): boolean => address >>> 24 === 0x08 || address >>> 21 === 1;

/** Builds the register blocks of an STM32F746 and wires them (RM0385, memory map). */
function createStm32f7(context: ChipContext, options: ChipOptions): VirtualChip {
  const { clock, core, bus } = context;
  const chip = new ChipBuilder(context, options);

  const pwr: PwrF4 = chip.add(
    new PwrF4(chip.place('PWR', 0x40007000, [RCC_F4.APB1ENR, 28]), {
      reset: 0xc000,
      writable: 0x000feff3,
      hasOverDrive: true,
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
        acrWritable: 0xb0f,
        clearable: 0xf3,
        optionWords: [0xc0ffaafd, 0x00400080],
        onWaitStates: () => rcc.checkLimits(),
      },
      {
        clock,
        core,
        array: chip.array,
        times: chip.flashTimes,
        isArray,
        cutPower: options.cutPower,
      },
    ),
  );
  const rcc: ClockTree = chip.addClock(
    new ClockTree(
      chip.place('RCC', 0x40023800),
      f4Clocks({
        enables: [0x7ef417ff, 0xc1, 0x3, 0xffffcbff, 0x04f77f33],
        ahb1Reset: 0x00100000,
        hseHz: HSE_HZ,
        lsiHz: LSI_HZ,
        pllN: [50, 432],
        vcoHz: [100e6, 432e6],
        more: {
          [RCC_F4.PLLSAICFGR]: { reset: 0x24003000, writable: 0x7f037fc0 },
          [RCC_F4.DCKCFGR2]: { reset: 0, writable: 0x1fffffff },
        },
      }),
      {
        clock,
        core,
        forbidden: ({ hclkHz, pclk1Hz, pclk2Hz }) => [
          ...waitStateFault(hclkHz, WAIT_STATES_HZ, flash.waitStates),
          ...busFault(
            `HCLK at VOS = ${pwr.voltageScale} ${pwr.overDriven ? 'with' : 'without'} over-drive`,
            hclkHz,
            SCALE_HZ[pwr.voltageScale]?.[pwr.overDriven ? 1 : 0] ?? 0,
          ),
          ...busFault('PCLK1', pclk1Hz, pwr.overDriven ? 54e6 : 45e6),
          ...busFault('PCLK2', pclk2Hz, pwr.overDriven ? 108e6 : 90e6),
        ],
        resetPeripheral: (enableOffset, bit) => chip.resetPeripheral(enableOffset, bit),
      },
    ),
  );

  const ports = new Map(
    [...'ABCDEFGHIJK'].map((letter, bit) => {
      const name = `GPIO${letter}`;
      const reset = RESETS[name as keyof typeof RESETS] ?? INPUT_PORT;
      const place = chip.place(name, 0x40020000 + 0x400 * bit, [RCC_F4.AHB1ENR, bit]);
      return [name, chip.add(new Gpio(place, reset, false))];
    }),
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
  const usart3 = chip.add(
    new Usart(chip.place('USART3', 0x40004800, [RCC_F4.APB1ENR, 18]), {
      clock,
      core,
      irqNumber: IRQ.USART3,
      // DCKCFGR2.USART3SEL: PCLK1, SYSCLK, HSI, LSE (which this board has not).
      kernelHz: () => {
        const choices = [rcc.clocks.pclk1Hz, rcc.sysclkHz, rcc.sourceHz('hsi') && HSI_HZ, 0];
        return choices[(rcc.register(RCC_F4.DCKCFGR2) >>> 4) & 3]!;
      },
      txPin: () => isOn('GPIOD', 8) || isOn('GPIOB', 10) || isOn('GPIOC', 10),
      rxPin: () => isOn('GPIOD', 9) || isOn('GPIOB', 11) || isOn('GPIOC', 11),
      requestReceive: (level) => dma1.setRequest('USART3_RX', level),
      requestTransmit: (level) => dma1.setRequest('USART3_TX', level),
      // The probe's port hangs at PD8 and PD9 (UM1974).
      sent: (data, format, startNs, endNs) => {
        if (isOn('GPIOD', 8)) options.line.fromBoard(data, format, startNs, endNs);
      },
    }),
  );
  chip.connectReceiver(usart3, () => isOn('GPIOD', 9));

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
      hasWindow: true,
    }),
  );
  chip.add(
    new PlainBlock(chip.place('SYSCFG', 0x40013800, [RCC_F4.APB2ENR, 14]), {
      0: { reset: 0, writable: 0xc00, loud: 0xc00 },
      4: KEPT(0x008700ff),
      8: KEPT(0xffff),
      12: KEPT(0xffff),
      16: KEPT(0xffff),
      20: KEPT(0xffff),
      32: KEPT(1),
    }),
  );
  chip.add(
    new Dbgmcu(chip.place('DBGMCU', 0xe0042000), {
      idcode: ((REVISION << 16) | options.facts.identity.deviceId) >>> 0,
      writable: { 4: 0xe7, 8: 0x06e01fff, 12: 0x00070003 },
    }),
  );
  chip.add(
    new Factory(chip.place('system memory', 0x1ff0f000), {
      sizeBytes: 0x1000,
      words: new Map(
        signatureWords(options.uniqueId, {
          uniqueIdAt: 0x1ff0f420,
          flashSizeAt: 0x1ff0f442,
          flashBytes: context.flash.length,
        }),
      ),
      calibration: [0x1ff0f444, 0x1ff0f450],
    }),
  );
  return chip.build(flash, [
    ['APB1', 0x40000000, 0x8000],
    ['APB2', 0x40010000, 0x6c00],
    ['AHB1', 0x40020000, 0x60000],
    ['AHB2', 0x50000000, 0x61000],
    ['boot loader', 0x1ff00000, 0xf000],
  ]);
}

/** BOOT0 low: the chip boots from flash as the instruction port sees it (BOOT_ADD0 as delivered). */
export const STM32F7: ChipFamily = {
  create: createStm32f7,
  flashAliases: [0x00200000],
  bootAddress: 0x00200000,
  otherMemory: [{ name: 'ITCM', kind: 'ram', baseAddress: 0, sizeBytes: 16384 }],
};
