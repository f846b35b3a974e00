import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Round {
  readonly name: string;
  /** Per scenario, what it left as scores. */
  readonly scores: ReadonlyMap<string, string>;
}

/** Scores of every scenario of a run that passed, from its CTRF report: every column but the ticks. */
export function readScores(outDir: string): Map<string, string> {
  const file = join(outDir, 'ctrf.json');
  if (!existsSync(file)) return new Map();
  const { results } = JSON.parse(readFileSync(file, 'utf8')) as { results: { tests: ReportedTest[] } };
  const scores = new Map<string, string>();
  for (const { status, filePath, name, attachments } of results.tests) {
    const scoresFile = attachments.find((attachment) => attachment.name === 'scores.csv');
    if (status !== 'passed' || scoresFile === undefined || !existsSync(scoresFile.path)) continue;
    scores.set(`${filePath}: ${name}`, withoutTicks(readFileSync(scoresFile.path, 'utf8')));
  }
  return scores;
}

interface ReportedTest {
  readonly status: string;
  readonly filePath: string;
  readonly name: string;
  readonly attachments: readonly { readonly name: string; readonly path: string }[];
}

const withoutTicks = (csv: string): string => csv.replaceAll(/,[^,\n]*$/gm, '');

/** Scenarios whose scores depend on the order in which scenarios ran, in words. */
export function differingScores(rounds: readonly Round[]): string[] {
  const leaks: string[] = [];
  const [first, ...others] = rounds;
  for (const [scenario, scores] of first?.scores ?? []) {
    for (const other of others) {
      const theirs = other.scores.get(scenario);
      if (theirs === undefined || theirs === scores) continue;
      leaks.push(
        `${scenario}: other scores in ${other.name} than in ${first!.name}, ${firstDifference(scores, theirs)}`,
      );
      break;
    }
  }
  return leaks;
}

function firstDifference(a: string, b: string): string {
  const [linesOfA, linesOfB] = [a.split('\n'), b.split('\n')];
  const index = linesOfA.findIndex((line, at) => line !== linesOfB[at]);
  return index < 0
    ? 'more calls'
    : `first in "${linesOfB[index] ?? 'nothing'}" instead of "${linesOfA[index]}"`;
}
