import type { Pipeline } from '../transforms/transform.ts';
import type { Candidate } from './evaluate.ts';
import { type Ranked, rankedAccuracy } from './ranking.ts';

const CONCAT = 'concat';

/** A candidate in words: `fft_bands(count 8) + time_stats → ccipca(rank 4)`. */
export function describeCandidate({ pipeline, model }: Candidate): string {
  return [...pipeline.map(describeStage), withParams(model.name, model.params)].join(' → ');
}

function describeStage({ transform, params }: Pipeline[number]): string {
  const blocks = (params as { blocks?: Pipeline }).blocks;
  if (transform === CONCAT && blocks !== undefined) return blocks.map(describeStage).join(' + ');
  return withParams(transform, params);
}

function withParams(name: string, params: unknown): string {
  const shown = Object.entries(params as Record<string, unknown>).map(([key, value]) =>
    isMembers(value)
      ? value.map((member) => withParams(member.name, member.params)).join(' and ')
      : `${key} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`,
  );
  return shown.length === 0 ? name : `${name}(${shown.join(', ')})`;
}

/** Members of an ensemble: models again. */
const isMembers = (value: unknown): value is readonly { name: string; params: unknown }[] =>
  Array.isArray(value) && value.length > 0 && typeof value[0]?.name === 'string';

/** One or two sentences: what put the winner before the runner-up, by the order balanced accuracy, confidence, RAM. */
export function whyItWon(winner: Ranked, runnerUp: Ranked | undefined): string {
  if (runnerUp === undefined) return 'It is the only candidate that was evaluated.';
  const [mine, its] = [figuresOf(winner), figuresOf(runnerUp)];
  const other = `candidate ${runnerUp.index + 1}, ${describeCandidate(runnerUp.candidate)}`;
  if (rankedAccuracy(winner) !== rankedAccuracy(runnerUp)) {
    const counted = mine.counted === mine.accuracy ? '' : `, which counts as ${mine.counted} %,`;
    const against = its.counted === its.accuracy ? '' : `, which counts as ${its.counted} %`;
    const rule =
      counted === '' && against === ''
        ? ''
        : ' Models that join different views are given two standard errors: no figure of known lines can tell them from the best single one.';
    return `Its ${mine.name} of ${mine.accuracy} %${counted} is before the runner-up's ${its.accuracy} %${against} (${other}).${rule}`;
  }
  const equal = `With the same ${mine.name} of ${mine.counted} %`;
  if (mine.margin !== its.margin) {
    return `${equal}, its ${mine.marginName} of ${mine.margin} % is above the ${its.margin} % of the runner-up (${other}).`;
  }
  const both = `${equal} and ${mine.marginName} of ${mine.margin} %`;
  if (winner.ramBytes !== runnerUp.ramBytes) {
    return `${both}, it needs ${winner.ramBytes} bytes of RAM and the runner-up ${runnerUp.ramBytes} (${other}).`;
  }
  return `${both} and ${winner.ramBytes} bytes of RAM, it was tried before the runner-up (${other}).`;
}

/** Figures as they are ranked: to 0.1 %, of several couples the worst one's. */
function figuresOf(ranked: Ranked) {
  const { couples } = ranked.evaluation;
  const worst = (of: (couple: (typeof couples)[number]) => number): string =>
    (Math.round(Math.min(...couples.map(of)) * 1000) / 10).toFixed(1);
  const calibrated = couples.some(({ balancedAccuracy }) => balancedAccuracy !== null);
  return {
    name: calibrated ? 'balanced accuracy' : 'share of regular lines recognised',
    marginName: calibrated ? 'confidence' : 'mean margin of regular lines',
    accuracy: worst((c) => c.balancedAccuracy ?? c.regularAccuracy),
    /** What it is ranked by. */
    counted: (rankedAccuracy(ranked) / 10).toFixed(1),
    margin: worst((c) => c.confidence ?? c.regularMargin),
  };
}
