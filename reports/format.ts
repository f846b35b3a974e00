import type { Side, SideKind, Sides } from '../src/record/sides.ts';

/** Integers with thin groups of three, as they stand in tables. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A fraction as a percentage, cut (not rounded up) to two decimals or fewer: 89.999 % never reads as 90 %. */
export function percent(fraction: number | null, decimals: 0 | 1 | 2 = 2): string {
  if (fraction === null) return 'not shown';
  const scale = 10 ** decimals;
  return `${Number((Math.floor(fraction * 100 * scale + 1e-6) / scale).toFixed(decimals))} %`;
}

export function seconds(value: number): string {
  if (value < 0.0995) return `${Number((value * 1000).toPrecision(3))} ms`;
  if (value < 120) return `${Number(value.toPrecision(3))} s`;
  return `${Math.floor(value / 60)} min ${Math.round(value % 60)} s`;
}

/** `1–60, 75` from 1-based ranges; a dash for none. */
export function ranges(list: readonly (readonly [number, number])[]): string {
  if (list.length === 0) return '–';
  return list.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}

/** Lines that ranges cover, each counted once. */
export function rangeLines(list: readonly (readonly [number, number])[]): number {
  const sorted = [...list].sort((a, b) => a[0] - b[0]);
  let lines = 0;
  let upTo = 0;
  for (const [first, last] of sorted) {
    lines += Math.max(0, last - Math.max(first - 1, upTo));
    upTo = Math.max(upTo, last);
  }
  return lines;
}

export function hex8(value: number | null): string {
  return value === null ? '–' : value.toString(16).padStart(8, '0');
}

const SIDE_WORDS: Record<SideKind, string> = {
  emulator: 'emulator',
  'host-c': 'C library on the host',
  wasm: 'WebAssembly',
  'virtual-board': 'virtual board',
  board: 'board',
  'recorded-run': 'recorded run',
  'vendor-emulator': 'emulator of the vendor',
};

/** What a side of the comparison is called in a sentence. */
export function sideName(side: Side): string {
  return SIDE_WORDS[side.kind];
}

/** What a side is in full: with its board, compiler, run or program. */
export function sideInFull(side: Side): string {
  switch (side.kind) {
    case 'virtual-board':
      return `virtual board ${side.board}`;
    case 'board':
      return `board ${side.board}`;
    case 'host-c':
    case 'wasm':
      return `${SIDE_WORDS[side.kind]} (${side.compiler})`;
    case 'recorded-run':
      return `${side.of} of recorded run ${side.runId}`;
    case 'vendor-emulator':
      return `${SIDE_WORDS[side.kind]} ${side.version ?? side.file}`;
    default:
      return SIDE_WORDS[side.kind];
  }
}

export interface SideNames {
  readonly reference: string;
  readonly target: string;
}

/** Both sides at their first mention and where values stand beside a name: `emulator (reference)`. */
export function sidesWithRoles(sides: Sides): SideNames {
  const names = sideNames(sides);
  const withRole = (side: 'reference' | 'target'): string =>
    names[side].startsWith(`${side} (`) ? names[side] : `${names[side]} (${side})`;
  return { reference: withRole('reference'), target: withRole('target') };
}

/** Both sides as words in a sentence; when both are of one kind, in full, so that a reader can tell them apart. */
export function sideNames({ reference, target }: Sides): SideNames {
  const [a, b] = [sideName(reference), sideName(target)];
  if (a !== b) return { reference: a, target: b };
  const [inFullA, inFullB] = [sideInFull(reference), sideInFull(target)];
  return inFullA === inFullB
    ? { reference: `reference (${a})`, target: `target (${b})` }
    : { reference: inFullA, target: inFullB };
}
