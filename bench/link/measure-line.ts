import { askControl } from '../../src/cli/control-client.ts';

const BITS_PER_LINE_BYTE = 10;

/** What passed on a virtual board, in its own time, while something was done to it. */
export interface LineMeasure {
  /** Time in which bits were on the line or the board worked: from the first start bit to the last stop bit, less the waits. */
  readonly seconds: number;
  /** Time in which the board slept and nothing was on the line: the host thought. */
  readonly hostWaitSeconds: number;
  /** Time in which at least one direction of the line was busy. */
  readonly lineSeconds: number;
  readonly instructions: number;
  readonly wallSeconds: number;
}

/**
 * Reads the clock of a virtual board before and after: its own, so that nothing on this computer counts.
 * @param control socket of the board
 */
export async function measureLine(control: string, work: () => Promise<unknown>): Promise<LineMeasure> {
  const time = () => askControl(control, { do: 'time' });
  const [before, wallBefore] = [await time(), performance.now()];
  await work();
  const [wallAfter, after] = [performance.now(), await time()];
  const spent = (name: string): number => Number(after[name]) - Number(before[name]);
  const hostWaitSeconds = spent('quietSeconds');
  const [seconds, lineSeconds] = [spent('virtualSeconds') - hostWaitSeconds, spent('lineSeconds')];
  // The line is never busy while nothing is on it: less would mean that waits are counted where there are none.
  if (seconds < lineSeconds * 0.999999)
    throw new Error(`${seconds} s with the line busy for ${lineSeconds} s of them`);
  return {
    seconds,
    hostWaitSeconds,
    lineSeconds,
    instructions: spent('instructions'),
    wallSeconds: (wallAfter - wallBefore) / 1000,
  };
}

/** Part of the line rate that samples got, at four bytes each whatever travelled in their place. */
export const shareOfLine = (samples: number, baud: number, seconds: number): number =>
  (samples * 4 * BITS_PER_LINE_BYTE) / (baud * seconds);
