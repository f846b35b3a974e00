import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { isMap, isSeq, parseDocument } from 'yaml';
import { NeaiError } from '../../shared/errors.ts';
import {
  GROUPS_OF_KIND,
  PROJECT_FILE,
  type Project,
  type ProjectDescription,
  type ProjectKind,
  parseProject,
  projectText,
} from './project-file.ts';

const HEADING = ' A project of neai: docs/projects.md says what may stand here.';
const placesToFill = (kind: ProjectKind): string => `
# Signal files, relative to this folder: neai project add writes them here.
${GROUPS_OF_KIND[kind]}: []
`;

/** What a new project is told; the rest of its file is filled in later. */
export type NewProject = Omit<ProjectDescription, 'couples' | 'classes'>;

/** Makes a project. @throws PROJECT_EXISTS, PROJECT_FILE_INVALID */
export function createProject(folder: string, project: NewProject): Project {
  const file = join(folder, PROJECT_FILE);
  if (existsSync(file)) throw new NeaiError('PROJECT_EXISTS', 'there is a project already', { file });
  const document = parseDocument('{}');
  document.contents = document.createNode(withoutEmpty(project)) as typeof document.contents;
  document.commentBefore = HEADING;
  const content = document.toString({ lineWidth: 0 }) + placesToFill(project.kind);
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
  /** A new couple or class, or one that is there: then its files get more. */
  readonly to: 'couples' | 'classes';
  readonly name: string;
  /** As seen from the current folder: `regular` and `abnormal` of a couple, `files` of a class. */
  readonly files: Readonly<Record<string, readonly string[]>>;
}

/**
 * Writes more files into a project's file, whose comments and order stay as they are.
 * @throws PROJECT_KIND; USAGE for a file that is there; PROJECT_FILE_INVALID
 */
export function addFiles(folder: string, additions: readonly FilesToAdd[]): Project {
  const file = join(folder, PROJECT_FILE);
  const before = projectText(file);
  const content = additions.reduce((text, one) => withFiles(folder, text, one), before);
  const project = parseProject(folder, content);
  replaceFile(file, content);
  return project;
}

function withFiles(folder: string, before: string, { to, name, files: added }: FilesToAdd): string {
  const { description } = parseProject(folder, before);
  if (GROUPS_OF_KIND[description.kind] !== to) {
    throw new NeaiError('PROJECT_KIND', `this is a project of the kind ${description.kind}`, {
      asked: GROUPS_OF_KIND[description.kind],
      got: to,
      file: join(folder, PROJECT_FILE),
    });
  }
  const document = parseDocument(before, { schema: 'failsafe' });
  const inProject = (path: string): string => relative(resolve(folder), resolve(path)).split(sep).join('/');
  const groups: readonly { readonly name: string }[] = description[to];
  const index = groups.findIndex((group) => group.name === name);
  const known = groups[index] as Readonly<Record<string, readonly string[] | string>> | undefined;
  const files = Object.fromEntries(
    Object.entries(added).map(([label, paths]) => [label, paths.map(inProject)]),
  );
  for (const [label, paths] of Object.entries(files)) {
    const twice = paths.find((path) => known?.[label]?.includes(path));
    if (twice === undefined) continue;
    throw new NeaiError('USAGE', `'${name}' has this file already (${label})`, { got: twice });
  }
  if (known === undefined) {
    const list = document.get(to, true);
    const item = document.createNode({ name, ...files });
    if (isSeq(list)) {
      list.flow = false;
      list.add(item);
    } else document.set(to, document.createNode([item]));
  } else {
    for (const [label, paths] of Object.entries(files)) {
      const list = document.getIn([to, index, label], true);
      if (isSeq(list)) {
        list.flow = false;
        for (const path of paths) list.add(document.createNode(path));
      } else if (paths.length > 0) {
        const map = document.getIn([to, index], true);
        if (isMap(map)) map.set(label, document.createNode(paths));
      }
    }
  }
  return document.toString({ lineWidth: 0 });
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
