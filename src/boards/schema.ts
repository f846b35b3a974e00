import { z } from 'zod';

/** Cores that the compiler flags of firmware/cmake/flags.cmake know, without `host`. */
export const BOARD_CORES = [
  'cortex-m0',
  'cortex-m0plus',
  'cortex-m3',
  'cortex-m4',
  'cortex-m7',
  'cortex-m33',
] as const;

/** Where the address of a build id lies in every image, counted from the start of flash: behind the longest
 * vector table of the families in view (STM32L552: 125 words). */
export const BUILD_ID_OFFSET_BYTES = 0x200;
export const BUILD_ID_BYTES = 32;

/** Begins the source of facts that were taken over from another board and that nobody has looked up yet. */
export const UNCHECKED = 'UNCHECKED,';

/** DBGMCU of chips with Cortex-M0 and M0+ (F0, G0, L0): not on the private bus of the core. */
const PERIPHERAL_DBGMCU = 0x40015800;

const address = z
  .string()
  .regex(/^0x[0-9A-Fa-f]{1,8}$/, 'an address is written as a hexadecimal string such as "0x20000000"')
  .transform((text) => Number.parseInt(text, 16));
const count = z.int().positive();
const milliseconds = z.number().positive();
const microseconds = z.number().positive();
/** Names the documents of the board (`documents`) and the place in them. */
const source = z.string().min(8);

const pin = z.strictObject({
  pin: z.string().regex(/^P[A-K]([0-9]|1[0-5])$/, 'a pin is written as "PA2"'),
  /** Number of the alternate function; null where the family has none (STM32F1). */
  alternateFunction: z.int().min(0).max(15).nullable(),
});

const dmaLine = z.strictObject({
  /** Channel 1..8 as the manual counts, or stream 0..7. */
  channel: z.int().min(0).max(8),
  /** CxS value, stream channel, or DMAMUX request; null where the channel is hard-wired (F0, F1). */
  request: z.int().min(0).max(127).nullable(),
  irq: z.int().min(0).max(239),
});

const flashSchema = z.strictObject({
  address,
  bytes: count,
  /** Groups of equal sectors (pages), in address order. */
  sectors: z
    .array(z.strictObject({ count, bytes: count, eraseTypicalMs: milliseconds, eraseMaxMs: milliseconds }))
    .min(1),
  banks: z.union([z.literal(1), z.literal(2)]),
  /** What one program operation writes. */
  programBytes: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8), z.literal(16)]),
  programTypicalUs: microseconds,
  programMaxUs: microseconds,
  erasedByte: z.union([z.literal(0), z.literal(255)]),
  /** Torn words are found by an error-correcting code and raise NMI. */
  ecc: z.boolean(),
  source,
});

/**
 * Flash sectors for stored knowledge: no code is placed there, and flashing leaves them alone. They lie at the end of
 * flash, or, where the last sectors are too large for that, among the low ones, and code is linked around them.
 */
const knowledgeStore = z.strictObject({
  address,
  /** Written in turn, so that one record is whole at any moment. */
  slots: z.union([z.literal(2), z.literal(3), z.literal(4)]),
  /** A whole number of sectors. */
  slotBytes: count,
  source,
});

const ram = z.strictObject({
  /** Address order; together one range without a gap that the stack, the DMA and the debugger all reach. */
  regions: z
    .array(z.strictObject({ name: z.string().min(1), address, bytes: count, alias: address.optional() }))
    .min(1),
  /** At the bottom of RAM, so that an overflow leaves RAM and faults instead of corrupting. */
  stackBytes: count.multipleOf(8),
  receiveRingBytes: count.multipleOf(4),
  transmitBufferBytes: count.multipleOf(4),
  source,
});

const clock = z.strictObject({
  /** What the core runs at when it leaves reset. */
  resetHz: count,
  oscillator: z.enum(['msi', 'hsi8', 'hsi16', 'hsi48', 'hse-bypass']),
  oscillatorHz: count,
  /** Core clock = oscillator / divideInput * multiply / divideCore; null where the oscillator drives the core. */
  pll: z.strictObject({ divideInput: count, multiply: count, divideCore: count }).nullable(),
  coreHz: count,
  uartHz: count,
  timerHz: count,
  flashWaitStates: z.int().min(0).max(15),
  source,
});

const openocd = z.strictObject({
  boardFile: z.string().regex(/^board\/[a-z0-9_]+\.cfg$/),
  transport: z.enum(['hla_swd', 'dapdirect_swd']),
  /** Command that points the adapter at an ST-LINK TCP server; the port follows it. */
  backendCommand: z.enum(['hla_stlink_backend tcp', 'st-link backend tcp']),
  flashDriver: z.enum(['stm32f1x', 'stm32f2x', 'stm32l4x']),
  /** RAM that OpenOCD overwrites, unasked, when it runs code on the target. */
  workAreaAddress: address,
  workAreaBytes: count,
  source,
});

/** firmware/boards/<id>/board.json: every fact of a board, once, each with the document it comes from. */
export const boardSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]+$/),
    title: z.string().min(1),
    mcu: z.string().regex(/^STM32/),
    family: z.string().regex(/^stm32[a-z0-9]+$/),
    core: z.enum(BOARD_CORES),
    documents: z.record(z.string().regex(/^[a-z]+$/), z.string().min(4)),
    flash: flashSchema,
    knowledgeStore: knowledgeStore.optional(),
    ram,
    clock,
    uart: z.strictObject({
      instance: z.string().regex(/^(LPUART|USART|UART)[0-9]+$/),
      address,
      irq: z.int().min(0).max(239),
      tx: pin,
      rx: pin,
      defaultBaud: count,
      maxBaud: count,
      source,
    }),
    dma: z.strictObject({
      /** channels (F0, F1, L4), streams (F4, F7), or channels behind a DMAMUX (G0, L5). */
      kind: z.enum(['channels', 'streams', 'dmamux']),
      controller: z.string().regex(/^DMA[12]$/),
      address,
      receive: dmaLine,
      transmit: dmaLine,
      source,
    }),
    /** The time base that goes on while the core sleeps. */
    timer: z.strictObject({
      instance: z.string().regex(/^TIM[0-9]+$/),
      address,
      irq: z.int().min(0).max(239),
      bits: z.union([z.literal(16), z.literal(32)]),
      /** Counts the turns of a timer of 16 bits; `trigger` is the internal trigger that joins the two. */
      turns: z
        .strictObject({
          instance: z.string().regex(/^TIM[0-9]+$/),
          address,
          irq: z.int().min(0).max(239),
          trigger: z.int().min(0).max(3),
        })
        .optional(),
      source,
    }),
    vectors: z.strictObject({ interrupts: z.int().min(1).max(240), source }),
    identity: z.strictObject({
      deviceId: address,
      deviceIdAddress: address,
      /** Register bit that lets software read deviceIdAddress, where that has a clock of its own (F0, G0, L0). */
      deviceIdClock: z.strictObject({ address, bit: z.int().min(0).max(31) }).optional(),
      /** CPUID of the chips where an erratum has software read 0 there, unless a debugger is connected (F103). */
      deviceIdHiddenOnCpuid: address.optional(),
      uniqueIdAddress: address,
      flashSizeAddress: address,
      source,
    }),
    openocd,
  })
  .superRefine((board, context) => {
    for (const { path, message } of contradictions(board)) {
      context.addIssue({ code: 'custom', path, message });
    }
  });

interface Contradiction {
  readonly path: (string | number)[];
  readonly message: string;
}

/** Facts that are well formed each for itself and cannot all be true. */
function* contradictions(board: {
  flash: z.infer<typeof flashSchema>;
  knowledgeStore?: z.infer<typeof knowledgeStore> | undefined;
  ram: z.infer<typeof ram>;
  clock: z.infer<typeof clock>;
  openocd: z.infer<typeof openocd>;
  vectors: { interrupts: number };
  identity: { deviceIdAddress: number; deviceIdClock?: object | undefined };
  timer: { bits: number; turns?: object | undefined };
}): Generator<Contradiction> {
  const sectorBytes = board.flash.sectors.reduce((sum, group) => sum + group.count * group.bytes, 0);
  if (sectorBytes !== board.flash.bytes) {
    yield {
      path: ['flash', 'sectors'],
      message: `sectors add up to ${sectorBytes} bytes, not to flash.bytes`,
    };
  }
  if (board.knowledgeStore) yield* storeContradictions(board.flash, board.knowledgeStore);
  const [first] = board.ram.regions;
  let end = first!.address;
  for (const [index, region] of board.ram.regions.entries()) {
    if (region.address !== end) {
      yield {
        path: ['ram', 'regions', index, 'address'],
        message: 'the region does not follow the one before',
      };
    }
    end = region.address + region.bytes;
  }
  if (board.openocd.workAreaAddress + board.openocd.workAreaBytes >= end) {
    yield { path: ['openocd', 'workAreaBytes'], message: 'the work area leaves no RAM for knowledge' };
  }
  if (board.ram.stackBytes >= end - first!.address) {
    yield { path: ['ram', 'stackBytes'], message: 'the stack is larger than RAM' };
  }
  const { pll, oscillatorHz, coreHz } = board.clock;
  const fromTree = pll ? (oscillatorHz / pll.divideInput) * (pll.multiply / pll.divideCore) : oscillatorHz;
  if (fromTree !== coreHz) {
    yield { path: ['clock', 'coreHz'], message: `oscillator and PLL give ${fromTree} Hz` };
  }
  if ((board.timer.bits === 16) !== (board.timer.turns !== undefined)) {
    yield {
      path: ['timer', 'turns'],
      message: 'a timer of 16 bits needs one that counts its turns, others do not',
    };
  }
  if (board.identity.deviceIdAddress === PERIPHERAL_DBGMCU && !board.identity.deviceIdClock) {
    yield {
      path: ['identity', 'deviceIdClock'],
      message: 'DBGMCU on the peripheral bus has a clock of its own: name its bit, or software reads 0',
    };
  }
  if ((16 + board.vectors.interrupts) * 4 > BUILD_ID_OFFSET_BYTES) {
    yield { path: ['vectors', 'interrupts'], message: 'the vector table reaches into the build id' };
  }
}

function* storeContradictions(
  flash: z.infer<typeof flashSchema>,
  store: z.infer<typeof knowledgeStore>,
): Generator<Contradiction> {
  const sectors = sectorsOf(flash);
  const end = store.address + store.slots * store.slotBytes;
  const inside = sectors.filter(({ address: at }) => at >= store.address && at < end);
  const first = inside[0];
  if (first === undefined || first.address !== store.address || first.index === 0) {
    yield {
      path: ['knowledgeStore', 'address'],
      message: 'the store does not begin with a sector behind the first',
    };
    return;
  }
  if (end > flash.address + flash.bytes) {
    yield { path: ['knowledgeStore', 'address'], message: 'the slots reach beyond the end of flash' };
  }
  if (inside.some(({ bytes }) => bytes !== first.bytes)) {
    yield { path: ['knowledgeStore', 'slotBytes'], message: 'the store lies in sectors of different sizes' };
  }
  if (store.slotBytes % first.bytes !== 0) {
    yield { path: ['knowledgeStore', 'slotBytes'], message: 'a slot is no whole number of sectors' };
  }
}

/** A sector (page) of flash: what is erased at once. */
export interface Sector {
  /** As the flash controller counts them, from 0. */
  readonly index: number;
  readonly address: number;
  readonly bytes: number;
  readonly eraseMaxMs: number;
}

/** Every sector of a flash, in address order. */
export function sectorsOf({
  address: start,
  sectors,
}: Pick<z.infer<typeof flashSchema>, 'address' | 'sectors'>): Sector[] {
  const all: Sector[] = [];
  let at = start;
  for (const { count: n, bytes, eraseMaxMs } of sectors) {
    for (let i = 0; i < n; i++, at += bytes) all.push({ index: all.length, address: at, bytes, eraseMaxMs });
  }
  return all;
}

export type Board = z.infer<typeof boardSchema>;
