import { NeaiError } from '../src/shared/errors.ts';

const UNITS_MS: Record<string, number> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };

/** Milliseconds from a number of them, or from text such as '250 ms', '2 s', '10 min', '24 h'. @throws NeaiError USAGE */
export function parseDuration(duration: number | string): number {
  if (typeof duration === 'number') return duration;
  const [, amount, unit] = /^\s*(\d+(?:\.\d+)?)\s*(ms|s|min|h)\s*$/.exec(duration) ?? [];
  if (amount !== undefined && unit !== undefined) return Number(amount) * UNITS_MS[unit]!;
  throw new NeaiError('USAGE', 'this is no duration', {
    asked: "a number of milliseconds, or text such as '250 ms', '2 s', '10 min', '24 h'",
    got: JSON.stringify(duration),
  });
}
