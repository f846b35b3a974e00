/** Neighbours asked about each line. */
const NEIGHBOURS = 9;
/** Of them this many of the other label make a line a stranger among its own. */
const OF_THE_OTHER = 7;
/** Lines of a label that are looked at, evenly spaced where there are more. */
const MOST_LINES = 500;

/** What the lines nearest to each line say about its label, in the space of the winner's features. */
export interface NeighbourFacts {
  /** Rows of the lines that lie among lines of the other label. */
  readonly strangers: { readonly regular: readonly number[]; readonly abnormal: readonly number[] };
  /** Lines looked at. */
  readonly looked: { readonly regular: number; readonly abnormal: number };
  /** Balanced share of lines whose neighbours are mostly of their own label: what labels known to it could give. */
  readonly agreement: number;
}

/**
 * Asks the nine nearest lines of every line for their label; features are divided by their spread over all lines, and
 * votes weighted so that both labels count alike. Of more than 500 lines of a label an even share is looked at.
 * @param features row-major [lines × dimension]
 */
export function neighbourFacts(
  features: { readonly regular: Float32Array; readonly abnormal: Float32Array },
  dimension: number,
): NeighbourFacts | null {
  const rows = (of: Float32Array): number[] => {
    const lines = of.length / dimension;
    const shown = Math.min(lines, MOST_LINES);
    return Array.from({ length: shown }, (_, i) => Math.floor((i * lines) / shown));
  };
  const regular = rows(features.regular);
  const abnormal = rows(features.abnormal);
  if (Math.min(regular.length, abnormal.length) <= NEIGHBOURS) return null;
  const lines = [
    ...regular.map((row) => ({ row, other: false, at: features.regular })),
    ...abnormal.map((row) => ({ row, other: true, at: features.abnormal })),
  ];
  const points = new Float64Array(lines.length * dimension);
  lines.forEach(({ row, at }, i) => {
    for (let j = 0; j < dimension; j++) points[i * dimension + j] = at[row * dimension + j]!;
  });
  standardise(points, dimension);
  const strangers = { regular: [] as number[], abnormal: [] as number[] };
  let right = { regular: 0, abnormal: 0 };
  const weight = regular.length / abnormal.length;
  lines.forEach(({ row, other }, i) => {
    const near = nearest(points, dimension, i);
    const abnormalVotes = near.filter((j) => lines[j]!.other).length;
    const otherVotes = other ? near.length - abnormalVotes : abnormalVotes;
    const saysAbnormal = abnormalVotes * weight > near.length - abnormalVotes;
    if (saysAbnormal === other) {
      right = other ? { ...right, abnormal: right.abnormal + 1 } : { ...right, regular: right.regular + 1 };
    }
    if (otherVotes >= OF_THE_OTHER) (other ? strangers.abnormal : strangers.regular).push(row);
  });
  return {
    strangers,
    looked: { regular: regular.length, abnormal: abnormal.length },
    agreement: (right.regular / regular.length + right.abnormal / abnormal.length) / 2,
  };
}

function standardise(points: Float64Array, dimension: number): void {
  const lines = points.length / dimension;
  for (let j = 0; j < dimension; j++) {
    let sum = 0;
    for (let i = 0; i < lines; i++) sum += points[i * dimension + j]!;
    const mean = sum / lines;
    let squares = 0;
    for (let i = 0; i < lines; i++) squares += (points[i * dimension + j]! - mean) ** 2;
    const deviation = Math.sqrt(squares / lines) || 1;
    for (let i = 0; i < lines; i++)
      points[i * dimension + j] = (points[i * dimension + j]! - mean) / deviation;
  }
}

/** Indices of the nearest points, the point itself left out; of equally near ones the earlier. */
function nearest(points: Float64Array, dimension: number, from: number): number[] {
  const found: { index: number; distance: number }[] = [];
  const lines = points.length / dimension;
  for (let index = 0; index < lines; index++) {
    if (index === from) continue;
    let distance = 0;
    for (let j = 0; j < dimension; j++) {
      distance += (points[index * dimension + j]! - points[from * dimension + j]!) ** 2;
    }
    const last = found[NEIGHBOURS - 1];
    if (last !== undefined && distance >= last.distance) continue;
    let place = found.length;
    while (place > 0 && found[place - 1]!.distance > distance) place--;
    found.splice(place, 0, { index, distance });
    if (found.length > NEIGHBOURS) found.pop();
  }
  return found.map(({ index }) => index);
}
