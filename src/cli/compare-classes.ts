import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { Classifier } from '../engine/classification/classifier.ts';
import type { ClassificationLibrary } from '../engine/classification/library.ts';
import { emptyConfusion, figuresOf } from '../engine/classification/search/figures.ts';
import { signalAt } from '../engine/dataset/dataset.ts';
import { type FileWithRange, parseFileWithRange, rowsInRange } from '../engine/dataset/line-range.ts';
import { SeenLines } from '../engine/dataset/seen-lines.ts';
import type { BoardSession } from '../host/board.ts';
import { NeaiError } from '../shared/errors.ts';
import { loadAnyLibrary } from '../studio/load-library.ts';
import { readDataset } from '../studio/read-dataset.ts';
import { addBoardOptions, type SessionOptions, withBoard } from './board-session.ts';
import { buildClassifierFirmware } from './bundle/classifier-bundle.ts';
import { interrupted } from './interrupt.ts';
import { printJson, printLine, startProgress } from './output.ts';
import { chooseBoard } from './slot-choice.ts';

interface Options extends SessionOptions {
  readonly class: readonly NamedLines[];
}

interface NamedLines {
  readonly name: string;
  readonly lines: FileWithRange;
}

/** One signal to classify, and what is known of it. */
interface Question {
  /** Place of the true class. */
  readonly truth: number;
  readonly file: string;
  readonly line: number;
  readonly signal: Float32Array;
  /** Search or training has seen it: left out of the figures. */
  readonly seen: boolean;
}

interface Answer {
  readonly code: number;
  /** Bits of the probabilities. */
  readonly words: Uint32Array;
}

/** `neai compare-classes LIB --class NAME=F[:first-last] … --board B`: does the board classify with the emulator's bits? */
export function registerCompareClasses(program: Command): void {
  const command = program
    .command('compare-classes')
    .description(
      'classify the same lines on a board and in the emulator, and compare ids and probabilities as bits',
    )
    .argument('<library>', 'folder with library.json, that file, or a bundle zip')
    .requiredOption('--class <NAME=LINES>', 'F[:first-last] of a class; may be repeated', addLines, []);
  addBoardOptions(command).option('--json', 'print one JSON document').action(compare);
}

function addLines(text: string, before: readonly NamedLines[]): readonly NamedLines[] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be NAME=F[:first-last].');
  return [...before, { name: text.slice(0, at), lines: parseFileWithRange(text.slice(at + 1)) }];
}

async function compare(path: string, options: Options): Promise<void> {
  const library = await loadAnyLibrary(path);
  if (library.kind !== 'classification') {
    throw new NeaiError('USAGE', 'this library does not classify', {
      got: library.kind,
      remedy: 'neai compare takes libraries that learn and detect.',
    });
  }
  const questions = await questionsOf(library, options.class);
  const classifier = new Classifier(library);
  classifier.initialize();
  const expected = questions.map(({ signal }): Answer => {
    const { code, probabilities } = classifier.classify(signal);
    return { code, words: new Uint32Array(probabilities.buffer) };
  });
  const { board } = chooseBoard(options);
  const folder = await mkdtemp(join(tmpdir(), 'neai-classes-'));
  try {
    const firmware = await buildClassifierFirmware(library, board, folder, interrupted);
    const run = await withBoard(options, async (session) => {
      await session.flash(firmware.elf, { signal: interrupted });
      const firmwareHash = Buffer.from(firmware.buildId, 'hex');
      const answers = await askBoard(session, { libraryId: library.id, firmwareHash }, questions);
      return { ...answers, evidence: { kind: session.slot.kind, uniqueId: session.identity.uniqueId } };
    });
    report(library, questions, expected, run, options.json === true);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function questionsOf(
  library: ClassificationLibrary,
  named: readonly NamedLines[],
): Promise<Question[]> {
  const seen = new SeenLines(library.search);
  const shape = { axes: library.axes, valuesPerLine: library.axes * library.bufferSize };
  const questions: Question[] = [];
  for (const { name, lines } of named) {
    const truth = library.classes.findIndex((one) => one.name === name);
    if (truth < 0) {
      const known = library.classes.map((one) => one.name).join(', ');
      throw new NeaiError('USAGE', `the library has no class '${name}'`, {
        asked: `one of ${known}`,
        got: name,
      });
    }
    const dataset = await readDataset(lines.path, shape);
    const { firstRow, lastRow } = rowsInRange(dataset, lines.range);
    for (let row = firstRow; row <= lastRow; row++) {
      const [signal, line] = [signalAt(dataset, row), dataset.lineNumbers[row]!];
      const known = seen.has(dataset.sha256, line, signal);
      questions.push({ truth, file: lines.path, line, signal, seen: known });
    }
  }
  return questions;
}

async function askBoard(
  session: BoardSession,
  expected: { readonly libraryId: string; readonly firmwareHash: Uint8Array },
  questions: readonly Question[],
): Promise<{ answers: Answer[]; ticks: number[] }> {
  const signal = interrupted;
  const client = await session.connect({ signal, expected });
  await client.call('initialize', {}, { signal });
  const progress = startProgress('board');
  const answers: Answer[] = [];
  const ticks: number[] = [];
  try {
    for (const question of questions) {
      const answer = await client.call('classify', { signal: question.signal }, { signal });
      answers.push({
        code: answer.classIdOrCode,
        words: new Uint32Array(answer.probabilities.slice().buffer),
      });
      ticks.push(answer.ticks);
      progress.update(answers.length / questions.length, `${answers.length}/${questions.length} calls`);
    }
  } finally {
    progress.end();
  }
  return { answers, ticks };
}

function report(
  library: ClassificationLibrary,
  questions: readonly Question[],
  expected: readonly Answer[],
  run: { answers: Answer[]; ticks: number[]; evidence: { kind: string; uniqueId: string } },
  json: boolean,
): void {
  const differing = differencesOf(questions, expected, run.answers);
  const judged = questions.filter(({ seen }) => !seen).length;
  const confusion = emptyConfusion(library.classes.length);
  questions.forEach(({ truth, seen }, i) => {
    if (!seen) confusion[truth]![run.answers[i]!.code - 1]!++;
  });
  const sorted = run.ticks.toSorted((a, b) => a - b);
  const document = {
    library: library.id,
    evidence: run.evidence,
    equivalence: differing.length === 0 ? 'PASS' : 'FAIL',
    signals: questions.length,
    mismatches: differing.length,
    firstMismatch: differing[0] ?? null,
    perCall: {
      classify: sorted[(sorted.length - 1) >> 1] ?? null,
      unit: run.evidence.kind === 'virtual' ? 'instructions' : 'cycles',
    },
    judged,
    balancedAccuracy:
      judged === 0
        ? null
        : figuresOf(
            confusion,
            confusion.map(() => 0),
          ).balancedAccuracy,
    confusion,
  };
  if (json) printJson(document);
  else for (const line of linesOf(document)) printLine(line);
  process.exitCode = differing.length === 0 ? 0 : 1;
}

/** Every question to which the two sides gave another id, or another bit of a probability. */
export function differencesOf(
  questions: readonly Pick<Question, 'file' | 'line'>[],
  emulator: readonly Answer[],
  board: readonly Answer[],
) {
  return questions.flatMap(({ file, line }, i) => {
    const [one, other] = [emulator[i]!, board[i]!];
    const same =
      one.code === other.code &&
      one.words.length === other.words.length &&
      one.words.every((word, c) => word === other.words[c]);
    return same ? [] : [{ file, line, emulator: shown(one), board: shown(other) }];
  });
}

const shown = ({ code, words }: Answer) => ({
  code,
  probabilities: Array.from(words, (word) => word.toString(16).padStart(8, '0')),
});

interface Summary {
  readonly library: string;
  readonly evidence: { readonly kind: string; readonly uniqueId: string };
  readonly equivalence: string;
  readonly signals: number;
  readonly mismatches: number;
  readonly firstMismatch: { readonly file: string; readonly line: number } | null;
  readonly perCall: { readonly classify: number | null; readonly unit: string };
  readonly judged: number;
  readonly balancedAccuracy: number | null;
}

function linesOf({ firstMismatch, perCall, evidence, ...summary }: Summary): string[] {
  const { balancedAccuracy: accuracy, judged } = summary;
  const percent = accuracy === null ? 'not shown' : `${(Math.floor(1000 * accuracy) / 10).toFixed(1)} %`;
  const board = evidence.kind === 'virtual' ? 'a virtual board' : `silicon, unique id ${evidence.uniqueId}`;
  return [
    `library ${summary.library}: ${summary.signals} signals compared, ${summary.mismatches} differ`,
    ...(firstMismatch === null
      ? []
      : [`first difference: ${firstMismatch.file}, line ${firstMismatch.line}`]),
    `balanced accuracy over ${judged} lines that search and training never saw: ${percent}`,
    `per call: classify ${perCall.classify ?? 'none'} ${perCall.unit}`,
    `equivalence ${summary.equivalence} (evidence: ${board})`,
  ];
}
