import { BIT_EXACT, type Tolerance, toleranceSchema } from '../record/tolerance.ts';
import { NeaiError } from '../shared/errors.ts';

/** Profiles that have a name; whatever else is wanted is spelled out with a reason of its own. */
export const TOLERANCES: readonly Tolerance[] = [
  BIT_EXACT,
  {
    profile: 'one-point',
    similarity: 1,
    ulp: null,
    knowledge: 'not compared',
    reason:
      'a library of another maker rounds as its own compiler and core do, and its knowledge has a form that we do not know: a similarity on an edge falls to either side',
  },
];

/**
 * The tolerance of a run: a profile by its name, or `similarity=2,ulp=8,knowledge=ignored` with a reason.
 * @param reason why this is right; needed for what is spelled out, an addition for a named profile that is loose.
 * @throws NeaiError USAGE
 */
export function toleranceFrom(text: string | undefined, reason: string | undefined): Tolerance {
  const named = TOLERANCES.find(({ profile }) => profile === (text ?? BIT_EXACT.profile));
  if (named !== undefined) {
    if (reason === undefined) return named;
    if (named !== BIT_EXACT) return { ...named, reason: `${named.reason}; ${reason}` };
    throw usage('bit-exact needs no reason', 'Leave --tolerance-reason out.');
  }
  if (!text!.includes('=')) {
    const names = TOLERANCES.map(({ profile }) => profile).join(', ');
    throw usage(
      `there is no tolerance "${text}"`,
      `Use one of ${names}, or similarity=2,ulp=8 with a reason.`,
    );
  }
  if (reason === undefined || reason.trim() === '') {
    throw usage('a tolerance needs a reason', 'Add --tolerance-reason "…": it stands beside the verdict.');
  }
  return spelledOut(text!, reason);
}

function spelledOut(text: string, reason: string): Tolerance {
  let [similarity, ulp, knowledge]: [number, number | null, Tolerance['knowledge']] = [0, null, 'equal'];
  for (const part of text.split(',')) {
    const [name, value = ''] = part.split('=').map((word) => word.trim());
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (name === 'similarity' && number <= 100) similarity = number;
    else if (name === 'ulp' && Number.isSafeInteger(number)) ulp = number;
    else if (name === 'knowledge' && (value === 'equal' || value === 'ignored')) {
      knowledge = value === 'equal' ? 'equal' : 'not compared';
    } else {
      throw usage(
        `"${part}" is no tolerance`,
        'Use similarity=0…100, ulp=N and knowledge=equal|ignored, separated by commas.',
      );
    }
  }
  if (similarity === 0 && ulp === 0 && knowledge === 'equal') return BIT_EXACT;
  return toleranceSchema.parse({ profile: text, similarity, ulp, knowledge, reason });
}

const usage = (message: string, remedy: string): NeaiError => new NeaiError('USAGE', message, { remedy });
