import { join } from 'node:path';
import { type Journey, notRun, pairOf } from '../../compare/travel.ts';
import type { Library } from '../../engine/index.ts';
import type { TravelPair } from '../../record/travel.ts';
import type { NeaiError } from '../../shared/errors.ts';
import type { SideContext, SideRun } from '../compare/sides/side.ts';
import { asNeaiError } from '../failure.ts';
import { makeFolder } from '../make-folder.ts';
import { printRemark } from '../output.ts';
import type { TravelSide } from './sides.ts';
import type { Traveller } from './traveller.ts';

/** The signals of a journey: learned at home, detected, learned on, detected again. */
export interface Itinerary {
  readonly library: Library;
  readonly learn: readonly Float32Array[];
  readonly detect: readonly Float32Array[];
  readonly further: readonly Float32Array[];
}

/** A side after its own run: on its feet, or why not. */
export interface Arrived {
  readonly side: TravelSide;
  readonly run: SideRun | null;
  readonly traveller: Traveller | null;
  readonly failure: NeaiError | null;
}

/** Makes the run at home on every side; what cannot be reached stays in the list with its reason. */
export async function arrive(sides: readonly TravelSide[], context: SideContext): Promise<Arrived[]> {
  const arrived: Arrived[] = [];
  for (const [index, side] of sides.entries()) {
    context.signal.throwIfAborted();
    printRemark(`${side.compared.name}: learns and detects`);
    const folder = join(context.folder, `${index}-${side.compared.name}`);
    await makeFolder(folder, 'RUN_FOLDER');
    try {
      const run = await side.compared.run({ ...context, folder });
      if (run.brokenOff !== null) throw run.brokenOff;
      arrived.push({ side, run, traveller: await side.traveller(context), failure: null });
    } catch (thrown) {
      arrived.push({ side, run: null, traveller: null, failure: asNeaiError(thrown) });
    }
  }
  return arrived;
}

/** Takes what each side has learned to each other side. */
export async function travel(arrived: readonly Arrived[], itinerary: Itinerary): Promise<TravelPair[]> {
  const pairs: TravelPair[] = [];
  for (const [home, from] of arrived.entries()) {
    const luggage = await pack(from, itinerary);
    for (const [away, to] of arrived.entries()) {
      if (home === away) continue;
      const failure = from.failure ?? to.failure ?? ('failure' in luggage ? luggage.failure : null);
      if (failure !== null || 'failure' in luggage || to.traveller === null) {
        pairs.push(
          notRun(home, away, failure === null ? 'not reached' : `${failure.code}: ${failure.message}`),
        );
        continue;
      }
      printRemark(`${from.side.compared.name} → ${to.side.compared.name}`);
      try {
        const digest = await to.traveller.restore(luggage.knowledge);
        pairs.push(pairOf(home, away, luggage.journey, await goOn(to.traveller, digest, itinerary)));
      } catch (thrown) {
        const { code, message } = asNeaiError(thrown);
        pairs.push(notRun(home, away, `${code}: ${message}`));
      }
    }
  }
  return pairs;
}

type Luggage =
  | { readonly knowledge: Uint8Array; readonly journey: Journey }
  | { readonly failure: NeaiError };

/** Learns at home, keeps a copy of the knowledge, and goes on as the others will have to. */
async function pack({ traveller, failure }: Arrived, itinerary: Itinerary): Promise<Luggage> {
  if (traveller === null) return { failure: failure! };
  try {
    await traveller.initialize();
    let digest = 0;
    for (const values of itinerary.learn) ({ digest } = await traveller.learn(values));
    const knowledge = await traveller.backup();
    return { knowledge, journey: await goOn(traveller, digest, itinerary) };
  } catch (thrown) {
    return { failure: asNeaiError(thrown) };
  }
}

async function goOn(traveller: Traveller, digest: number, { detect, further }: Itinerary): Promise<Journey> {
  const scores = async (): Promise<number[]> => {
    const codes: number[] = [];
    for (const values of detect) codes.push((await traveller.detect(values)).code);
    return codes;
  };
  const before = await scores();
  const learned: { learnCounter: number; digest: number }[] = [];
  for (const values of further) {
    const state = await traveller.learn(values);
    learned.push({ learnCounter: state.learnCounter, digest: state.digest });
  }
  return { digest, before, learned, after: await scores() };
}
