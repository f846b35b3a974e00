import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Classifier } from '../engine/classification/classifier.ts';
import type { ClassificationLibrary } from '../engine/classification/library.ts';
import { emptyConfusion, figuresOf } from '../engine/classification/search/figures.ts';
import { SeenLines } from '../engine/dataset/seen-lines.ts';
import { NeaiError } from '../shared/errors.ts';
import { holdToRegistry, loadRegistry } from '../studio/dataset-registry.ts';
import { loadAnyLibrary } from '../studio/load-library.ts';
import { isVendorFolder } from '../vendor/folder.ts';
import { addBoardOptions, type SessionOptions, withBoard } from './board-session.ts';
import { buildClassifierFirmware } from './bundle/classifier-bundle.ts';
import { askBoard, type BoardAnswer, typicalTicks } from './classes/ask-board.ts';
import { addLines, type NamedLines, type Question, questionsOf } from './classes/questions.ts';
import { interrupted } from './interrupt.ts';
import { printJson, printLine } from './output.ts';
import { chooseBoard } from './slot-choice.ts';
import { compareVendorClasses } from './vendor/compare-classes.ts';

interface Options extends SessionOptions {
  readonly class: readonly NamedLines[];
  readonly iHaveTheRight?: boolean;
  readonly datasets?: string;
}

/** A signal to classify, and whether search and training have seen it: it is left out of the figures then. */
type KnownQuestion = Question & { readonly seen: boolean };

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
    .argument('<library>', 'folder with library.json, that file, a bundle zip, or a folder of neai import')
    .requiredOption('--class <NAME=LINES>', 'F[:first-last] of a class; may be repeated', addLines, []);
  addBoardOptions(command)
    .option('--i-have-the-right', "an imported library's licence allows a virtual board to run it")
    .option('--datasets <file>', 'registry of data sets (default: datasets.yaml here, if there is one)')
    .option('--json', 'print one JSON document')
    .action(compare);
}

async function compare(path: string, options: Options): Promise<void> {
  const files = options.class.map(({ lines }) => lines.path);
  await holdToRegistry(await loadRegistry(options.datasets), files);
  if (await isVendorFolder(path)) return compareVendorClasses(path, options);
  const library = await loadAnyLibrary(path);
  if (library.kind !== 'classification') {
    throw new NeaiError('USAGE', 'this library does not classify', {
      got: library.kind,
      remedy: 'neai compare takes libraries that learn and detect.',
    });
  }
  const questions = await knownQuestionsOf(library, options.class);
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
      const signals = questions.map(({ signal }) => signal);
      const answers = await askBoard(session, { libraryId: library.id, firmwareHash }, signals);
      return { answers, evidence: { kind: session.slot.kind, uniqueId: session.identity.uniqueId } };
    });
    report(library, questions, expected, run, options.json === true);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function knownQuestionsOf(
  library: ClassificationLibrary,
  named: readonly NamedLines[],
): Promise<KnownQuestion[]> {
  const seen = new SeenLines(library.search);
  const names = library.classes.map(({ name }) => name);
  const questions = await questionsOf(names, library, named);
  return questions.map((one) => ({ ...one, seen: seen.has(one.fileSha256, one.line, one.signal) }));
}

function report(
  library: ClassificationLibrary,
  questions: readonly KnownQuestion[],
  expected: readonly Answer[],
  run: { answers: BoardAnswer[]; evidence: { kind: string; uniqueId: string } },
  json: boolean,
): void {
  const answered = run.answers.map(({ code, probabilities }) => ({
    code,
    words: new Uint32Array(probabilities.buffer),
  }));
  const differing = differencesOf(questions, expected, answered);
  const judged = questions.filter(({ seen }) => !seen).length;
  const confusion = emptyConfusion(library.classes.length);
  questions.forEach(({ truth, seen }, i) => {
    if (!seen) confusion[truth]![run.answers[i]!.code - 1]!++;
  });
  const document = {
    library: library.id,
    evidence: run.evidence,
    equivalence: differing.length === 0 ? 'PASS' : 'FAIL',
    signals: questions.length,
    mismatches: differing.length,
    firstMismatch: differing[0] ?? null,
    perCall: {
      classify: typicalTicks(run.answers),
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
