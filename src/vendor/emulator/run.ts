import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { NeaiError } from '../../shared/errors.ts';
import type { ImportedLibrary } from '../folder.ts';
import { knowledgeWords } from '../knowledge.ts';
import type { EmulatorCall, EmulatorRun } from './calls.ts';
import { type ClassifierRun, classifyByProgram, classifyByScript } from './classify.ts';
import { runProgram } from './program.ts';
import type { SandboxOptions, SandboxPrograms } from './sandbox.ts';
import { type EmulatorScript, runScript } from './script.ts';

export interface EmulatorOptions {
  readonly signal?: AbortSignal | undefined;
  readonly programs?: Partial<SandboxPrograms> | undefined;
}

const EM_X86_64 = 62;
const EM_AARCH64 = 183;
const MACHINES: Readonly<Record<string, number>> = { x64: EM_X86_64, arm64: EM_AARCH64 };
const BASE_TIMEOUT_MS = 60_000;
const TIMEOUT_MS_PER_SIGNAL = 100;

/** The vendor's emulator of a library, as a path inside its folder; null where it cannot run on this computer. */
export function usableEmulator({ library, files }: ImportedLibrary): string | null {
  const { emulator } = library.paths;
  if (emulator === null || !['anomaly-detection', 'classification'].includes(library.header.kind))
    return null;
  const bytes = files.get(emulator)!;
  const machine = new DataView(bytes.buffer, bytes.byteOffset).getUint16(18, true);
  return process.platform === 'linux' && MACHINES[process.arch] === machine ? emulator : null;
}

/**
 * Makes every call on the vendor's emulator, in a sandbox and on a copy that is gone afterwards.
 * @throws VENDOR_EMULATOR_UNUSABLE, VENDOR_EMULATOR_FAILED, INTERRUPTED
 */
export function runVendorEmulator(
  imported: ImportedLibrary,
  calls: readonly EmulatorCall[],
  { sensitivity, ...options }: EmulatorOptions & { readonly sensitivity: number },
): Promise<EmulatorRun> {
  const { header, neaiBytes } = imported.library;
  return inEmulatorFolder(imported, calls.length, options, (emulator, sandbox) => {
    const { generation } = header;
    if (generation === 5) return runScript(scriptOf(imported, emulator), calls, sandbox);
    return runProgram(basename(emulator), calls, { ...sandbox, generation, sensitivity, neaiBytes });
  });
}

/**
 * Classifies every signal by the vendor's emulator, in a sandbox and on a copy that is gone afterwards.
 * @throws VENDOR_EMULATOR_UNUSABLE, VENDOR_EMULATOR_FAILED, INTERRUPTED
 */
export function runVendorClassifier(
  imported: ImportedLibrary,
  signals: readonly Float32Array[],
  options: EmulatorOptions,
): Promise<ClassifierRun> {
  const { generation, classes } = imported.library.header;
  return inEmulatorFolder(imported, signals.length, options, (emulator, sandbox) => {
    if (generation === 5)
      return classifyByScript(scriptOf(imported, emulator), signals, { ...sandbox, classes });
    const knowledge = knowledgeOf(imported);
    return classifyByProgram(basename(emulator), signals, { ...sandbox, generation, classes, knowledge });
  });
}

function knowledgeOf({ library, files }: ImportedLibrary): number[] | null {
  const { knowledge } = library.paths;
  return knowledge === null ? null : knowledgeWords(new TextDecoder().decode(files.get(knowledge)!));
}

async function inEmulatorFolder<T>(
  imported: ImportedLibrary,
  signals: number,
  { signal, programs }: EmulatorOptions,
  work: (emulator: string, sandbox: SandboxOptions) => Promise<T>,
): Promise<T> {
  const { library, files } = imported;
  const emulator = usableEmulator(imported);
  if (emulator === null)
    throw new NeaiError('VENDOR_EMULATOR_UNUSABLE', 'the library came without an emulator that runs here', {
      asked: `a program or shared library for ${process.platform} ${process.arch}`,
      got: library.paths.emulator ?? 'none',
    });
  const home = folderOf(emulator);
  const folder = await mkdtemp(join(tmpdir(), 'neai-vendor-'));
  try {
    for (const [path, content] of files) {
      const isBeside = path.startsWith(home) && !path.slice(home.length).includes('/');
      if (!isBeside) continue;
      await writeFile(join(folder, basename(path)), content);
      await chmod(join(folder, basename(path)), 0o755);
    }
    const timeoutMs = BASE_TIMEOUT_MS + TIMEOUT_MS_PER_SIGNAL * signals;
    return await work(emulator, { folder, timeoutMs, signal, programs });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);

/** The script beside a shared library. */
function scriptOf({ files }: ImportedLibrary, emulator: string): EmulatorScript {
  const home = folderOf(emulator);
  const script = [...files.keys()].find((path) => path.startsWith(home) && path.endsWith('.py'));
  if (script !== undefined) return { library: basename(emulator), script: basename(script) };
  throw new NeaiError('VENDOR_EMULATOR_UNUSABLE', 'the script of the emulator is missing', {
    asked: 'nanoedgeai_studio_emulator.py beside libneai.so',
  });
}
