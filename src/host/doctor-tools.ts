import { fileURLToPath } from 'node:url';
import type { Checkup } from './checkup.ts';
import type { Computer } from './computer.ts';

const VIRTUAL_BOARD = fileURLToPath(new URL('../virtual/main.ts', import.meta.url));
const NODE_AT_LEAST = 24;

interface Tool {
  readonly id: string;
  readonly title: string;
  readonly command: readonly [string, ...string[]];
  /** Finds the version, or whatever proves that the tool can do what is needed of it. */
  readonly shows: RegExp;
  readonly atLeast?: readonly [number, number];
  /** Debian's name. */
  readonly package: string;
  /** When the tool is there and does not show what is needed. */
  readonly otherwise?: string;
  /** What cannot be done without it, where everything else can. */
  readonly onlyFor?: string;
}

/** What the distribution brings. `npm run setup` installs the same packages (bin/bootstrap.mjs). */
export const TOOLS: readonly Tool[] = [
  {
    id: 'openocd',
    title: 'OpenOCD',
    command: ['openocd', '--version'],
    shows: /Open On-Chip Debugger v?(\d+)\.(\d+)\S*/,
    atLeast: [0, 12],
    package: 'openocd',
  },
  {
    id: 'arm-gcc',
    title: 'Arm compiler',
    command: ['arm-none-eabi-gcc', '-dumpfullversion'],
    shows: /^(\d+)\.(\d+)\S*/m,
    atLeast: [10, 0],
    package: 'gcc-arm-none-eabi',
  },
  {
    id: 'arm-libc',
    title: 'C library for Arm',
    command: ['arm-none-eabi-gcc', '-print-file-name=libc.a'],
    shows: /^\/\S+/m,
    package: 'libnewlib-arm-none-eabi',
    otherwise: 'the compiler finds no libc.a',
  },
  {
    id: 'cmake',
    title: 'CMake',
    command: ['cmake', '--version'],
    shows: /cmake version (\d+)\.(\d+)\S*/,
    atLeast: [3, 25],
    package: 'cmake',
  },
  {
    id: 'ninja',
    title: 'Ninja',
    command: ['ninja', '--version'],
    shows: /^(\d+)\.(\d+)\S*/m,
    package: 'ninja-build',
  },
  {
    id: 'gcc',
    title: 'host C compiler',
    command: ['gcc', '-dumpfullversion'],
    shows: /^(\d+)\.(\d+)\S*/m,
    package: 'gcc',
  },
  {
    id: 'setpriv',
    title: 'setpriv (ends OpenOCD when we are killed)',
    command: ['setpriv', '--help'],
    shows: /--pdeathsig/,
    package: 'util-linux',
    otherwise: 'this setpriv knows no --pdeathsig (BusyBox?)',
  },
  {
    id: 'bubblewrap',
    title: "bubblewrap (sandbox of vendors' emulators)",
    command: ['bwrap', '--version'],
    shows: /bubblewrap \S+/,
    package: 'bubblewrap',
    onlyFor: 'emulators of imported libraries (unshare stands in for it)',
  },
];

export async function checkTool(computer: Computer, tool: Tool): Promise<Checkup> {
  const { id, title, atLeast } = tool;
  const remedy = [`sudo apt-get install --no-install-recommends ${tool.package}`];
  const [file, ...args] = tool.command;
  const result = await computer.run(file, args);
  if (result === undefined)
    return tool.onlyFor === undefined
      ? { id, title, status: 'problem', found: `${file} is not installed`, remedy }
      : {
          ...{ id, title, remedy, status: 'warning' },
          found: `${file} is not installed: needed for ${tool.onlyFor} only`,
        };
  const shown = tool.shows.exec(result.output);
  if (result.exitCode !== 0 || shown === null) {
    const words = result.output.trim().split('\n')[0]!.slice(0, 200);
    const found =
      result.exitCode === 0 && tool.otherwise ? tool.otherwise : `it answers: ${words || 'nothing'}`;
    return { id, title, status: 'problem', found, remedy };
  }
  const [major, minor] = [Number(shown[1]), Number(shown[2])];
  if (atLeast && (major < atLeast[0] || (major === atLeast[0] && minor < atLeast[1]))) {
    const found = `${shown[0]}, but ${atLeast.join('.')} or newer is needed (Debian 12 and Ubuntu 23.04 bring it)`;
    return { id, title, status: 'problem', found, remedy };
  }
  return { id, title, status: 'ok', found: shown[0] };
}

/** The virtual board's own start-up test, as a process: does this libunicorn run each core as that core? */
export async function checkUnicorn(computer: Computer): Promise<Checkup> {
  const [id, title] = ['libunicorn', 'CPU library of the virtual boards'];
  const result = await computer.run(process.execPath, [VIRTUAL_BOARD, '--self-test']);
  if (result?.exitCode === 0) return { id, title, status: 'ok', found: 'passes its self-test' };
  return {
    id,
    title,
    status: 'problem',
    found: result?.output.trim().split('\n')[0] || 'the self-test does not run',
    remedy: ['sudo apt-get install --no-install-recommends libunicorn2'],
  };
}

export function checkNode({ nodeVersion }: Computer): Checkup {
  const [id, title] = ['node', 'Node'];
  if (Number(nodeVersion.split('.')[0]) >= NODE_AT_LEAST)
    return { id, title, status: 'ok', found: nodeVersion };
  const found = `${nodeVersion}, but ${NODE_AT_LEAST} is needed; bin/neai brings its own`;
  return { id, title, status: 'problem', found, remedy: ['npm run setup'] };
}
