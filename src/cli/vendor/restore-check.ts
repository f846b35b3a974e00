import type { Client } from '../../protocol/client.ts';
import { backupByFirmware, restoreByFirmware } from '../../protocol/knowledge.ts';
import type { VendorFacts } from '../../record/vendor.ts';
import type { SignalCall } from '../compare/signal-plan.ts';

const MOST_SIGNALS = 8;

/** What was seen of the knowledge of a library that is not ours. */
export interface RestoreCheck {
  /** .neai after the last planned call. */
  readonly knowledge: Uint8Array;
  readonly restore: NonNullable<VendorFacts['restore']>;
}

/**
 * Whether .neai is all that a library has learned: detects a few signals, keeps .neai, initialises, restores it, and
 * detects the same signals again. A library that keeps a part elsewhere answers differently then.
 */
export async function checkRestore(
  client: Client,
  calls: readonly SignalCall[],
  signal: AbortSignal,
): Promise<RestoreCheck> {
  const detected = calls.filter(({ operation }) => operation === 'detect');
  const step = Math.max(1, Math.floor(detected.length / MOST_SIGNALS));
  const probes = detected.filter((_, index) => index % step === 0).slice(0, MOST_SIGNALS);
  const scores = async (): Promise<number[]> => {
    const codes: number[] = [];
    for (const { signal: values } of probes)
      codes.push((await client.call('detect', { signal: values! }, { signal })).similarityOrCode);
    return codes;
  };
  const backup = await backupByFirmware(client, { signal });
  const before = await scores();
  await client.call('initialize', {}, { signal });
  await restoreByFirmware(client, backup, { signal });
  const after = await scores();
  const { knowledge } = backup;
  return { knowledge, restore: restoreVerdict(before, after, knowledge.length) };
}

const LARGEST_SIMILARITY = 100;

/**
 * What the same signals scored before a restore and after it says of the knowledge. Codes are no scores: a library that
 * was not ready to detect has shown nothing.
 */
export function restoreVerdict(
  before: readonly number[],
  after: readonly number[],
  bytes: number,
): RestoreCheck['restore'] {
  const apart = before.map((code, index) => Math.abs(code - after[index]!));
  const differing = apart.filter((points) => points > 0).length;
  const figures = { signals: before.length, differing, largest: Math.max(0, ...apart) };
  if (differing > 0)
    return {
      verdict: 'HIDDEN STATE',
      ...figures,
      reason: `${differing} of ${before.length} signals score differently after initialize and restore of ${bytes} bytes, by up to ${figures.largest} points: the library keeps a part of what it has learned outside .neai, and a backup of it is not whole`,
    };
  if (!before.some((code) => code <= LARGEST_SIMILARITY))
    return {
      verdict: 'NOT SHOWN',
      ...figures,
      reason:
        before.length === 0
          ? 'no signal was detected in this run'
          : `no signal was scored: every detect answered with a code (${before[0]})`,
    };
  return {
    verdict: 'KEPT',
    ...figures,
    reason: `after initialize and restore of ${bytes} bytes the same ${before.length} signals score the same`,
  };
}
