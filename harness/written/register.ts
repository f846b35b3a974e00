import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { NeaiError } from '../../src/shared/errors.ts';
import { test } from '../test.ts';
import { placedError } from './placed-error.ts';
import { playScenario } from './play.ts';
import { readScenarioFile, type ScenarioFile } from './scenario-file.ts';

/** Makes a test of every YAML file in a folder. A file that cannot be read is a test that fails and says where. */
export function writtenScenarios(folder: string): void {
  const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  for (const name of names.sort()) test.describe(name, () => register(join(folder, name)));
}

function register(file: string): void {
  const scenario = readOrFail(file);
  if (scenario === undefined) return;
  const { library: libraryPath, dataset: datasetPath, tags, title } = scenario;
  test.use({ libraryPath, ...(datasetPath === undefined ? {} : { datasetPath }) });
  const annotation =
    scenario.description === undefined ? [] : [{ type: 'description', description: scenario.description }];
  const details = { tag: tags.map((tag) => `@${tag}`), annotation };
  test(title, details, async ({ board, library, dataset }, testInfo) => {
    testInfo.attachments.push({ name: 'scenario', path: file, contentType: 'text/yaml' });
    await playScenario(scenario, {
      board,
      library,
      dataset,
      step: (text, place, work) => test.step(text, work, { location: { file, ...place } }),
    });
  });
}

function readOrFail(file: string): ScenarioFile | undefined {
  try {
    return readScenarioFile(relative(process.cwd(), file));
  } catch (error) {
    if (!(error instanceof NeaiError)) throw error;
    test('can be read', () => {
      throw placedError(error);
    });
    return undefined;
  }
}
