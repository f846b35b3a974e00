import { type Cause, noChance, percentText, share, type Tally } from '../../engine/search/causes.ts';

/** A judged line of a run, in the order of the run. */
export interface JudgedLine {
  readonly label: 'nominal' | 'anomaly';
  readonly file: string;
  readonly line: number;
  readonly right: boolean;
}

/** Lines of one file that follow each other. */
interface Stretch extends Tally {
  readonly file: string;
  readonly first: number;
  readonly last: number;
}

/** A file is cut into so many stretches, of so many lines at least. */
const MOST_STRETCHES = 10;
const LEAST_LINES = 8;
/** Loss of a share from which a stretch is another one, and from which the later half of a file is. */
const OTHER = 0.15;
const DRIFTED = 0.05;

/**
 * Parts of files that the target judges worse than the rest: regular lines of a regime of their own, regular lines that
 * get worse towards the end of their files, abnormal lines of a kind that is not found.
 */
export function stretchCauses(lines: readonly JudgedLine[]): Cause[] {
  const [regular, abnormal] = (['nominal', 'anomaly'] as const).map((label) =>
    stretchesOf(lines.filter((line) => line.label === label)),
  ) as [Stretch[], Stretch[]];
  const drifted = drift(regular);
  return [...(drifted.length > 0 ? drifted : regimesApart(regular)), ...kindsApart(abnormal)];
}

function stretchesOf(lines: readonly JudgedLine[]): Stretch[] {
  const byFile = Map.groupBy(lines, ({ file }) => file);
  return [...byFile].flatMap(([file, own]) => {
    const count = Math.max(1, Math.min(MOST_STRETCHES, Math.floor(own.length / LEAST_LINES)));
    return Array.from({ length: count }, (_, i): Stretch => {
      const part = own.slice(
        Math.floor((i * own.length) / count),
        Math.floor(((i + 1) * own.length) / count),
      );
      return {
        file,
        first: part[0]!.line,
        last: part.at(-1)!.line,
        lines: part.length,
        right: part.filter(({ right }) => right).length,
      };
    });
  });
}

const sumOf = (tallies: readonly Tally[]): Tally => ({
  lines: tallies.reduce((sum, { lines }) => sum + lines, 0),
  right: tallies.reduce((sum, { right }) => sum + right, 0),
});

/** Stretches much worse than all the others, neighbouring ones as one. */
function worse(stretches: readonly Stretch[]): { readonly stretch: Stretch; readonly rest: Tally }[] {
  // Against those that are not worse themselves: two strange ones must not excuse each other.
  const median = [...stretches].map(share).sort((a, b) => a - b)[Math.floor(stretches.length / 2)] ?? 1;
  const usual = sumOf(stretches.filter((stretch) => share(stretch) >= median));
  const isWorse = (stretch: Stretch): boolean =>
    share(usual) - share(stretch) >= OTHER && noChance(usual, stretch);
  const joined: Stretch[] = [];
  let open = false;
  for (const stretch of stretches) {
    const last = joined.at(-1);
    if (!isWorse(stretch)) open = false;
    else if (open && last?.file === stretch.file) {
      joined[joined.length - 1] = { ...last, ...sumOf([last, stretch]), last: stretch.last };
    } else {
      joined.push(stretch);
      open = true;
    }
  }
  return joined.map((stretch) => ({ stretch, rest: usual }));
}

const placeOf = ({ file, first, last }: Stretch): string => `Lines ${first}–${last} of ${file}`;

function regimesApart(regular: readonly Stretch[]): Cause[] {
  return worse(regular).map(({ stretch, rest }) => ({
    kind: 'regime seen too little',
    message: `${placeOf(stretch)} are unlike the other regular lines: ${percentText(share(stretch))} of them are recognised, ${percentText(share(rest))} elsewhere.`,
    remedy:
      'If it is a regime of its own, learn more of it; if the machine was not well then, leave the lines out.',
  }));
}

function kindsApart(abnormal: readonly Stretch[]): Cause[] {
  return worse(abnormal).map(({ stretch, rest }) => ({
    kind: 'new kind of abnormal',
    message: `${placeOf(stretch)} are of another kind than the other abnormal lines: ${percentText(share(stretch))} of them are found, ${percentText(share(rest))} elsewhere.`,
    remedy: 'Search again with examples of this kind among the abnormal files, or raise the sensitivity.',
  }));
}

/** The second halves of the files are recognised less than the first, down to their ends. */
function drift(regular: readonly Stretch[]): Cause[] {
  const halves = [...Map.groupBy(regular, ({ file }) => file).values()]
    .filter((own) => own.length > 1)
    .map((own) => ({
      first: own.slice(0, own.length >> 1),
      second: own.slice(own.length >> 1),
    }));
  const [before, after] = [
    sumOf(halves.flatMap(({ first }) => first)),
    sumOf(halves.flatMap(({ second }) => second)),
  ];
  if (share(before) - share(after) < DRIFTED || !noChance(before, after)) return [];
  const ends = sumOf(halves.map(({ second }) => second.at(-1)!));
  if (share(ends) > share(after)) return [];
  return [
    {
      kind: 'drift',
      message: `The later regular lines differ from the earlier ones: ${percentText(share(after))} of the ${after.lines} lines in the second halves of their files are recognised, ${percentText(share(before))} in the first.`,
      remedy: 'Let the library learn again as the machine drifts, or learn over a longer time.',
    },
  ];
}
