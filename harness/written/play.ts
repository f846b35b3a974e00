import type { Library } from '../../src/engine/index.ts';
import { NeaiError } from '../../src/shared/errors.ts';
import type { Answer, Backup, Board } from '../board.ts';
import type { BoardError } from '../board-error.ts';
import type { Dataset } from '../dataset.ts';
import { Reference } from '../reference.ts';
import { codeInWords, HIGHEST_SIMILARITY } from '../return-codes.ts';
import { placedError } from './placed-error.ts';
import type { PlacedStep, ScenarioFile } from './scenario-file.ts';
import type { SignalChoice, Step, StepOf } from './steps.ts';

const SUCCESS = { initialize: 0, learn: 1 } as const;

export interface Stage {
  readonly board: Board;
  readonly library: Library;
  readonly dataset: Dataset;
  /** Runs one step under its title; the report shows it at its place in the file. */
  readonly step: (title: string, place: PlacedStep['place'], work: () => Promise<void>) => Promise<void>;
}

interface NamedSignal {
  /** `regular 41` */
  readonly name: string;
  readonly signal: Float32Array;
}

/** What the emulator is to know when a backup comes back. */
interface Saved {
  readonly knowledge: Uint8Array;
  readonly sensitivity: number;
  /** What left the board; nothing does when it is saved on the chip. */
  readonly backup?: Backup;
}

/**
 * Plays a scenario that was written as data on a board, and on an emulator beside it.
 * @throws NeaiError EXPECTATION_MISSED and SCENARIO_FILE_INVALID with file, line and column; whatever the board throws
 */
export async function playScenario(scenario: ScenarioFile, stage: Stage): Promise<void> {
  const player = new Player(scenario, stage);
  // What cannot be done here is said before anything is done.
  const signals = scenario.steps.map((placed) => player.signalsOf(placed));
  const waits = scenario.steps.map(({ step }) => (step.verb === 'wait' ? step.ms : 0));
  stage.board.needsTime(waits.reduce((sum, ms) => sum + ms, 0));
  if (scenario.steps.some(({ step }) => step.verb === 'power_cycle')) stage.board.needs('control');
  for (const [index, placed] of scenario.steps.entries())
    await stage.step(placed.text, placed.place, () => player.play(placed, signals[index]!));
}

class Player {
  readonly #scenario: ScenarioFile;
  readonly #board: Board;
  readonly #library: Library;
  readonly #dataset: Dataset;
  readonly #saved = new Map<string, Saved>();
  #onChip: Saved | undefined;
  #loadsAtBoot = false;
  #emulator: Reference;

  constructor(scenario: ScenarioFile, { board, library, dataset }: Stage) {
    this.#scenario = scenario;
    this.#board = board;
    this.#library = library;
    this.#dataset = dataset;
    this.#emulator = new Reference(library);
  }

  signalsOf({ step, place }: PlacedStep): NamedSignal[] {
    if (step.verb !== 'learn' && step.verb !== 'detect') return [];
    return step.signals.flatMap((choice) => this.#chosen(choice, place));
  }

  #chosen({ label, first, last }: SignalChoice, place: PlacedStep['place']): NamedSignal[] {
    const all = this.#dataset[label];
    if ((last ?? first) > all.length)
      throw this.#error('SCENARIO_FILE_INVALID', place, `the ${label} file has ${all.length} signals`, {
        got: `${label} ${first}-${last ?? first}`,
      });
    return all.slice(first - 1, last).map((signal, index) => ({ name: `${label} ${first + index}`, signal }));
  }

  async play({ step, place }: PlacedStep, signals: readonly NamedSignal[]): Promise<void> {
    switch (step.verb) {
      case 'initialize':
        return this.#initialize(step, place);
      case 'learn':
        return this.#learn(step, place, signals);
      case 'detect':
        return this.#detect(step, place, signals);
      case 'set_sensitivity':
        await this.#board.setSensitivity(step.sensitivity);
        this.#emulator.setSensitivity(step.sensitivity);
        return;
      case 'reset':
        await this.#board.reset(step.by);
        return this.#forget();
      case 'power_cycle':
        await this.#board.powerCycle();
        return this.#forget();
      case 'save':
        return this.#save(step);
      case 'restore':
        return this.#restore(step);
      case 'wait':
        return this.#board.wait(step.ms);
      case 'expect_counter': {
        const { learnCounter } = await this.#board.getStatus();
        return this.#expect(place, 'the learn counter', step.counter, learnCounter);
      }
      case 'expect_sensitivity': {
        const asked = Math.fround(step.sensitivity);
        return this.#expect(place, 'the sensitivity', asked, await this.#board.getSensitivity());
      }
      default:
        return neverHappens(step);
    }
  }

  async #initialize({ expect }: StepOf<'initialize'>, place: PlacedStep['place']): Promise<void> {
    const [answer, expected] = [await this.#board.initialize(), this.#emulator.initialize()];
    this.#compare(place, 'initialize', answer, expected, expect.identical_to_emulator);
    this.#expect(place, 'the code of initialize', expect.code ?? SUCCESS.initialize, answer.code);
  }

  async #learn(
    { expect }: StepOf<'learn'>,
    place: PlacedStep['place'],
    signals: readonly NamedSignal[],
  ): Promise<void> {
    for (const { name, signal } of signals) {
      const [answer, expected] = [await this.#board.learn(signal), this.#emulator.learn(signal)];
      this.#compare(place, `learn of ${name}`, answer, expected, expect.identical_to_emulator);
      this.#expect(place, `the code of learn of ${name}`, expect.code ?? SUCCESS.learn, answer.code);
    }
  }

  async #detect(
    { expect }: StepOf<'detect'>,
    place: PlacedStep['place'],
    signals: readonly NamedSignal[],
  ): Promise<void> {
    const codes: number[] = [];
    for (const { name, signal } of signals) {
      const [answer, expected] = [await this.#board.detect(signal), this.#emulator.detect(signal)];
      this.#compare(place, `detect of ${name}`, answer, expected, expect.identical_to_emulator);
      codes.push(answer.code);
      const what = `the similarity of ${name}`;
      if (expect.code !== undefined)
        this.#expect(place, `the code of detect of ${name}`, expect.code, answer.code);
      else this.#within(place, what, answer.code, 0, HIGHEST_SIMILARITY);
      this.#within(place, what, answer.code, expect.similarity_at_least, expect.similarity_at_most);
    }
    const mean = codes.reduce((sum, code) => sum + code, 0) / codes.length;
    this.#within(
      place,
      `the mean of ${codes.length} similarities`,
      mean,
      expect.mean_at_least,
      expect.mean_at_most,
    );
  }

  async #save({ via, name, loadAtBoot }: StepOf<'save'>): Promise<void> {
    const { knowledge, sensitivity } = {
      knowledge: this.#emulator.knowledge(),
      sensitivity: this.#emulator.getSensitivity(),
    };
    if (via === 'chip') {
      await this.#board.dump({ loadAtBoot });
      this.#onChip = { knowledge, sensitivity };
      this.#loadsAtBoot = loadAtBoot;
    } else {
      this.#saved.set(name, { knowledge, sensitivity, backup: await this.#board.backup(via) });
    }
  }

  async #restore({ via, name }: StepOf<'restore'>): Promise<void> {
    const saved = via === 'chip' ? this.#onChip! : this.#saved.get(name)!;
    if (via === 'chip') await this.#board.load();
    else await this.#board.restore(saved.backup!, via);
    this.#remember(saved);
  }

  /** RAM is lost; what the chip loads at boot comes back by itself. */
  #forget(): void {
    this.#emulator = new Reference(this.#library);
    if (this.#loadsAtBoot) this.#remember(this.#onChip!);
  }

  #remember({ knowledge, sensitivity }: Saved): void {
    this.#emulator.restore(knowledge);
    this.#emulator.setSensitivity(sensitivity);
  }

  #compare(
    place: PlacedStep['place'],
    what: string,
    answer: Answer,
    expected: Answer,
    wanted = this.#scenario.identicalToEmulator,
  ): void {
    if (wanted) this.#expect(place, `${what}: what the emulator answers`, inWords(expected), inWords(answer));
  }

  #within(
    place: PlacedStep['place'],
    what: string,
    got: number,
    least = 0,
    most = Number.POSITIVE_INFINITY,
  ): void {
    if (got >= least && got <= most) return;
    const asked = got < least ? `at least ${least}` : `at most ${most}`;
    const code = got > HIGHEST_SIMILARITY ? `, which is no similarity: ${codeInWords(got)}` : '';
    throw this.#error('EXPECTATION_MISSED', place, what, { asked, got: `${got}${code}` });
  }

  #expect(place: PlacedStep['place'], what: string, asked: number | string, got: number | string): void {
    if (asked === got) return;
    throw this.#error('EXPECTATION_MISSED', place, what, { asked: String(asked), got: String(got) });
  }

  #error(
    code: 'EXPECTATION_MISSED' | 'SCENARIO_FILE_INVALID',
    place: PlacedStep['place'],
    message: string,
    details: { readonly asked?: string; readonly got: string },
  ): BoardError {
    return placedError(new NeaiError(code, message, { file: this.#scenario.file, ...place, ...details }));
  }
}

const inWords = ({ code, learnCounter, digest }: Answer): string =>
  `code ${code}, ${learnCounter} learned, digest ${digest.toString(16).padStart(8, '0')}`;

function neverHappens(step: never): never {
  throw new Error(`no such step: ${JSON.stringify(step satisfies Step)}`);
}
