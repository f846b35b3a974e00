import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { execa } from 'execa';

/** Where Debian's and Ubuntu's package linux-source puts the kernel. */
const HOME = '/usr/src';

/**
 * What Linux knows of the STM32F4 and F7: drivers and device trees written by ST and others for boards of their own. Read
 * where the distribution has installed it; nothing of it is ours to keep.
 */
export interface LinuxFacts {
  /** Value of a `#define`: numbers, BIT(n), GENMASK(high, low), and (1 << n). */
  define(file: string, name: string): number;
  /** A number in an initialiser: `.cr1 = 0x0c` of `stm32f4_info`. */
  field(file: string, object: string, name: string): number;
  /** Address of a device tree node by its label, from what stands behind the `@`. */
  node(file: string, label: string): { readonly address: number; readonly interrupts: readonly number[] };
  /** Alternate function of a pin: Linux counts GPIO as 0. */
  alternateFunction(file: string, pin: string, signal: string): number;
}

/** @param files by their path in the kernel's tree. @returns facts, or why there are none */
export async function readLinuxSource(
  files: readonly string[],
): Promise<LinuxFacts | { readonly missing: string }> {
  const archive = findArchive();
  if (archive === undefined)
    return { missing: 'no register facts from outside: install linux-source (Debian)' };
  const texts = await unpack(archive, files);
  const text = (file: string): string => {
    const content = texts.get(file);
    if (content === undefined) throw new Error(`the Linux source has no ${file} any more`);
    return content;
  };
  const found = (match: RegExpExecArray | null, what: string): string => {
    if (match === null) throw new Error(`the Linux source does not say ${what} any more`);
    return match[1]!;
  };
  return {
    define: (file, name) =>
      evaluate(found(new RegExp(`#define\\s+${name}\\s+([^/\\n]+)`).exec(text(file)), name)),
    field(file, object, name) {
      const body = found(new RegExp(`${object}\\s*=\\s*\\{([\\s\\S]*?)\\n\\};`).exec(text(file)), object);
      return evaluate(found(new RegExp(`\\.${name}\\s*=\\s*([^,]+),`).exec(body), `${object}.${name}`));
    },
    node(file, label) {
      const all = text(file);
      const head = new RegExp(`\\b${label}: [\\w-]+@([0-9a-f]+) \\{`).exec(all);
      const address = Number.parseInt(found(head, label), 16);
      const body = all.slice(head!.index, all.indexOf('};', head!.index));
      const list = /interrupts = ([^;]+);/.exec(body)?.[1] ?? '';
      return { address, interrupts: (list.match(/\d+/g) ?? []).map(Number) };
    },
    alternateFunction(file, pin, signal) {
      const all = text(file);
      const from = all.indexOf(`"${pin}"`);
      const body = all.slice(from, all.indexOf('STM32_PIN(', from));
      return (
        Number(found(new RegExp(`STM32_FUNCTION\\((\\d+), "${signal}"\\)`).exec(body), `${pin} ${signal}`)) -
        1
      );
    },
  };
}

/** Texts of files by their path in the kernel's tree. The archive is read as far as the last of them. */
async function unpack(archive: string, paths: readonly string[]): Promise<Map<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'neai-linux-'));
  try {
    const wanted = paths.map((path) => `*/${path}`);
    const how = ['--occurrence=1', '--strip-components=1', '--wildcards'];
    await execa('tar', ['-xf', archive, '-C', folder, ...how, ...wanted]);
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    return new Map(
      files
        .map(({ parentPath, name }) => join(parentPath, name))
        .map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function findArchive(): string | undefined {
  if (!existsSync(HOME)) return undefined;
  for (const name of readdirSync(HOME).sort().reverse()) {
    if (/^linux-source-.*\.tar\.(xz|bz2|gz)$/.test(name)) return join(HOME, name);
    const inside = join(HOME, name, `${name}.tar.bz2`); // as Ubuntu has it
    if (/^linux-source-/.test(name) && existsSync(inside)) return inside;
  }
  return undefined;
}

/** The few forms in which register headers write numbers. */
function evaluate(expression: string): number {
  const text = expression.trim();
  const bit = /^BIT\((\d+)\)$/.exec(text);
  if (bit) return 2 ** Number(bit[1]);
  const mask = /^GENMASK\((\d+), (\d+)\)$/.exec(text);
  if (mask) return 2 ** (Number(mask[1]) + 1) - 2 ** Number(mask[2]);
  const value = Number(text);
  if (!Number.isInteger(value)) throw new Error(`not a number: ${text}`);
  return value;
}
