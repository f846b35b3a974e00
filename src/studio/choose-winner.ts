import type { Library } from '../engine/library.ts';
import type { SearchLimits } from '../engine/search/search.ts';
import { NeaiError } from '../shared/errors.ts';

/** What a compiled library costs. */
export interface MeasuredLibrary {
  /** Variables, knowledge and worst stack, without the caller's input buffer. */
  readonly ramBytes: number;
  readonly flashBytes: number;
}

/** Compiles a library and measures it; null where there is no compiler. */
export type MeasureLibrary<L = Library> = (library: L) => Promise<MeasuredLibrary | null>;

/** So many libraries are compiled before a search is told to have no result. */
const MOST_COMPILED = 20;

/** What is chosen from: candidates of either kind of search. */
interface Chosen {
  readonly candidate: { readonly model: { readonly name: string } };
}

/**
 * The best candidate whose compiled library keeps within the limits: what was estimated before fitting is measured
 * here, and one over a limit is passed over.
 * @param ranked best first, at least one
 * @throws SEARCH_NO_LIBRARY
 */
export async function chooseWinner<R extends Chosen, L, B extends { readonly library: L }>(
  ranked: readonly R[],
  limits: SearchLimits,
  measure: MeasureLibrary<L> | undefined,
  build: (winner: R) => B,
): Promise<B & { readonly winner: R; readonly measured: MeasuredLibrary | null }> {
  const refused: string[] = [];
  for (const winner of ranked.slice(0, MOST_COMPILED)) {
    const built = build(winner);
    const measured = (await measure?.(built.library)) ?? null;
    if (measured === null || keepsWithin(measured, limits)) return { winner, ...built, measured };
    const { model } = winner.candidate;
    refused.push(`${model.name}: ${measured.ramBytes} bytes of RAM, ${measured.flashBytes} of flash`);
  }
  throw new NeaiError('SEARCH_NO_LIBRARY', 'every library that was compiled is over a limit', {
    asked: limitsText(limits),
    got: refused.slice(0, 5).join('; '),
  });
}

const keepsWithin = (
  { ramBytes, flashBytes }: MeasuredLibrary,
  { maxRamBytes = Number.POSITIVE_INFINITY, maxFlashBytes = Number.POSITIVE_INFINITY }: SearchLimits,
): boolean => ramBytes <= maxRamBytes && flashBytes <= maxFlashBytes;

/** Limits in words. */
export function limitsText({ maxRamBytes, maxFlashBytes, core }: SearchLimits): string {
  const parts = [
    ...(maxRamBytes === undefined ? [] : [`at most ${maxRamBytes} bytes of RAM`]),
    ...(maxFlashBytes === undefined ? [] : [`at most ${maxFlashBytes} bytes of flash`]),
    ...(core === undefined ? [] : [`on ${core}`]),
  ];
  return parts.length === 0 ? 'no limits' : parts.join(', ');
}
