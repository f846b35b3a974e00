/** Hundredths of a percent in a fraction, cut. */
const hundredthsOf = (fraction: number): number => Math.floor(fraction * 10_000 + 1e-6);

/** A fraction as a percentage with at most two decimals, never rounded up to a limit it has missed. */
export function formatPercent(fraction: number): string {
  return `${Number((hundredthsOf(fraction) / 100).toFixed(2))} %`;
}

/**
 * By how many percentage points a fraction misses a limit: of both as {@link formatPercent} prints them, so that value
 * and shortfall add up to the limit. Where both print alike, two significant digits of what lies between.
 */
export function formatShortfall(value: number, limit: number): string {
  const printed = hundredthsOf(limit) - hundredthsOf(value);
  const points = printed > 0 ? (printed / 100).toFixed(2) : ((limit - value) * 100).toPrecision(2);
  return `${Number(points)} points`;
}

/** Bytes with thousands set apart by a comma. */
export function formatBytes(bytes: number): string {
  return `${bytes.toLocaleString('en-US')} bytes`;
}

/** Ticks with thousands set apart by a comma, and their unit: `39,560 instructions`. */
export function formatTicks(ticks: number, unit: string): string {
  return `${ticks.toLocaleString('en-US')} ${unit}`;
}
