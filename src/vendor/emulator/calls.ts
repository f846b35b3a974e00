/** One call as an emulator is given it. */
export interface EmulatorCall {
  readonly operation: 'initialize' | 'learn' | 'detect';
  /** Null for initialize. */
  readonly signal: Float32Array | null;
}

/** What a vendor's emulator said to every call, and what it left behind. */
export interface EmulatorRun {
  /** Codes as this project has them: 0 and 1, similarity, or 124 for a signal that came too early. */
  readonly codes: readonly number[];
  /** Version that the emulator calls itself; null where it does not. */
  readonly version: string | null;
  /** Its image of .neai after the last call; null where the format has none, or another length. */
  readonly knowledge: Uint8Array | null;
}

export const CODE = { initialized: 0, learned: 1, notReady: 124 } as const;

/**
 * Signals as lines of a file: the shortest text that a reader of decimals turns into the same float32, separated by
 * spaces, which every emulator takes.
 */
export function linesOf(signals: readonly Float32Array[]): string {
  return signals.map((signal) => `${Array.from(signal, shortest).join(' ')}\n`).join('');
}

/** Digits that tell any two float32 apart. */
const ENOUGH_DIGITS = 9;

function shortest(value: number): string {
  for (let digits = 6; digits < ENOUGH_DIGITS; digits++) {
    const text = plain(value.toPrecision(digits));
    if (Math.fround(Number(text)) === value) return text;
  }
  return plain(value.toPrecision(ENOUGH_DIGITS));
}

/** Without an exponent: not every emulator reads one, and zeros at the end say nothing. */
function plain(text: string): string {
  if (!text.includes('e')) return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '.0') : text;
  const [mantissa, exponent] = text.split('e') as [string, string];
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  const point = 1 + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`.replace(/0+$/, '');
  return point >= digits.length
    ? `${sign}${digits.padEnd(point, '0')}`
    : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** Consecutive calls of one operation: one run of a program makes them all. */
export function groupsOf(
  calls: readonly EmulatorCall[],
): { operation: EmulatorCall['operation']; signals: Float32Array[] }[] {
  const groups: { operation: EmulatorCall['operation']; signals: Float32Array[] }[] = [];
  for (const { operation, signal } of calls) {
    const last = groups.at(-1);
    const group =
      last?.operation === operation && operation !== 'initialize' ? last : { operation, signals: [] };
    if (group !== last) groups.push(group);
    if (signal !== null) group.signals.push(signal);
  }
  return groups;
}
