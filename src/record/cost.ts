import { z } from 'zod';

/** `instructions` from a virtual board, `cycles` from silicon: never mixed up. */
export const tickUnitSchema = z.enum(['instructions', 'cycles']);

const bytes = z.int().min(0);
const ticks = z.int().min(0);

/** Ticks of one kind of call over a run: every figure is a count that was really taken. */
const tickFiguresSchema = z.strictObject({
  calls: z.int().min(1),
  /** Of an even number of calls the lower of the two middle ones. */
  median: ticks,
  /** At most one call in a hundred took longer (nearest rank; of fewer than 100 calls the longest). */
  p99: ticks,
  min: ticks,
  max: ticks,
});

/** Ticks of the library call alone, without digest and link; null where no call of the kind told any. */
export const perCallFiguresSchema = z.strictObject({
  unit: tickUnitSchema,
  learn: tickFiguresSchema.nullable(),
  detect: tickFiguresSchema.nullable(),
});
export type PerCallFigures = z.infer<typeof perCallFiguresSchema>;

/**
 * What the library takes of the board by section: the image less the same firmware linked with an empty library, so that
 * routines of the compiler that the firmware needs anyway are not counted.
 */
const libraryBytesSchema = z.strictObject({
  /** Code, constants, variables with an initial value (flash and RAM), variables without, knowledge. */
  text: z.int(),
  rodata: z.int(),
  data: z.int(),
  bss: z.int(),
  neai: z.int(),
});

/** Deepest stack of one kind of call since the board's boot, from the stack's paint. */
const callStackSchema = z.strictObject({
  /** `initialize`, `learn`, `detect`, `restore_commit`, …: the command's name in the protocol's table. */
  call: z.string().min(1),
  /** From the top of the stack: firmware and library together, what the stack has to hold. */
  stackBytes: bytes,
  /** Of the library's function alone, from its caller's frame; null for calls that are not the library's. */
  libraryBytes: bytes.nullable(),
});

/** What the firmware image and its run take of the board's memories. */
export const footprintSchema = z.strictObject({
  flashBytes: bytes,
  /** Variables of firmware and library, knowledge, input buffer for one signal; without the stack. */
  ramBytes: bytes,
  neaiBytes: bytes,
  /** Deepest stack of the run whatever was called; null when the board could not be asked. */
  stackBytes: bytes.nullable(),
  /** Null where no empty application was linked for comparison. */
  library: libraryBytesSchema.nullable(),
  /** One row per kind of call that the run made; empty when the board could not be asked. */
  stackByCall: z.array(callStackSchema),
});
export type Footprint = z.infer<typeof footprintSchema>;

/** Flash that the library alone takes, in bytes; null where it was not told apart from the firmware. */
export function libraryFlashBytes({ library }: Footprint): number | null {
  return library === null ? null : library.text + library.rodata + library.data;
}

/**
 * RAM that the library alone takes, in bytes: variables, knowledge and the deepest stack of its functions, without the
 * input buffer, as `neai build` counts it. Null where it was not told apart from the firmware or no stack was told.
 */
export function libraryRamBytes({ library, stackByCall }: Footprint): number | null {
  const stacks = stackByCall.flatMap(({ libraryBytes }) => libraryBytes ?? []);
  if (library === null || stacks.length === 0) return null;
  return library.data + library.bss + library.neai + Math.max(...stacks);
}

/**
 * Limits that fitness is judged by; null where nothing is asked. Ticks are instructions or cycles, as the evidence has
 * them: a limit of cycles is not held against instructions but by whoever sets it.
 */
export const limitsSchema = z.strictObject({
  balancedAccuracy: z.number().min(0).max(1),
  confidence: z.number().min(0).max(1),
  /** Of the library alone, {@link libraryFlashBytes} and {@link libraryRamBytes}. */
  flashBytes: bytes.nullable(),
  ramBytes: bytes.nullable(),
  /** Deepest of the library's functions, from their caller's frame. */
  stackBytes: bytes.nullable(),
  /** Most ticks of any single learn, of any single detect: the record's `max`. */
  learnTicks: ticks.nullable(),
  detectTicks: ticks.nullable(),
});
export type Limits = z.infer<typeof limitsSchema>;
