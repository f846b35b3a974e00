import { execa } from 'execa';
import { boundOfNone } from './bound.ts';

/** Faults and their rates: per bit for flips, per byte for what happens to bytes, per frame for the rest. */
const FAULTS: readonly {
  kind: string;
  rates: readonly number[];
  per: 'bit' | 'byte' | 'frame';
  share: number;
}[] = [
  { kind: 'bit-flips', rates: [1e-6, 1e-5, 1e-4, 1e-3, 1e-2], per: 'bit', share: 1 },
  { kind: 'lost-bytes', rates: [1e-4, 1e-3, 1e-2], per: 'byte', share: 1 },
  { kind: 'doubled-bytes', rates: [1e-4, 1e-3, 1e-2], per: 'byte', share: 1 },
  { kind: 'inserted-bytes', rates: [1e-4, 1e-3, 1e-2], per: 'byte', share: 1 },
  { kind: 'replaced-bytes', rates: [1e-4, 1e-3, 1e-2], per: 'byte', share: 1 },
  { kind: 'bursts', rates: [0.1, 1], per: 'frame', share: 1 },
  { kind: 'zero-runs', rates: [1e-4, 1e-3, 1e-2], per: 'byte', share: 1 },
  { kind: 'ff-runs', rates: [1e-4, 1e-3, 1e-2], per: 'byte', share: 1 },
  { kind: 'stray-text', rates: [1e-4, 1e-3, 1e-2], per: 'byte', share: 1 },
  { kind: 'half-frames', rates: [0.1, 1], per: 'frame', share: 1 },
  { kind: 'resets', rates: [0.1, 1], per: 'frame', share: 1 },
  { kind: 'all', rates: [1e-4, 1e-3, 1e-2], per: 'byte', share: 1 },
  // Damage in every frame that leaves its length alone: what only the CRC can find.
  { kind: '1-5-bits', rates: [1], per: 'frame', share: 4 },
  { kind: '6-40-bits', rates: [1], per: 'frame', share: 12 },
];

const COUNTS = [
  'sent',
  'damaged',
  'intact',
  'wrong',
  'candidates',
  'missed8',
  'missed16',
  'missed32',
] as const;
export type CampaignCounts = Readonly<Record<(typeof COUNTS)[number], number>>;

export interface CampaignRow extends CampaignCounts {
  readonly kind: string;
  readonly rate: number;
  readonly per: 'bit' | 'byte' | 'frame';
  /** With 95 % confidence no larger part of damaged frames is taken for good; only where none was. */
  readonly bound95: number | null;
}

export interface Campaign {
  readonly seed: number;
  readonly rows: readonly CampaignRow[];
  readonly total: CampaignCounts & { readonly bound95: number | null };
  /** Why this campaign failed; empty when it passed. */
  readonly failures: readonly string[];
}

/**
 * Damaged frames against the receiver of the firmware.
 * @param program as buildCampaignTool makes it
 * @param frames to send in all, shared among kinds and rates of faults
 */
export async function runCampaign(program: string, frames: number, seed: number): Promise<Campaign> {
  const planned = FAULTS.flatMap(({ kind, rates, per, share }) =>
    rates.map((rate) => ({ kind, rate, per, share })),
  );
  const shares = planned.reduce((sum, { share }) => sum + share, 0);
  const orders = planned.map(
    ({ kind, rate, share }, index) =>
      `${seed * 1000 + index} ${kind} ${rate} ${Math.ceil((frames * share) / shares)}\n`,
  );
  const { stdout } = await execa(program, [], { input: orders.join('') });
  const answers = stdout.split('\n').map((line) => line.split(' ').map(Number));
  const rows = planned.map(({ kind, rate, per }, index): CampaignRow => {
    const counts = Object.fromEntries(
      COUNTS.map((name, column) => [name, answers[index]![column]!]),
    ) as unknown as CampaignCounts;
    return { kind, rate, per, ...counts, bound95: counts.wrong > 0 ? null : boundOfNone(counts.damaged) };
  });
  const total = Object.fromEntries(
    COUNTS.map((name) => [name, rows.reduce((sum, row) => sum + row[name], 0)]),
  ) as unknown as CampaignCounts;
  return {
    seed,
    rows,
    total: { ...total, bound95: total.wrong > 0 ? null : boundOfNone(total.damaged) },
    failures: judge(rows, total),
  };
}

/** Frames that must be expected to pass before their number says anything. */
const ENOUGH = 20;

function judge(rows: readonly CampaignRow[], total: CampaignCounts): string[] {
  const failures: string[] = [];
  for (const { kind, rate, wrong } of rows) {
    if (wrong > 0) failures.push(`${kind} at ${rate}: ${wrong} corrupted frames accepted`);
  }
  if (total.missed32 !== total.wrong) failures.push('the two receivers disagree about the whole CRC');
  // Errors up to five bits are found by a CRC of 32 bits by construction, so damage of all kinds is judged together.
  for (const [bits, missed] of [
    [8, total.missed8],
    [16, total.missed16],
  ] as const) {
    const expected = total.candidates / 2 ** bits;
    if (expected < ENOUGH) continue;
    const apart = Math.abs(missed - expected);
    if (apart > 4 * Math.sqrt(expected) + 0.15 * expected) {
      const wanted = `${expected.toFixed(1)} of ${total.candidates}`;
      failures.push(
        `with ${bits} bits of CRC ${missed} wrong frames pass, not about ${wanted}: the damage is no test`,
      );
    }
  }
  if (total.candidates / 2 ** 8 < ENOUGH) failures.push('too few frames for the control with 8 bits of CRC');
  return failures;
}
