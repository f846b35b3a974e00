import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';

const FIRMWARE = resolve(import.meta.dirname, '../../firmware');
/** What the rest of the firmware calls of the decoder. */
const CALLED = ['packed_begin', 'packed_feed', 'packed_end'];

/** Flash that the decoder of packed samples takes on a Cortex-M0, in bytes. */
export interface DecoderSize {
  /** Its own code and constants. */
  readonly own: number;
  /** The compiler's float routines and memset with it, which a firmware without it would have for its library as well. */
  readonly withRoutines: number;
}

/** Compiles firmware/core/packed.c with the flags of the house and links it alone. */
export async function measureDecoder(): Promise<DecoderSize> {
  const printed = await execa('cmake', [
    '-DNEAI_CORE=cortex-m0',
    '-P',
    join(FIRMWARE, 'cmake/print-flags.cmake'),
  ]);
  const [compiler, ...flags] = printed.stdout.split('\n');
  const folder = mkdtempSync(join(tmpdir(), 'neai-decoder-'));
  try {
    const [object, linked] = [join(folder, 'packed.o'), join(folder, 'packed.elf')];
    const includes = ['core', 'generated'].map((name) => `-I${join(FIRMWARE, name)}`);
    await execa(compiler!, [...flags, ...includes, '-c', join(FIRMWARE, 'core/packed.c'), '-o', object]);
    const keep = CALLED.flatMap((name) => ['-u', name]);
    const link = ['-nostartfiles', '--specs=nano.specs', '-Wl,--gc-sections', '-Wl,--entry=packed_feed'];
    await execa(compiler!, [...flags, ...link, ...keep, object, '-o', linked]);
    return { own: await textBytes(object), withRoutines: await textBytes(linked) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Code and constants, as `size` adds them up. */
async function textBytes(file: string): Promise<number> {
  const { stdout } = await execa('arm-none-eabi-size', [file]);
  return Number(stdout.split('\n')[1]!.trim().split(/\s+/)[0]);
}
