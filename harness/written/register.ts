import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { NeaiError } from '../../src/shared/errors.ts';
import type { TextPlace } from '../../src/shared/yaml-document.ts';
import type { BoardError } from '../board-error.ts';
import { test } from '../test.ts';
import { callAt } from './call-at.ts';
import { placedError } from './placed-error.ts';
import { playScenario } from './play.ts';
import { readScenarioFile, type ScenarioFile } from './scenario-file.ts';

interface Unreadable {
  readonly error: BoardError;
  readonly place: TextPlace;
}

type Body = Parameters<typeof test>[2];

/** Makes a test of every YAML file in a folder. A file that cannot be read is a test that fails and says where. */
export function writtenScenarios(folder: string): void {
  const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  for (const name of names.sort()) {
    const file = join(folder, name);
    const scenario = readOrFail(file);
    test.describe(name, () => register(file, scenario));
  }
}

function register(file: string, scenario: ScenarioFile | Unreadable): void {
  const at = { file, ...scenario.place };
  const define = (title: string, details: Parameters<typeof test>[1], body: Body): void =>
    callAt<Parameters<typeof test>>(at, test, title, details as never, body);
  if ('error' in scenario) {
    define('can be read', {}, () => {
      throw scenario.error;
    });
    return;
  }
  const { library: libraryPath, dataset: datasetPath, tags, title } = scenario;
  test.use({ libraryPath, ...(datasetPath === undefined ? {} : { datasetPath }) });
  const annotation =
    scenario.description === undefined ? [] : [{ type: 'description', description: scenario.description }];
  const details = { tag: tags.map((tag) => `@${tag}`), annotation };
  define(title, details, async ({ board, library, dataset }, testInfo) => {
    testInfo.attachments.push({ name: 'scenario', path: file, contentType: 'text/yaml' });
    await playScenario(scenario, {
      board,
      library,
      dataset,
      step: (text, place, work) => test.step(text, work, { location: { file, ...place } }),
    });
  });
}

function readOrFail(file: string): ScenarioFile | Unreadable {
  try {
    return readScenarioFile(relative(process.cwd(), file));
  } catch (error) {
    if (!(error instanceof NeaiError)) throw error;
    const { line = 1, column = 1 } = error.details;
    return { error: placedError(error), place: { line, column } };
  }
}
