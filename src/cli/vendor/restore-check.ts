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
  const apart = before.map((code, index) => Math.abs(code - after[index]!));
  const differing = apart.filter((points) => points > 0).length;
  const figures = { signals: probes.length, differing, largest: Math.max(0, ...apart) };
  if (probes.length === 0)
    return {
      knowledge: backup.knowledge,
      restore: { verdict: 'NOT SHOWN', ...figures, reason: 'no signal was detected in this run' },
    };
  const bytes = backup.knowledge.length;
  const restore =
    differing === 0
      ? {
          verdict: 'KEPT' as const,
          ...figures,
          reason: `after initialize and restore of ${bytes} bytes the same ${probes.length} signals score the same`,
        }
      : {
          verdict: 'HIDDEN STATE' as const,
          ...figures,
          reason: `${differing} of ${probes.length} signals score differently after initialize and restore of ${bytes} bytes, by up to ${figures.largest} points: the library keeps a part of what it has learned outside .neai, and a backup of it is not whole`,
        };
  return { knowledge: backup.knowledge, restore };
}
