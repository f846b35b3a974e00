import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { NeaiError } from '../../shared/errors.ts';
import type { ImportedLibrary } from '../folder.ts';
import type { EmulatorCall, EmulatorRun } from './calls.ts';
import { runProgram } from './program.ts';
import { runScript } from './script.ts';

export interface EmulatorOptions {
  readonly sensitivity: number;
  readonly signal?: AbortSignal | undefined;
  /** Program that makes the sandbox. */
  readonly bubblewrap?: string;
}

const EM_X86_64 = 62;
const EM_AARCH64 = 183;
const MACHINES: Readonly<Record<string, number>> = { x64: EM_X86_64, arm64: EM_AARCH64 };
const BASE_TIMEOUT_MS = 60_000;
const TIMEOUT_MS_PER_SIGNAL = 100;

/** The vendor's emulator of a library, as a path inside its folder; null where it cannot run on this computer. */
export function usableEmulator({ library, files }: ImportedLibrary): string | null {
  const { emulator } = library.paths;
  if (emulator === null || library.header.kind !== 'anomaly-detection') return null;
  const bytes = files.get(emulator)!;
  const machine = new DataView(bytes.buffer, bytes.byteOffset).getUint16(18, true);
  return process.platform === 'linux' && MACHINES[process.arch] === machine ? emulator : null;
}

/**
 * Makes every call on the vendor's emulator, in a sandbox and on a copy that is gone afterwards.
 * @throws VENDOR_EMULATOR_UNUSABLE, VENDOR_EMULATOR_FAILED, INTERRUPTED
 */
export async function runVendorEmulator(
  imported: ImportedLibrary,
  calls: readonly EmulatorCall[],
  options: EmulatorOptions,
): Promise<EmulatorRun> {
  const { library, files } = imported;
  const emulator = usableEmulator(imported);
  if (emulator === null)
    throw new NeaiError('VENDOR_EMULATOR_UNUSABLE', 'the library came without an emulator that runs here', {
      asked: `a program or shared library for ${process.platform} ${process.arch}`,
      got: library.paths.emulator ?? 'none',
    });
  const home = emulator.slice(0, emulator.lastIndexOf('/') + 1);
  const folder = await mkdtemp(join(tmpdir(), 'neai-vendor-'));
  try {
    for (const [path, content] of files) {
      const isBeside = path.startsWith(home) && !path.slice(home.length).includes('/');
      if (!isBeside) continue;
      await writeFile(join(folder, basename(path)), content);
      await chmod(join(folder, basename(path)), 0o755);
    }
    const timeoutMs = BASE_TIMEOUT_MS + TIMEOUT_MS_PER_SIGNAL * calls.length;
    const sandbox = { folder, timeoutMs, signal: options.signal, ...pick(options.bubblewrap) };
    const { generation } = library.header;
    if (generation !== 5) {
      const { sensitivity } = options;
      const { neaiBytes } = library;
      return await runProgram(basename(emulator), calls, { ...sandbox, generation, sensitivity, neaiBytes });
    }
    const script = [...files.keys()].find((path) => path.startsWith(home) && path.endsWith('.py'));
    if (script === undefined)
      throw new NeaiError('VENDOR_EMULATOR_UNUSABLE', 'the script of the emulator is missing', {
        asked: 'nanoedgeai_studio_emulator.py beside libneai.so',
      });
    return await runScript({ library: basename(emulator), script: basename(script) }, calls, sandbox);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const pick = (bubblewrap: string | undefined): { bubblewrap?: string } =>
  bubblewrap === undefined ? {} : { bubblewrap };
