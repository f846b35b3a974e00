import { readFileSync, writeFileSync } from 'node:fs';

/** What is kept of a log that nobody needs: so many lines of its beginning, and as many of its end. */
const THIN_LINES = 40;

/** Cuts the middle out of a log of something that passed, and says so in its place. */
export function thinLog(file: string): void {
  const all = readFileSync(file, 'utf8').split('\n');
  const left = all.length - 2 * THIN_LINES;
  if (left <= 1) return;
  const remark = `... ${left} lines left out: the scenario passed (a failed one keeps them all)`;
  writeFileSync(file, [...all.slice(0, THIN_LINES), remark, ...all.slice(-THIN_LINES)].join('\n'));
}
