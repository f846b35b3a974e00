import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { buildDispatch } from './build.ts';
import type { Player } from './play.ts';

/** A machine of QEMU and where the parity program lies in it. Sizes in bytes. */
export interface QemuMachine {
  readonly name: string;
  readonly core: string;
  readonly codeAddress: number;
  readonly ramAddress: number;
  readonly ramBytes: number;
  readonly scriptAddress: number;
  readonly scriptWords: number;
  /** What the program has room for; absent: the limits of parity.h. */
  readonly limits?: {
    readonly workWords: number;
    readonly knowledgeWords: number;
    readonly signalWords: number;
  };
}

const MIB = 1 << 20;
/** Arm's application notes AN385, AN386, AN500: ZBT SSRAM 1 at 0, SSRAM 2 and 3 at 0x20000000, 4 MiB each. */
const mps2 = (name: string, core: string): QemuMachine => ({
  name,
  core,
  codeAddress: 0,
  ramAddress: 0x20000000,
  ramBytes: MIB,
  scriptAddress: 0x20000000 + MIB,
  scriptWords: 0x40000,
});

export const QEMU_MACHINES: readonly QemuMachine[] = [
  {
    // nRF51822: 256 KiB of flash at 0, 16 KiB of RAM. The script lies in the upper half of the flash.
    name: 'microbit',
    core: 'cortex-m0',
    codeAddress: 0,
    ramAddress: 0x20000000,
    ramBytes: 16 << 10,
    scriptAddress: 0x20000,
    scriptWords: 0x8000,
    limits: { workWords: 1024, knowledgeWords: 768, signalWords: 256 },
  },
  mps2('mps2-an385', 'cortex-m3'),
  mps2('mps2-an386', 'cortex-m4'),
  mps2('mps2-an500', 'cortex-m7'),
  {
    // AN505 boots in the secure state: the secure aliases of SSRAM 1 and SSRAM 2.
    ...mps2('mps2-an505', 'cortex-m33'),
    codeAddress: 0x10000000,
    ramAddress: 0x38000000,
    scriptAddress: 0x38000000 + MIB,
  },
];

const SCRIPT = fileURLToPath(new URL('dispatch/qemu.ld', import.meta.url));
const TIMEOUT_MS = 240_000;

/** Compiles the dispatching program for a machine; returns the path of the ELF. */
export function buildForQemu(machine: QemuMachine, outDir: string, extraFlags: readonly string[] = []) {
  const { limits } = machine;
  const defines = limits && [
    '-DPARITY_INPUT_WORDS=0u',
    '-DPARITY_OUTPUT_WORDS=256u',
    `-DPARITY_WORK_WORDS=${limits.workWords}u`,
    `-DPARITY_KNOWLEDGE_WORDS=${limits.knowledgeWords}u`,
    `-DPARITY_SIGNAL_WORDS=${limits.signalWords}u`,
  ];
  const symbol = (name: string, value: number): string => `-Wl,--defsym=${name}=0x${value.toString(16)}`;
  return buildDispatch({
    core: machine.core,
    outDir,
    extraFlags: [...extraFlags, ...(defines ?? [])],
    main: {
      source: 'qemu-main.c',
      linkFlags: [
        '-T',
        SCRIPT,
        symbol('PARITY_CODE', machine.codeAddress),
        symbol('PARITY_RAM', machine.ramAddress),
        symbol('PARITY_RAM_BYTES', machine.ramBytes),
        symbol('parity_script', machine.scriptAddress),
      ],
    },
  });
}

/** The dispatching program on a machine of QEMU; `folder` takes its files. */
export function qemuPlayer(machine: QemuMachine, program: string, folder: string): Player {
  return async (script) => {
    await mkdir(folder, { recursive: true });
    const at = await mkdtemp(join(folder, 'run-'));
    const words = new Uint32Array(1 + script.length);
    words[0] = script.length;
    words.set(script, 1);
    await writeFile(join(at, 'script'), new Uint8Array(words.buffer));
    const address = `0x${machine.scriptAddress.toString(16)}`;
    await execa(
      'qemu-system-arm',
      ['-M', machine.name, '-kernel', program, '-nographic', '-monitor', 'none', '-serial', 'none'].concat([
        ...['-device', `loader,file=script,addr=${address},force-raw=on`],
        ...['-semihosting-config', 'enable=on,target=native'],
      ]),
      { cwd: at, timeout: TIMEOUT_MS, stdin: 'ignore' },
    );
    const answer = await readFile(join(at, 'answer'));
    await rm(at, { recursive: true });
    return new Uint32Array(answer.buffer.slice(answer.byteOffset, answer.byteOffset + answer.length));
  };
}
