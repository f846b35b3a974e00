import type { Client } from './client.ts';
import { RequestError } from './request-error.ts';
import type { CallLimits } from './session.ts';

/** Rates above the one after reset, in the order in which they are tried. */
export const RAISED_BAUDS = [230_400, 460_800, 921_600, 2_000_000] as const;
/** What may be wished of a line: the rate after reset, one that is climbed to and not beyond, or as high as it carries. */
export const LINE_BAUDS = ['negotiate', '115200', '230400', '460800', '921600', '2000000'] as const;
export type LineBaud = (typeof LINE_BAUDS)[number];

/** A rate has proven itself when so many pings and one longer answer have passed and nothing was lost. */
const PROOF_PINGS = 8;
const PROOF_ANSWER_BYTES = 256;

export interface RaiseOptions extends Pick<CallLimits, 'signal'> {
  /** Rates above this one are not tried. */
  readonly mostBaud?: number;
}

/**
 * Climbs from rate to rate for as long as the line carries. A rate that the board's clock does not make is left out; at
 * the first one that loses or damages anything both sides go back to the last that did not.
 * @returns the rate in force; a session is open, a new one if a rate did not carry
 * @throws RequestError when the board cannot be reached any more at the rate after reset; INTERRUPTED
 */
export async function raiseBaud(client: Client, { signal, mostBaud }: RaiseOptions = {}): Promise<number> {
  const limits: CallLimits = signal ? { signal } : {};
  let carried = client.baud;
  for (const baud of RAISED_BAUDS) {
    if (baud <= carried || baud > (mostBaud ?? Number.POSITIVE_INFINITY)) continue;
    const outcome = await climb(client, baud, limits);
    if (outcome === 'not-made') continue;
    if (outcome === 'fell') return backTo(client, carried, limits);
    carried = baud;
  }
  return carried;
}

/**
 * Brings the line to where it is wished. A wish that the board's clock or the line cannot meet is met as far as they do.
 * @param wished undefined: the rate after reset, which nothing can take away in the middle of a run
 * @returns the rate in force; a session is open, a new one if a rate did not carry
 * @throws as raiseBaud
 */
export async function takeBaud(
  client: Client,
  wished: LineBaud | undefined,
  { signal }: Pick<CallLimits, 'signal'> = {},
): Promise<number> {
  const own = signal ? { signal } : {};
  if (wished === undefined) return client.baud;
  return raiseBaud(client, wished === 'negotiate' ? own : { ...own, mostBaud: Number(wished) });
}

async function climb(
  client: Client,
  baud: number,
  limits: CallLimits,
): Promise<'carried' | 'not-made' | 'fell'> {
  try {
    if ((await client.setBaud(baud, limits)) !== baud) return 'fell';
    return (await isClean(client, limits)) ? 'carried' : 'fell';
  } catch (error) {
    if (!(error instanceof RequestError) || error.code === 'INTERRUPTED') throw error;
    if (error.refusal === 'out_of_range') return 'not-made';
    // Whoever did not hear the other's last word: both are at the rate after reset when the board has waited long enough.
    await client.open(limits);
    return 'fell';
  }
}

/** Whether everything passes at the first try, in both directions, however late. */
async function isClean(client: Client, limits: CallLimits): Promise<boolean> {
  const trouble = (): number => {
    const { framesDamaged, framesDamagedToBoard, noiseBytes } = client.counts;
    const { unitsRepeated, unitsRepeatedInVain } = client.counts;
    // A busy computer reads an answer late, and has asked again by then: that says nothing of the line.
    return framesDamaged + framesDamagedToBoard + noiseBytes + unitsRepeated - unitsRepeatedInVain;
  };
  const before = trouble();
  for (let count = 0; count < PROOF_PINGS; count++) await client.call('ping', {}, limits);
  const count = Math.min(PROOF_ANSWER_BYTES, client.hello.knowledgeBytes);
  await client.call('knowledge_read', { offsetBytes: 0, count }, limits);
  return trouble() === before;
}

/** From wherever a failed climb has left the two to a rate that carried before. */
async function backTo(client: Client, baud: number, limits: CallLimits): Promise<number> {
  return client.baud === baud ? baud : client.setBaud(baud, limits);
}
