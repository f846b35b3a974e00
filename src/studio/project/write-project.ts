import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { isMap, isSeq, parseDocument } from 'yaml';
import { NeaiError } from '../../shared/errors.ts';
import type { Project, ProjectDescription } from './project-file.ts';
import { PROJECT_FILE, parseProject, projectText } from './project-file.ts';

const HEADING = ' A project of neai: docs/projects.md says what may stand here.';
const PLACES_TO_FILL = `
# Signal files, relative to this folder: neai project add writes them here.
couples: []
`;

/** What a new project is told; the rest of its file is filled in later. */
export type NewProject = Omit<ProjectDescription, 'couples'>;

/** Makes a project. @throws PROJECT_EXISTS, PROJECT_FILE_INVALID */
export function createProject(folder: string, project: NewProject): Project {
  const file = join(folder, PROJECT_FILE);
  if (existsSync(file)) throw new NeaiError('PROJECT_EXISTS', 'there is a project already', { file });
  const document = parseDocument('{}');
  document.contents = document.createNode(withoutEmpty(project)) as typeof document.contents;
  document.commentBefore = HEADING;
  const content = document.toString({ lineWidth: 0 }) + PLACES_TO_FILL;
  const made = parseProject(folder, content);
  mkdirSync(folder, { recursive: true });
  replaceFile(file, content);
  return made;
}

/** Objects and texts that say nothing are left out. */
function withoutEmpty(value: object): object {
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, typeof item === 'object' && item !== null ? withoutEmpty(item) : item])
      .filter(([, item]) => {
        if (item === undefined || item === '') return false;
        return typeof item !== 'object' || Object.keys(item as object).length > 0;
      }),
  );
}

export interface FilesToAdd {
  /** A new couple, or one that is there: then its files get more. */
  readonly couple: string;
  /** As seen from the current folder. */
  readonly regular: readonly string[];
  readonly abnormal: readonly string[];
}

/** Writes more files into a project's file, whose comments and order stay as they are. */
export function addFiles(folder: string, { couple, regular, abnormal }: FilesToAdd): Project {
  const file = join(folder, PROJECT_FILE);
  const before = projectText(file);
  const { description } = parseProject(folder, before);
  const document = parseDocument(before, { schema: 'failsafe' });
  const inProject = (path: string): string => relative(resolve(folder), resolve(path)).split(sep).join('/');
  const index = description.couples.findIndex(({ name }) => name === couple);
  const files = { regular: regular.map(inProject), abnormal: abnormal.map(inProject) };
  const known = description.couples[index];
  for (const label of ['regular', 'abnormal'] as const) {
    const twice = files[label].find((path) => known?.[label].includes(path));
    if (twice === undefined) continue;
    throw new NeaiError('USAGE', `couple '${couple}' has this ${label} file already`, { got: twice });
  }
  if (known === undefined) {
    const couples = document.get('couples', true);
    const item = document.createNode({ name: couple, ...files });
    if (isSeq(couples)) {
      couples.flow = false;
      couples.add(item);
    } else document.set('couples', document.createNode([item]));
  } else {
    for (const label of ['regular', 'abnormal'] as const) {
      const list = document.getIn(['couples', index, label], true);
      if (isSeq(list)) {
        list.flow = false;
        for (const path of files[label]) list.add(document.createNode(path));
      } else if (files[label].length > 0) {
        const map = document.getIn(['couples', index], true);
        if (isMap(map)) map.set(label, document.createNode(files[label]));
      }
    }
  }
  const content = document.toString({ lineWidth: 0 });
  const project = parseProject(folder, content);
  replaceFile(file, content);
  return project;
}

/** Beside the file and renamed: an interrupted command leaves the old one whole. */
export function replaceFile(file: string, content: string): void {
  const beside = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, content);
    renameSync(beside, file);
  } catch (cause) {
    throw new NeaiError('OUTPUT_NOT_WRITTEN', 'the file cannot be written', {
      file,
      got: (cause as Error).message,
      cause,
    });
  }
}
