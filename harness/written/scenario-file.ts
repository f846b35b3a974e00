import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { NeaiError } from '../../src/shared/errors.ts';
import { readYaml, type TextPlace } from '../../src/shared/yaml-document.ts';
import { nameSchema, type Step, stepSchema, yesNo } from './steps.ts';

const DEFAULT_LIBRARY = 'fixtures/pump-1x16';

const scenarioSchema = z
  .strictObject({
    /** What the report calls it: a sentence about behaviour. */
    scenario: z.string().min(1, 'has no text'),
    description: z.string().optional(),
    tags: z.array(nameSchema).default([]),
    /** Folder with library.json, that file or a bundle; relative to the folder of scenarios. */
    library: z.string().min(1).default(DEFAULT_LIBRARY),
    /** Folder with regular.csv and abnormal.csv; the library's own when not given. */
    dataset: z.string().min(1).optional(),
    /** Every answer of the board is compared with the emulator's, unless a step says otherwise. */
    identical_to_emulator: yesNo.default(true),
    steps: z.array(stepSchema).min(1, 'has no steps'),
  })
  .superRefine(({ steps }, context) => {
    const saved = new Set<string>();
    for (const [index, step] of steps.entries()) {
      if (step?.verb === 'save') saved.add(keyOf(step));
      if (step?.verb !== 'restore' || saved.has(keyOf(step))) continue;
      const what = step.via === 'chip' ? 'on the chip' : `as '${step.name}'`;
      context.addIssue({
        code: 'custom',
        path: ['steps', index],
        message: `nothing was saved ${what} before`,
      });
    }
  });

/** The chip's own flash is one place; what leaves the board has a name. */
const keyOf = ({ via, name }: Extract<Step, { verb: 'save' | 'restore' }>): string =>
  via === 'chip' ? 'chip' : `file ${name}`;

export interface PlacedStep {
  readonly step: Step;
  readonly place: TextPlace;
  /** As it stands in the file, on one line. */
  readonly text: string;
}

/** A scenario that was written as data. */
export interface ScenarioFile {
  readonly file: string;
  /** Where its title stands. */
  readonly place: TextPlace;
  readonly title: string;
  readonly description: string | undefined;
  readonly tags: readonly string[];
  readonly library: string;
  readonly dataset: string | undefined;
  readonly identicalToEmulator: boolean;
  readonly steps: readonly PlacedStep[];
}

/** @throws NeaiError SCENARIO_FILE_INVALID with file, line and column */
export function readScenarioFile(file: string): ScenarioFile {
  try {
    return parseScenarioFile(readFileSync(file, 'utf8'), file);
  } catch (cause) {
    if (cause instanceof NeaiError) throw cause;
    throw new NeaiError('SCENARIO_FILE_INVALID', 'cannot be read', { file, got: String(cause), cause });
  }
}

/** @param file names the text in errors */
export function parseScenarioFile(text: string, file: string): ScenarioFile {
  const { value, document, placeOf } = readYaml(text, scenarioSchema, {
    file,
    code: 'SCENARIO_FILE_INVALID',
  });
  return {
    file,
    place: placeOf(['scenario']),
    title: value.scenario,
    description: value.description,
    tags: value.tags,
    library: value.library,
    dataset: value.dataset,
    identicalToEmulator: value.identical_to_emulator,
    steps: value.steps.map((step, index) => ({
      step,
      place: placeOf(['steps', index]),
      text: inWords(document.toJS().steps[index]),
    })),
  };
}

/** `learn: regular 1-40`, `detect: regular 41-60, expect: similarity_at_least 90`. */
function inWords(entry: unknown): string {
  if (Array.isArray(entry)) return entry.map(inWords).join(', ');
  if (typeof entry !== 'object' || entry === null) return String(entry);
  return Object.entries(entry)
    .map(([key, value]) => (value === '' ? key : `${key} ${inWords(value)}`))
    .join(', ');
}
