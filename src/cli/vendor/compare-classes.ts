import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBoard } from '../../boards/load.ts';
import { type ClassComparison, compareClasses } from '../../compare/class-answers.ts';
import { emptyConfusion, figuresOf } from '../../engine/classification/search/figures.ts';
import { NeaiError } from '../../shared/errors.ts';
import type { ClassifierRun } from '../../vendor/emulator/classify.ts';
import { runVendorClassifier, usableEmulator } from '../../vendor/emulator/run.ts';
import { type ImportedLibrary, loadVendorFolder } from '../../vendor/folder.ts';
import { type SessionOptions, withBoard } from '../board-session.ts';
import { askBoard, type BoardAnswer, type OnCode, typicalTicks } from '../classes/ask-board.ts';
import { type NamedLines, type Question, questionsOf } from '../classes/questions.ts';
import { interrupted } from '../interrupt.ts';
import { printJson, printLine } from '../output.ts';
import { chooseBoard } from '../slot-choice.ts';
import { buildVendorFirmware } from './firmware.ts';
import { requireRight } from './right.ts';
import { INTERFACES, refuseUnauthorised, refuseUnstarted } from './sides.ts';

export interface VendorClassesOptions extends SessionOptions {
  readonly class: readonly NamedLines[];
  readonly iHaveTheRight?: boolean;
}

/**
 * `neai compare-classes` with an imported classifier: the board against the vendor's own emulator, where one runs here.
 * Status 0 only where every class is the same and every probability within one unit of the last digit printed.
 */
export async function compareVendorClasses(path: string, options: VendorClassesOptions): Promise<void> {
  const { board: boardId } = chooseBoard(options);
  const board = loadBoard(boardId);
  requireRight({ kind: options.slot === undefined ? 'virtual' : 'silicon' }, options);
  const imported = await loadVendorFolder(path);
  const { header, id, classNames } = imported.library;
  if (header.kind !== 'classification')
    throw new NeaiError('USAGE', `a library of the kind ${header.kind} does not classify`, {
      remedy: 'neai compare takes libraries that learn and detect.',
    });
  const names =
    classNames.length > 0 ? classNames : Array.from({ length: header.classes }, (_, c) => `${c + 1}`);
  const questions = await questionsOf(names, header, options.class);
  const signals = questions.map(({ signal }) => signal);
  const folder = await mkdtemp(join(tmpdir(), 'neai-classes-'));
  try {
    const firmware = await buildVendorFirmware(imported, board, folder, interrupted);
    const emulator = usableEmulator(imported);
    const reference =
      emulator === null ? null : await runVendorClassifier(imported, signals, { signal: interrupted });
    const { answers, evidence } = await withBoard(options, async (session) => {
      requireRight(session.slot, options);
      await session.flash(firmware.elf, { signal: interrupted });
      const expected = { libraryId: id, firmwareHash: Buffer.from(firmware.buildId, 'hex') };
      const refused: OnCode = (operation, code, ownCode) => {
        refuseUnauthorised({ code, ownCode }, boardId);
        if (operation === 'initialize') refuseUnstarted({ code, ownCode }, imported);
      };
      return {
        answers: await askBoard(session, expected, signals, refused),
        evidence: { kind: session.slot.kind, uniqueId: session.identity.uniqueId },
      };
    });
    const document = documentOf(imported, { emulator, reference, names, questions, answers, evidence });
    if (options.json) printJson(document);
    else for (const line of linesOf(document)) printLine(line);
    process.exitCode = document.equivalence === 'PASS' ? 0 : 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Ran {
  readonly emulator: string | null;
  readonly reference: ClassifierRun | null;
  readonly names: readonly string[];
  readonly questions: readonly Question[];
  readonly answers: readonly BoardAnswer[];
  readonly evidence: { readonly kind: 'virtual' | 'silicon'; readonly uniqueId: string };
}

type Document = ReturnType<typeof documentOf>;

function documentOf({ library }: ImportedLibrary, ran: Ran) {
  const { emulator, reference, names, questions, answers, evidence } = ran;
  const decimals = reference?.decimals ?? null;
  const compared = compareClasses(reference?.answers ?? null, decimals, answers);
  const [flip] = compared.flips;
  const nameOf = (id: number): string => names[id - 1] ?? (id === 0 ? 'none' : `code ${id}`);
  // what is no class is a wrong answer all the same: it has a column of its own
  const none = names.length;
  const accuracy = (ids: readonly number[]): number => {
    const confusion = emptyConfusion(none + 1);
    ids.forEach((id, index) => {
      confusion[questions[index]!.truth]![id >= 1 && id <= none ? id - 1 : none]!++;
    });
    return figuresOf(
      confusion,
      confusion.map(() => 0),
    ).balancedAccuracy;
  };
  return {
    library: library.id,
    interface: INTERFACES[library.header.generation],
    evidence,
    reference: emulator,
    equivalence: compared.verdict,
    signals: questions.length,
    flips: compared.flips.length,
    firstFlip:
      flip === undefined
        ? null
        : {
            ...{ file: questions[flip.index]!.file, line: questions[flip.index]!.line },
            ...{ reference: nameOf(flip.reference), target: nameOf(flip.target) },
          },
    probabilities: { largest: compared.largest, tolerance: compared.tolerance, beyond: compared.beyond },
    perCall: {
      classify: typicalTicks(answers),
      unit: evidence.kind === 'virtual' ? 'instructions' : 'cycles',
    },
    balancedAccuracy: {
      board: accuracy(answers.map(({ code }) => code)),
      emulator: reference === null ? null : accuracy(reference.answers.map(({ classId }) => classId)),
    },
  };
}

const percent = (share: number): string => `${(Math.floor(1000 * share) / 10).toFixed(1)} %`;

function linesOf({
  evidence,
  firstFlip,
  probabilities,
  perCall,
  balancedAccuracy,
  ...rest
}: Document): string[] {
  const board = evidence.kind === 'virtual' ? 'a virtual board' : `silicon, unique id ${evidence.uniqueId}`;
  const { emulator } = balancedAccuracy;
  return [
    `library ${rest.library} of a vendor, interface ${rest.interface}: ${rest.signals} signals`,
    ...(rest.reference === null
      ? ['no reference: the library came without an emulator that runs on this computer']
      : [
          `${rest.flips} of ${rest.signals} classes are not those of ${rest.reference}`,
          probabilityLine(probabilities),
        ]),
    ...(firstFlip === null
      ? []
      : [
          `first: ${firstFlip.file}, line ${firstFlip.line}: ${firstFlip.reference} there, ${firstFlip.target} on the board`,
        ]),
    `balanced accuracy: board ${percent(balancedAccuracy.board)}${emulator === null ? '' : `, emulator ${percent(emulator)}`} (nobody tells which of these lines its training saw)`,
    `per call: classify ${perCall.classify ?? 'none'} ${perCall.unit}`,
    `equivalence ${rest.equivalence} (evidence: ${board})`,
  ];
}

function probabilityLine({
  largest,
  tolerance,
  beyond,
}: Pick<ClassComparison, 'largest' | 'tolerance' | 'beyond'>): string {
  if (largest === null || tolerance === null) return 'probabilities: the emulator prints none';
  return `probabilities: ${largest.toFixed(6)} apart at most, ${beyond} signals by more than the last digit it prints (${tolerance})`;
}
