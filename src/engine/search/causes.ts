import type { CoupleLearning } from './learning-curve.ts';
import type { NeighbourFacts } from './neighbours.ts';
import type { SamplingFacts } from './sampling.ts';

/** Balanced accuracy and confidence from here on are well above the 90 % of the documents. */
export const WELL_ABOVE = 0.93;

/** How one part of the lines was judged; null where there was no abnormal line. */
export interface PartFacts {
  readonly balancedAccuracy: number | null;
  readonly confidence: number | null;
  readonly areaUnderCurve: number | null;
  /** Lines judged, and how many of them rightly. */
  readonly regular: Tally;
  readonly abnormal: Tally;
}

export interface Tally {
  readonly lines: number;
  readonly right: number;
}

/** A file's lines, and the stretches of its selection part as cross-validation judged them, in order. */
export interface FileFacts {
  readonly name: string;
  readonly label: 'regular' | 'abnormal';
  readonly lines: number;
  readonly stretches: readonly (Tally & { readonly first: number; readonly last: number })[];
}

/** Everything that a couple's result can be explained from. */
export interface CoupleFacts {
  readonly name: string;
  readonly crossValidated: PartFacts;
  readonly heldOut: PartFacts;
  /** Balanced accuracy with the threshold chosen on the judged lines as well; null without abnormal lines. */
  readonly fittedBalancedAccuracy: number | null;
  readonly files: readonly FileFacts[];
  readonly learning: CoupleLearning;
  readonly neighbours: NeighbourFacts | null;
  /** File and line of a selection row, as a person finds it. */
  readonly placeOf: (label: 'regular' | 'abnormal', row: number) => string;
  readonly sampling: SamplingFacts;
  /** Share of lines whose neighbouring samples repeat: the sensor is read faster than it is written. */
  readonly repeatedShare: number;
}

export interface SearchFacts {
  readonly couples: readonly CoupleFacts[];
  readonly interrupted: boolean;
  readonly evaluations: number;
  readonly budget: number;
  /** Null when no limit was set. */
  readonly ram: {
    readonly limitBytes: number;
    readonly winnerBytes: number;
    /** Simple candidates of the space, and how many of them the limit shut out. */
    readonly simple: number;
    readonly shutOut: number;
    /** Best cross-validated balanced accuracy of candidates within half the limit; null when there was none. */
    readonly bestWithinHalf: number | null;
    readonly best: number;
  } | null;
}

export interface Cause {
  /** Stable name. */
  readonly kind: string;
  /** A sentence with the figures that it rests on. */
  readonly message: string;
  readonly remedy: string;
}

/**
 * Why a search's result is no better: those of the documented causes of poor results that the data show, with
 * figures. Empty when balanced accuracy and confidence are well above 90 %, cross-validated and held out, and do not hang
 * on the order of the lines.
 */
export function findCauses(facts: SearchFacts): Cause[] {
  const poor = facts.couples.filter(
    (couple) => !good(couple.crossValidated) || !good(couple.heldOut) || orderMatters(couple).length > 0,
  );
  if (poor.length === 0) return [];
  const several = facts.couples.length > 1;
  const causes = poor.flatMap((couple) =>
    [...coupleCauses(couple), ...orderMatters(couple)].map((cause) =>
      several ? { ...cause, message: `${couple.name}: ${cause.message}` } : cause,
    ),
  );
  return [...causes, ...searchCauses(facts)];
}

/** Those of the documented causes that the data of one couple show, whether its result is poor or not. */
export const coupleCauses = (couple: CoupleFacts): Cause[] => COUPLE_CAUSES.flatMap((find) => find(couple));

/** Well above 90 %; a part that nothing is known of is not poor by itself. */
function good({ balancedAccuracy, confidence, regular }: PartFacts): boolean {
  if (balancedAccuracy === null) return share(regular) >= WELL_ABOVE;
  return balancedAccuracy >= WELL_ABOVE && (confidence ?? 1) >= WELL_ABOVE;
}

const FEW_REGULAR = 100;
const FEW_ABNORMAL = 50;
/** Loss of a share between two parts, or above a threshold's own doing, that is worth a word. */
const NOTABLE = 0.03;
/** Standard errors beyond which a difference of two shares is no chance. */
const NO_CHANCE = 3;
/** Below, signals of both kinds are too alike for the winner. */
const CLEAR_CURVE = 0.97;
/** Strangers among a label's own lines are a mix-up up to this share; above, the kinds are alike. */
const MIXED_AT_MOST = 0.2;
/** Labels agree with their neighbours where a mix-up, not likeness, is to blame. */
const MIXED_AGREEMENT = 0.85;
/** Balanced accuracy that the order of the learned lines may be worth. */
const ORDER_AT_MOST = 0.1;
const HIGH_ENERGY = 0.05;
const ALL_LOW = 0.99;
const FEW_PERIODS = 2;
const NOTABLE_AXIS = 0.01;

const COUPLE_CAUSES: readonly ((couple: CoupleFacts) => Cause[])[] = [
  fewLines,
  unsettled,
  strangeStretch,
  mixedUp,
  tooAlike,
  threshold,
  drift,
  newKinds,
  sampling,
  axes,
];

function fewLines({ files }: CoupleFacts): Cause[] {
  return (['regular', 'abnormal'] as const).flatMap((label) => {
    const lines = files.filter((file) => file.label === label).reduce((sum, file) => sum + file.lines, 0);
    const recommended = label === 'regular' ? FEW_REGULAR : FEW_ABNORMAL;
    if (lines === 0 || lines >= recommended) return [];
    return {
      kind: `few ${label} lines`,
      message:
        `Only ${lines} ${label} lines; ${recommended} or more are recommended, ideally 500. ` +
        `One ${label} line that judges is worth ${points(0.5 / Math.max(1, Math.floor(lines * (label === 'regular' ? 0.75 : 0.5))))} of balanced accuracy.`,
      remedy: `Record more ${label} signals${label === 'regular' ? ', of every regime' : ', of every kind you know'}.`,
    };
  });
}

function unsettled({ learning }: CoupleFacts): Cause[] {
  if (learning.settled) return [];
  const { points, available, minimum } = learning;
  const [before, end] = [points.at(-2), points.at(-1)!];
  const enough = available >= minimum && before !== undefined;
  return [
    {
      kind: 'learning not settled',
      message: enough
        ? `The learning curve has not settled: balanced accuracy ${percentText(before.balancedAccuracy)} and confidence ` +
          `${percentText(before.confidence)} after ${before.learns} learns, ${percentText(end.balancedAccuracy)} and ` +
          `${percentText(end.confidence)} after all ${end.learns}.`
        : `Only ${available} lines were there to learn from, fewer than the ${minimum} that are recommended at least.`,
      remedy: 'Record more regular signals, of all regimes in turn: the library has not seen enough of them.',
    },
  ];
}

/** The files' own order is one that no device will meet again: what the winner owes to it is no promise. */
function orderMatters({ crossValidated, learning }: CoupleFacts): Cause[] {
  const recorded = crossValidated.balancedAccuracy ?? share(crossValidated.regular);
  const end = learning.points.at(-1);
  if (end === undefined || recorded - end.balancedAccuracy <= ORDER_AT_MOST) return [];
  return [
    {
      kind: 'order of learning',
      message:
        `What the library learns hangs on the order: balanced accuracy ${percentText(recorded)} cross-validated in the order of the ` +
        `files, ${percentText(end.balancedAccuracy)} at the end of the learning curve, in ${learning.orders} other orders (the worst ${percentText(end.lowest)}).`,
      remedy:
        'Let regimes and states take turns in the files as they will on the machine, check --axes, and trust the lower figure: a device learns in an order of its own.',
    },
  ];
}

/** A stretch of regular lines that a learner of all others does not know: a regime that occurs nowhere else. */
function strangeStretch({ files }: CoupleFacts): Cause[] {
  return files
    .filter(({ label }) => label === 'regular')
    .flatMap((file) => {
      const others = (than: Tally): Tally =>
        files
          .filter(({ label }) => label === 'regular')
          .flatMap(({ stretches }) => stretches)
          .filter((stretch) => stretch !== than)
          .reduce((sum, s) => ({ lines: sum.lines + s.lines, right: sum.right + s.right }), {
            lines: 0,
            right: 0,
          });
      return file.stretches.flatMap((stretch): Cause[] => {
        const rest = others(stretch);
        if (share(rest) - share(stretch) < 5 * NOTABLE || !noChance(rest, stretch)) return [];
        return [
          {
            kind: 'regime seen too little',
            message:
              `Lines ${stretch.first}–${stretch.last} of ${file.name} are unlike the other regular lines: a learner ` +
              `of the others recognises ${percentText(share(stretch))} of them, ${percentText(share(rest))} elsewhere.`,
            remedy:
              'If it is a regime of its own, record more of it and spread it over the file; if the machine was not well then, leave the lines out.',
          },
        ];
      });
    });
}

function mixedUp({ neighbours, placeOf }: CoupleFacts): Cause[] {
  if (neighbours === null || neighbours.agreement < MIXED_AGREEMENT) return [];
  return (['regular', 'abnormal'] as const).flatMap((label): Cause[] => {
    const rows = neighbours.strangers[label];
    const looked = neighbours.looked[label];
    if (rows.length < 2 || rows.length < NOTABLE_AXIS * looked || rows.length > MIXED_AT_MOST * looked)
      return [];
    const other = label === 'regular' ? 'abnormal' : 'regular';
    const places = rows.slice(0, 5).map((row) => placeOf(label, row));
    return [
      {
        kind: `${other} among ${label} lines`,
        message:
          `${rows.length} of ${looked} ${label} lines lie in the midst of ${other} ones: ` +
          `${places.join(', ')}${rows.length > places.length ? ', …' : ''}.`,
        remedy: `Look at these lines: where they were recorded under the wrong label, move or remove them.`,
      },
    ];
  });
}

function tooAlike({ crossValidated, neighbours }: CoupleFacts): Cause[] {
  const area = crossValidated.areaUnderCurve;
  if (area === null || area >= CLEAR_CURVE) return [];
  const known =
    neighbours === null
      ? ''
      : ` Even with both labels known, the nearest lines tell ${percentText(neighbours.agreement)} rightly.`;
  return [
    {
      kind: 'too alike',
      message:
        `Regular and abnormal signals are too alike: of one regular and one abnormal line, the regular one scores ` +
        `higher in ${percentText(area)} of pairs (AUC), where 100 % is clear.${known}`,
      remedy:
        'Check that the sensor, its place and its sampling show the fault at all; record signals in which it shows.',
    },
  ];
}

function threshold({ crossValidated, fittedBalancedAccuracy: fitted }: CoupleFacts): Cause[] {
  const { balancedAccuracy: judged } = crossValidated;
  if (judged === null || fitted === null || fitted - judged < NOTABLE) return [];
  return [
    {
      kind: 'threshold not transferable',
      message:
        `A threshold chosen on some lines does not suit the others: balanced accuracy ${percentText(judged)} with it, ` +
        `${percentText(fitted)} with one chosen on all lines.`,
      remedy:
        'Signals differ from one part of the files to the next: record all regimes and all kinds of faults in turn, not one after the other.',
    },
  ];
}

function drift({ crossValidated, heldOut }: CoupleFacts): Cause[] {
  const [before, after] = [crossValidated.regular, heldOut.regular];
  if (share(before) - share(after) < NOTABLE || !noChance(before, after)) return [];
  return [
    {
      kind: 'drift',
      message:
        `The last regular lines differ from the earlier ones: ${percentText(share(after))} of ${after.lines} held-out ` +
        `lines are recognised, ${percentText(share(before))} cross-validated before them.`,
      remedy:
        'Let the library learn again as the machine drifts, or record over a longer time so that the selection part sees the drift.',
    },
  ];
}

function newKinds({ crossValidated, heldOut }: CoupleFacts): Cause[] {
  const [before, after] = [crossValidated.abnormal, heldOut.abnormal];
  if (share(before) - share(after) < NOTABLE || !noChance(before, after)) return [];
  return [
    {
      kind: 'new kind of abnormal',
      message:
        `The last abnormal lines are of another kind than the earlier ones: ${percentText(share(after))} of ` +
        `${after.lines} held-out lines are found, ${percentText(share(before))} cross-validated before them.`,
      remedy:
        'Put examples of this kind among the first half of the abnormal file too, or raise the sensitivity.',
    },
  ];
}

function sampling({ sampling: { highShare, lowShare, periods }, repeatedShare }: CoupleFacts): Cause[] {
  const causes: Cause[] = [];
  if (highShare !== null && highShare > HIGH_ENERGY) {
    causes.push({
      kind: 'sampled too slowly',
      message: `${percentText(highShare)} of the signals' energy lies above 0.8 of half the sampling frequency (5 % is the most for a safe one): there may be more beyond it.`,
      remedy: 'Record at twice the sampling frequency, and compare (`neai sweep`).',
    });
  }
  if (repeatedShare > NOTABLE_AXIS) {
    causes.push({
      kind: 'sampled too fast',
      message: `Neighbouring samples repeat in ${percentText(repeatedShare)} of the lines: the sensor is read faster than it is written.`,
      remedy: "Wait for the sensor's data-ready signal, or lower the sampling frequency.",
    });
  } else if (lowShare !== null && lowShare > ALL_LOW && periods !== null && periods >= FEW_PERIODS) {
    causes.push({
      kind: 'sampled too fast',
      message: `${percentText(lowShare)} of the signals' energy lies below 0.05 of half the sampling frequency: most samples repeat what the one before said.`,
      remedy:
        'Record at a lower sampling frequency, and compare (`neai sweep`): the same buffer then sees more.',
    });
  }
  if (periods !== null && periods < FEW_PERIODS) {
    causes.push({
      kind: 'buffer too short',
      message: `The strongest component completes ${Number(periods.toFixed(1))} ${periods.toFixed(1) === '1.0' ? 'period' : 'periods'} within a buffer, less than two.`,
      remedy: 'Record a larger buffer, or sample more slowly, so that a signal holds the whole phenomenon.',
    });
  }
  return causes;
}

function axes({ sampling: { axes: all } }: CoupleFacts): Cause[] {
  return all.flatMap(({ axis, constantShare, clippedShare }): Cause[] => {
    if (constantShare > NOTABLE_AXIS) {
      return [
        {
          kind: 'constant axis',
          message: `Axis ${axis} has one single value in ${percentText(constantShare)} of the lines.`,
          remedy: 'Check the sensor and the wiring of this axis.',
        },
      ];
    }
    if (clippedShare <= NOTABLE_AXIS) return [];
    return [
      {
        kind: 'saturated axis',
        message: `Axis ${axis} is clipped: ${percentText(clippedShare)} of its samples stand at the end of its range, three or more in a row.`,
        remedy: 'Choose a larger measuring range of the sensor.',
      },
    ];
  });
}

function searchCauses({ interrupted, evaluations, budget, ram }: SearchFacts): Cause[] {
  const causes: Cause[] = [];
  if (ram !== null && ram.shutOut > 0) {
    const near = ram.winnerBytes > 0.7 * ram.limitBytes;
    const rising = ram.bestWithinHalf === null || ram.best - ram.bestWithinHalf >= 0.01;
    if (near || rising) {
      causes.push({
        kind: 'RAM limit',
        message:
          `The RAM limit of ${ram.limitBytes} bytes shuts out ${ram.shutOut} of ${ram.simple} simple candidates; ` +
          `the winner takes ${ram.winnerBytes}, and within half the limit the best reaches ` +
          `${ram.bestWithinHalf === null ? 'nothing' : percentText(ram.bestWithinHalf)} against ${percentText(ram.best)}.`,
        remedy: 'Allow more RAM and search again, to see what the limit costs.',
      });
    }
  }
  if (interrupted) {
    causes.push({
      kind: 'interrupted',
      message: `The search was interrupted after ${evaluations} of ${budget} candidates.`,
      remedy: 'Let it run to its end.',
    });
  }
  return causes;
}

/** Share of lines judged rightly; 1 where there are none. */
export const share = ({ right, lines }: Tally): number => (lines === 0 ? 1 : right / lines);

/** Two shares differ by more than three standard errors. */
export function noChance(a: Tally, b: Tally): boolean {
  if (a.lines === 0 || b.lines === 0) return false;
  const common = (a.right + b.right) / (a.lines + b.lines);
  const error = Math.sqrt(common * (1 - common) * (1 / a.lines + 1 / b.lines));
  return Math.abs(share(a) - share(b)) > NO_CHANCE * error;
}

export const percentText = (fraction: number): string => `${(100 * fraction).toFixed(1)} %`;
const points = (fraction: number): string => `${(100 * fraction).toFixed(1)} points`;
