/** A fraction as a percentage with at most two decimals, never rounded up to a limit it has missed. */
export function formatPercent(fraction: number): string {
  const hundredths = Math.floor(fraction * 10_000 + 1e-6);
  return `${Number((hundredths / 100).toFixed(2))} %`;
}

/** A difference of two fractions in percentage points; small ones keep two significant digits. */
export function formatPoints(difference: number): string {
  const points = difference * 100;
  const text = points >= 0.1 ? Number(points.toFixed(2)) : Number(points.toPrecision(2));
  return `${text} points`;
}

/** Bytes with thousands set apart by a comma. */
export function formatBytes(bytes: number): string {
  return `${bytes.toLocaleString('en-US')} bytes`;
}

/** Ticks with thousands set apart by a comma, and their unit: `39,560 instructions`. */
export function formatTicks(ticks: number, unit: string): string {
  return `${ticks.toLocaleString('en-US')} ${unit}`;
}
