import { type Finding, signalAt } from '../dataset.ts';
import type { LabelSplit } from '../split.ts';
import { LabelSketch } from './label-sketch.ts';
import { robustScale } from './outliers.ts';

/** A file with its label. */
export interface LabelledSketch {
  readonly path: string;
  readonly sketch: LabelSketch;
}

/** Lines of each label that are compared with each other, evenly spread over the files. */
const COMPARED_LINES = 400;
/** Fewer say nothing about a file. */
const LEAST_COMPARED = 10;
/**
 * Share of lines whose nearest neighbour has the same label: one half when the labels mean nothing. Halves of one
 * file reach 0.63 (they drift apart); the hardest of our seven data sets has 0.81.
 */
const SAME_SHARE = 0.65;
/**
 * How much more of the abnormal lines lie among the regular ones than the other way round. Regular signals repeat,
 * abnormal ones are of many kinds: right labels give -0.4 to 0.1 on our seven data sets.
 */
const SWAPPED_SHARE = 0.3;
/** The same by how far lines scatter around their middle: right labels give ratios of 0.5 to 1.3 on the seven sets. */
const SWAPPED_SPREAD = 1.75;
/** A line lies among others when its nearest neighbour there is as near as theirs are in 95 of 100 cases. */
const AMONG_SHARE = 0.95;
/** One wild feature does not hide all others. */
const MOST_DEVIATIONS = 10;

const ABNORMAL_NAME = /abnormal|anomal|fault|fail|defect|broken/i;
const REGULAR_NAME = /(?<!ab|a|ir|un)(?:normal|regular|nominal|healthy)/i;

/** What the regular and the abnormal files look like side by side; nothing of it blocks. */
export function compareLabels(
  regular: readonly LabelledSketch[],
  abnormal: readonly LabelledSketch[],
): Finding[] {
  const findings = [...sharedLines(regular, abnormal), ...namesSwapped(regular, abnormal)];
  const r = thin(regular.flatMap(({ sketch }) => sketch.looks));
  const a = thin(abnormal.flatMap(({ sketch }) => sketch.looks));
  const lines = Math.min(r.length, a.length);
  if (lines < LEAST_COMPARED || r[0]!.length !== a[0]!.length) return findings;
  const scale = scalesOf([...thin(r, lines), ...thin(a, lines)]);
  const [regularLooks, abnormalLooks] = [r.map(scale), a.map(scale)];
  const share = nearestOfOwn(thin(regularLooks, lines), thin(abnormalLooks, lines));
  if (share < SAME_SHARE) {
    findings.push(
      strong(
        'nearly the same',
        `Regular and abnormal signals look nearly the same: ${percent(share)} of lines are nearest to one of their own label, 50 % would be chance.`,
        'Check that the files are what they are called; record clearer anomalies, other axes or another sampling frequency.',
      ),
    );
    return findings;
  }
  const why = whySwapped(regularLooks, abnormalLooks);
  if (why !== undefined && !findings.some(({ kind }) => kind === 'labels swapped')) {
    const remedy =
      'Regular signals should be the ones that repeat. Check which file is which; if they are right, record more kinds of anomalies.';
    findings.push(strong('labels swapped', `The labels look swapped: ${why}.`, remedy));
  }
  return findings;
}

/** The same for the files of a couple that are held in memory. */
export function compareSplits(regular: LabelSplit, abnormal: LabelSplit, axes: number): Finding[] {
  const sketched = ({ datasets }: LabelSplit): LabelledSketch[] =>
    datasets.map((dataset) => {
      const sketch = new LabelSketch(axes);
      for (let row = 0; row < dataset.lines; row++) sketch.add(signalAt(dataset, row));
      return { path: dataset.path, sketch };
    });
  if (regular.datasets.length === 0 || abnormal.datasets.length === 0) return [];
  return compareLabels(sketched(regular), sketched(abnormal));
}

/** Regular signals are of few kinds and abnormal ones of many: what it looks like when it is the other way round. */
function whySwapped(regular: readonly Look[], abnormal: readonly Look[]): string | undefined {
  const inRegular = shareAmong(abnormal, regular);
  const inAbnormal = shareAmong(regular, abnormal);
  if (inRegular - inAbnormal >= SWAPPED_SHARE) {
    return `${percent(inRegular)} of the abnormal lines lie among the regular ones, but only ${percent(inAbnormal)} the other way round`;
  }
  const ratio = spread(regular) / spread(abnormal);
  if (ratio < SWAPPED_SPREAD) return undefined;
  return `the regular lines scatter ${ratio.toFixed(1)} times as far as the abnormal ones`;
}

const strong = (kind: string, message: string, remedy: string, count = 1): Finding => ({
  kind,
  level: 'strong',
  count,
  places: [],
  message,
  remedy,
});

const percent = (share: number): string => `${Math.round(100 * share)} %`;

function sharedLines(regular: readonly LabelledSketch[], abnormal: readonly LabelledSketch[]): Finding[] {
  return regular.flatMap((one) =>
    abnormal.flatMap((other) => {
      const both = one.sketch.contentsIn(other.sketch);
      if (both === 0) return [];
      const message = `${one.path} and ${other.path} share signals: ${both} are in both, once as regular and once as abnormal.`;
      return [strong('shared lines', message, 'Remove them from the file where they do not belong.', both)];
    }),
  );
}

function namesSwapped(regular: readonly LabelledSketch[], abnormal: readonly LabelledSketch[]): Finding[] {
  const name = (path: string): string =>
    path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const named = (path: string, is: RegExp, isNot: RegExp): boolean =>
    is.test(name(path)) && !isNot.test(name(path));
  const wrong = [
    ...regular.filter(({ path }) => named(path, ABNORMAL_NAME, REGULAR_NAME)),
    ...abnormal.filter(({ path }) => named(path, REGULAR_NAME, ABNORMAL_NAME)),
  ];
  if (wrong.length === 0) return [];
  const message = `The labels look swapped: by its name ${wrong.map(({ path }) => path).join(' and ')} has the other label.`;
  return [strong('labels swapped', message, 'Check which file is which.', wrong.length)];
}

function thin<T>(items: readonly T[], most = COMPARED_LINES): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)]!);
}

type Look = readonly number[];

/** Brings every feature to the same robust scale. */
function scalesOf(looks: readonly Look[]): (look: Look) => Look {
  const scales = looks[0]!.map((_, i) => robustScale(Float64Array.from(looks, (look) => look[i]!)));
  return (look) =>
    look.map((value, i) => {
      const { center, deviation } = scales[i]!;
      const z = deviation > 0 ? (value - center) / deviation : 0;
      return Math.max(-MOST_DEVIATIONS, Math.min(MOST_DEVIATIONS, z));
    });
}

function distance(a: Look, b: Look, atMost: number): number {
  let sum = 0;
  for (let i = 0; i < a.length && sum < atMost; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum;
}

/** Squared distance to the nearest of `others`, `self` left out. */
function nearest(look: Look, others: readonly Look[], self = -1): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < others.length; i++) {
    if (i !== self) least = Math.min(least, distance(look, others[i]!, least));
  }
  return least;
}

function nearestOfOwn(regular: readonly Look[], abnormal: readonly Look[]): number {
  const own = (of: readonly Look[], others: readonly Look[]): number =>
    of.reduce((sum, look, i) => {
      const [here, there] = [nearest(look, of, i), nearest(look, others)];
      return sum + (here < there ? 1 : here === there ? 0.5 : 0);
    }, 0);
  return (own(regular, abnormal) + own(abnormal, regular)) / (regular.length + abnormal.length);
}

/** Share of `looks` that lie among `others`. */
function shareAmong(looks: readonly Look[], others: readonly Look[]): number {
  const apart = Float64Array.from(others, (look, i) => nearest(look, others, i)).sort();
  const near = apart[Math.floor(AMONG_SHARE * (apart.length - 1))]!;
  return looks.filter((look) => nearest(look, others) <= near).length / looks.length;
}

/** Root of the mean squared distance from the middle, feature by feature. */
function spread(looks: readonly Look[]): number {
  const center = looks[0]!.map((_, i) => robustScale(Float64Array.from(looks, (look) => look[i]!)).center);
  const sum = looks.reduce((all, look) => all + distance(look, center, Number.POSITIVE_INFINITY), 0);
  return Math.sqrt(sum / looks.length);
}
