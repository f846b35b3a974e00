import {
  accessSync,
  constants,
  readdirSync,
  readFileSync,
  readlinkSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { NeaiError } from '../shared/errors.ts';
import { runTool, type ToolResult } from './run-tool.ts';

const COMMAND_MS = 20_000;

/** The computer as the doctor sees it. Everything it looks at goes through here, so that every ailment can be played. */
export interface Computer {
  /** Stands for `/`: `sys`, `dev`, `proc`, `etc` and `lib` are looked up below it. */
  readonly root: string;
  readonly user: { readonly name: string; readonly uid: number; readonly groups: readonly number[] };
  readonly nodeVersion: string;
  /** Runs a program to its end; undefined when it is not installed. */
  run(file: string, args: readonly string[]): Promise<ToolResult | undefined>;
  /** Whether this user may read and write a file or device. */
  mayUse(path: string): boolean;
  /** Group that owns a file or device; undefined when it is not there. */
  groupOf(path: string): number | undefined;
  /** Folders that runs write to, with the space that is left there. */
  freeSpace(): readonly { readonly folder: string; readonly bytes: number }[];
}

export function thisComputer(root: string, signal?: AbortSignal): Computer {
  const { username: name, uid } = userInfo();
  return {
    root,
    user: { name, uid, groups: process.getgroups?.() ?? [] },
    nodeVersion: process.versions.node,
    run: (file, args) => runOrNothing(file, args, signal),
    mayUse: (path) => mayUse(join(root, path)),
    groupOf: (path) => statSync(join(root, path), { throwIfNoEntry: false })?.gid,
    freeSpace: () =>
      [...new Set([process.cwd(), tmpdir()])].map((folder) => {
        const { bavail, bsize } = statfsSync(folder);
        return { folder, bytes: bavail * bsize };
      }),
  };
}

async function runOrNothing(file: string, args: readonly string[], signal: AbortSignal | undefined) {
  try {
    return await runTool(file, args, { timeoutMs: COMMAND_MS, signal });
  } catch (error) {
    if (!(error instanceof NeaiError)) throw error;
    if (error.code === 'BUILD_TOOL_MISSING') return undefined;
    if (error.code === 'BUILD_TIMEOUT') return { exitCode: -1, output: error.message };
    throw error;
  }
}

function mayUse(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Content of a text file, undefined where it is missing or closed to us. */
export function textOf({ root }: Computer, path: string): string | undefined {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

/** Names in a folder, undefined where it is missing or closed to us. */
export function namesIn({ root }: Computer, path: string): string[] | undefined {
  try {
    return readdirSync(join(root, path)).sort();
  } catch {
    return undefined;
  }
}

export interface Holder {
  readonly pid: number;
  /** Name and command line, as far as they can be read. */
  readonly program: string;
  readonly path: string;
}

/** Processes that have one of these files open, as far as this user may see (without root: their own). */
export function holdersOf(computer: Computer, paths: readonly string[]): Holder[] {
  const processes = (namesIn(computer, 'proc') ?? []).filter((name) => /^\d+$/.test(name));
  return processes.flatMap((pid) => {
    const folder = join('proc', pid, 'fd');
    const open = new Set((namesIn(computer, folder) ?? []).map((fd) => target(computer, join(folder, fd))));
    const path = paths.find((candidate) => open.has(candidate));
    return path === undefined ? [] : [{ pid: Number(pid), program: programOf(computer, pid), path }];
  });
}

/** Name of a process, and its command line where it says more. */
function programOf(computer: Computer, pid: string): string {
  const name = textOf(computer, `proc/${pid}/comm`)?.trim() ?? 'unknown';
  const line = textOf(computer, `proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim();
  return line ? `${name} (${line.slice(0, 120)})` : name;
}

function target({ root }: Computer, path: string): string | undefined {
  try {
    return readlinkSync(join(root, path));
  } catch {
    return undefined;
  }
}
