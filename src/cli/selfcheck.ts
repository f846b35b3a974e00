import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { describeError, NeaiError } from '../shared/errors.ts';
import { boardSide } from './compare/sides/board-side.ts';
import { hostSide } from './compare/sides/compiled-side.ts';
import { interrupted } from './interrupt.ts';
import { makeFolder } from './make-folder.ts';
import { printJson, printLine, printRemark } from './output.ts';
import { type Checked, checkRung, type Place } from './selfcheck/check.ts';
import { DEFECTS } from './selfcheck/defects.ts';
import { chooseBoard } from './slot-choice.ts';

interface Options {
  readonly board?: string;
  readonly defects?: string[];
  readonly keep?: string;
  readonly json?: boolean;
}

/** `neai selfcheck`: is this installation fit to judge? */
export function registerSelfCheck(program: Command): void {
  program
    .command('selfcheck')
    .description(
      'plant ten defects in the C library and see that each is located, and that without one nothing differs',
    )
    .option('--board <board>', 'the same in the firmware of a virtual board of this kind, after the computer')
    .option('--defects <ids...>', `plant these only: ${DEFECTS.map(({ id }) => id).join(', ')}`)
    .option('--keep <dir>', 'keep record and page of every run there, and key.json: which run is which')
    .option('--json', 'print one JSON document')
    .action(selfCheck);
}

async function selfCheck(options: Options): Promise<void> {
  const { board, defects, keep, json } = options;
  const unknown = defects?.find((id) => !DEFECTS.some((defect) => defect.id === id));
  if (unknown !== undefined) {
    throw new NeaiError('USAGE', `there is no defect "${unknown}"`, {
      asked: DEFECTS.map(({ id }) => id).join(', '),
    });
  }
  const choice = board === undefined ? null : chooseBoard({ board });
  if (keep !== undefined) await makeFolder(keep);
  const folder = keep === undefined ? await mkdtemp(join(tmpdir(), 'neai-selfcheck-')) : resolve(keep);
  const objects = await mkdtemp(join(tmpdir(), 'neai-selfcheck-objects-'));
  try {
    const shared = {
      folder,
      signal: interrupted,
      only: defects,
      onDone: (checked: Checked) => {
        if (!json) printLine(lineOf(checked));
      },
    };
    const results = await checkRung({
      ...shared,
      rung: 'host-c',
      target: (plant) => hostSide({ plant, objects }),
    });
    if (choice !== null) {
      results.push(
        ...(await checkRung({
          ...shared,
          rung: choice.board,
          target: (plant) => boardSide(choice, { plant }),
        })),
      );
    }
    await report(results, folder, options);
  } catch (error) {
    // A check that was not made to its end has shown nothing.
    if (!json && !interrupted.aborted) printLine('NOT fit to judge: the check itself could not be made');
    throw error;
  } finally {
    await rm(objects, { recursive: true, force: true });
    if (keep === undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function report(results: readonly Checked[], folder: string, { keep, json }: Options): Promise<void> {
  const missed = results.filter(({ passed }) => !passed);
  const fit = missed.length === 0;
  const checks = results.map(({ record, report: page, ...rest }) =>
    keep === undefined ? rest : { ...rest, record, report: page },
  );
  if (keep !== undefined) await writeFile(join(folder, 'key.json'), `${JSON.stringify(checks, null, 2)}\n`);
  if (json) printJson({ fit, checks });
  else {
    printLine(
      fit
        ? `fit to judge: nothing differs without a defect, and each of ${results.length - goldenPasses(results)} is located`
        : 'NOT fit to judge',
    );
  }
  if (fit) return;
  const error = new NeaiError('SELF_CHECK_UNFIT', 'this installation is not fit to judge', {
    asked: missed.map(({ id, rung, expected }) => `${id} on ${rung}: ${placeText(expected)}`).join('; '),
    got: missed.map(({ id, rung, found }) => `${id} on ${rung}: ${placeText(found)}`).join('; '),
  });
  printRemark(describeError(error));
  process.exitCode = error.exitStatus;
}

const goldenPasses = (results: readonly Checked[]): number =>
  results.filter(({ expected }) => expected === null).length;

function lineOf({ passed, rung, title, found, seconds }: Checked): string {
  const verdict = passed ? 'ok    ' : 'MISSED';
  return `${verdict} ${rung}: ${title} → ${placeText(found)} (${seconds.toFixed(1)} s)`;
}

function placeText(place: Place | null): string {
  if (place === null) return 'no difference located';
  const stage = place.transform === null ? place.stage : `${place.stage} ${place.transform + 1}`;
  return `signal ${place.signal}, ${stage}`;
}
