import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { zipSync } from 'fflate';
import { emulatorFile } from '../../src/cli/bundle/emulator-file.ts';
import { planLibrary } from '../../src/cli/bundle/library-plan.ts';
import {
  type ApiName,
  apiByName,
  apiFunctions,
  type BoardLimits,
  type Library,
} from '../../src/engine/index.ts';
import { type BuiltLibrary, buildLibrary, type TargetOptions } from '../../src/host/library-build.ts';
import { type VendorHeaderLook, vendorHeader, vendorLook } from './vendor-headers.ts';

export interface VendorLibraryOptions
  extends Pick<TargetOptions, 'core' | 'floatAbi' | 'shortWchar' | 'shortEnums'> {
  readonly generation: ApiName;
  /** Changes to what the header says. */
  readonly header?: Partial<VendorHeaderLook>;
  /** A limited edition: only these chips. */
  readonly limits?: BoardLimits;
  /** What it has learnt lies in .bss instead of .neai: a backup of .neai does not carry it. */
  readonly hidesState?: boolean;
  /** Knowledge that comes along: knowledge.h (v3) or inside the archive (v5). */
  readonly knowledge?: Uint8Array;
}

/** Files of the zip by path; those of `programs` are executable. */
export interface VendorLibrary {
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly programs: readonly string[];
}

const SCRIPT = join(import.meta.dirname, 'vendor-emulator.py');
const TIMEOUT_MS = 120_000;
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/**
 * A library of ours that looks like one of the original's: archive, header and metadata.json of its generation, a licence,
 * and the emulator of its time: v2 and v3 one program, v5 a shared library with a Python script.
 */
export async function vendorLibrary(library: Library, options: VendorLibraryOptions): Promise<VendorLibrary> {
  const { generation, limits = null, knowledge, header = {}, hidesState = false, ...target } = options;
  const api = apiByName(generation);
  const plan = planLibrary(library, { limits, api: generation, knowledge });
  const functions = apiFunctions(api, knowledge !== undefined);
  const built = await buildLibrary(plan, { ...target, functions, roles: api.functions });
  const archive = hidesState ? await withoutKnowledgeSection(built.archive) : built.archive;
  const look = { ...vendorLook(library), ...header };
  const knowledgeHeader = plan.find(({ path }) => path === 'knowledge.h');
  const isV5 = generation === 'v5';
  const program = 'emulators/NanoEdgeAI_emulator';
  return {
    files: {
      'libneai.a': archive,
      'NanoEdgeAI.h': text(vendorHeader(generation, look)),
      'metadata.json': text(metadata(library, { built, archive, isLimited: limits !== null, isV5 })),
      ...(knowledgeHeader && { 'knowledge.h': text(String(knowledgeHeader.content)) }),
      LICENSE: text('Made for tests. To be used on the devices of its maker only.\n'),
      ...(isV5
        ? {
            'emulators/libneai.so': await sharedLibrary(library, knowledge),
            'emulators/nanoedgeai_studio_emulator.py': await readFile(SCRIPT),
          }
        : { [program]: text(await emulatorFile(library, limits?.boards ?? [])) }),
    },
    programs: isV5 ? [] : [program],
  };
}

/** Writes it as a folder. */
export async function writeVendorFolder({ files, programs }: VendorLibrary, folder: string): Promise<void> {
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
  for (const path of programs) await chmod(join(folder, path), 0o755);
}

/** The same as a zip. Zips carry no permission to execute, as those of the original do not. */
export const vendorZip = ({ files }: VendorLibrary): Uint8Array => zipSync({ ...files });

async function inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'neai-vendor-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Makes the section of the knowledge one of ordinary variables. */
function withoutKnowledgeSection(archive: Uint8Array): Promise<Uint8Array> {
  return inScratch(async (folder) => {
    const file = join(folder, 'libneai.a');
    await writeFile(file, archive);
    await execa('arm-none-eabi-objcopy', ['--rename-section', '.neai=.bss.state', file], {
      timeout: TIMEOUT_MS,
    });
    return readFile(file);
  });
}

/** The library of generation 5 for this computer. */
function sharedLibrary(library: Library, knowledge: Uint8Array | undefined): Promise<Uint8Array> {
  return inScratch(async (folder) => {
    const plan = planLibrary(library, { limits: null, api: 'v5', knowledge });
    await writeVendorFolder(
      {
        files: Object.fromEntries(plan.map(({ path, content }) => [path, text(String(content))])),
        programs: [],
      },
      folder,
    );
    const sources = plan.map(({ path }) => path).filter((path) => /^sources\/.*\.c$/.test(path));
    const flags = ['-std=c11', '-O2', '-ffp-contract=off', '-fno-fast-math', '-fno-math-errno', '-fPIC'];
    await execa('gcc', ['-shared', ...flags, '-I.', '-Isources', ...sources, '-lm', '-o', 'libneai.so'], {
      cwd: folder,
      timeout: TIMEOUT_MS,
    });
    return readFile(join(folder, 'libneai.so'));
  });
}

/** The keys that a generation has; people's names are in the original's, and must not go on from there. */
function metadata(
  library: Library,
  {
    built,
    archive,
    isLimited,
    isV5,
  }: { built: BuiltLibrary; archive: Uint8Array; isLimited: boolean; isV5: boolean },
): string {
  const { sizes, floatAbi, shortWchar, shortEnums } = built;
  const flash = sizes.text + sizes.rodata + sizes.data;
  const ram = sizes.data + sizes.bss + sizes.neai;
  const flags = { float_abi: floatAbi, short_wchar: shortWchar, fshort_enums: shortEnums };
  const common = {
    library_id: library.id,
    library_md5sum: createHash('md5').update(archive).digest('hex'),
    lib_limited: isLimited,
    compilation_flags: flags,
  };
  const person = { user: { name: 'Jane Example', email: 'jane@example.invalid' } };
  const document = isV5
    ? {
        ...common,
        algorithm_type: 'on_board_training',
        data: [{ nb_cols: library.axes * library.bufferSize, nb_lines: 100, file_type: 'nominal' }],
        learning_min_lines: library.minimumLearningIterations,
        memory_usage: { estimated_flash: flash, estimated_ram: ram, estimated_flash_knowledge: 0 },
        studio: { version: '5.2.0', ...person },
      }
    : {
        ...common,
        compilation_type: 'on_board_training',
        data: { nb_cols: library.axes * library.bufferSize, nb_lines: 100 },
        memory_usage: { flash, ram },
        gcc_version: built.compiler,
        studio_info: { version: '3.0.0', ...person },
      };
  return `${JSON.stringify(document, null, 2)}\n`;
}
