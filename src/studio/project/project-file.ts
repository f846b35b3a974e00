import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { className, MOST_CLASSES } from '../../engine/classification/library.ts';
import { NeaiError } from '../../shared/errors.ts';
import { readYaml, type YamlDocument } from '../../shared/yaml-document.ts';

export const PROJECT_FILE = 'neai-project.yaml';

const MOST_AXES = 16;

/** A number as YAML text has it. */
const number = (what: string, least: number, most: number) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, `must be ${what}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be ${what}`);
const bytes = (what: string) =>
  number(`a number of bytes: ${what}`, 1, 2 ** 31).refine(Number.isInteger, 'must be whole bytes');
const ticks = (what: string) =>
  number(`a number of core clocks: ${what}`, 1, 2 ** 32).refine(Number.isInteger, 'must be whole clocks');
const text = z.string().trim().min(1, 'must not be empty');
const files = z.array(text);

const coupleSchema = z.strictObject({
  /** What people call the machine. */
  name: text,
  /** Relative to the project's folder, in the order of their lines. */
  regular: files.min(1, 'a couple needs a file of regular signals'),
  abnormal: files.default([]),
});

const classSchema = z.strictObject({
  name: className,
  /** Relative to the project's folder, in the order of their lines. */
  files: files.min(1, 'a class needs a file'),
});

export const PROJECT_KINDS = ['anomaly-detection', 'classification'] as const;
export type ProjectKind = (typeof PROJECT_KINDS)[number];
/** What signal files of a project belong to. */
export const GROUPS_OF_KIND = { 'anomaly-detection': 'couples', classification: 'classes' } as const;

const projectSchema = z
  .strictObject({
    kind: z.enum(PROJECT_KINDS).default('anomaly-detection'),
    name: text,
    description: z.string().trim().default(''),
    owner: z.string().trim().default(''),
    /** What the library will run on: one of the two. */
    target: z
      .strictObject({ core: text.optional(), board: text.optional() })
      .refine(({ core, board }) => (core === undefined) !== (board === undefined), {
        message: 'names either a core or a board',
      }),
    limits: z
      .strictObject({
        ram: bytes('the most RAM that the library may need').optional(),
        flash: bytes('the most flash that the library may need').optional(),
        stack: bytes('the deepest stack that a function of the library may need').optional(),
        learn: ticks('the longest learn').optional(),
        detect: ticks('the longest detect').optional(),
      })
      .default({}),
    sensor: z.strictObject({
      type: text,
      axes: number(`a whole number of axes from 1 to ${MOST_AXES}`, 1, MOST_AXES).refine(
        Number.isInteger,
        'must be a whole number',
      ),
      samplingFrequency: number('a frequency in Hz', 0.001, 1e9).optional(),
    }),
    couples: z.array(coupleSchema).default([]),
    classes: z
      .array(classSchema)
      .max(MOST_CLASSES, `a library tells at most ${MOST_CLASSES} classes apart`)
      .default([]),
  })
  .superRefine((project, context) => {
    const issue = (path: PropertyKey[], message: string): void =>
      context.addIssue({ code: 'custom', path, message });
    for (const [groups, what] of [
      ['couples', 'couple'],
      ['classes', 'class'],
    ] as const) {
      const names = project[groups].map(({ name }) => name);
      names.forEach((name, index) => {
        if (names.indexOf(name) < index)
          issue([groups, index, 'name'], `there is a ${what} '${name}' already`);
      });
      if (names.length > 0 && GROUPS_OF_KIND[project.kind] !== groups) {
        issue([groups], `a project of the kind ${project.kind} has ${GROUPS_OF_KIND[project.kind]}`);
      }
    }
  });

/** A project as its file says it. RAM and flash in bytes, frequency in Hz. */
export type ProjectDescription = z.infer<typeof projectSchema>;

export interface Project {
  readonly folder: string;
  /** Path of neai-project.yaml. */
  readonly file: string;
  readonly description: ProjectDescription;
  readonly placeOf: YamlDocument<ProjectDescription>['placeOf'];
}

/** @throws PROJECT_FILE_INVALID with file, line and column */
export function readProject(folder: string): Project {
  const file = join(folder, PROJECT_FILE);
  return parseProject(folder, projectText(file));
}

/** @param content of neai-project.yaml */
export function parseProject(folder: string, content: string): Project {
  const file = join(folder, PROJECT_FILE);
  const { value, placeOf } = readYaml(content, projectSchema, { file, code: 'PROJECT_FILE_INVALID' });
  return { folder, file, description: value, placeOf };
}

export function projectText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new NeaiError('PROJECT_FILE_INVALID', 'cannot be read', {
      file,
      got: (cause as Error).message,
      remedy: 'Name the folder of a project, or make one with neai project create.',
      cause,
    });
  }
}
