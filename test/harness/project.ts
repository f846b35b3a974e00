import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import type { Verdict } from '../../harness/reporters/verdict.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const NEAI = join(ROOT, 'src/cli/main.ts');

export interface RunResult {
  readonly exitCode: number | undefined;
  readonly output: string;
}

/** A tiny project of scenarios in a folder of its own, run by the real command. */
export class Project {
  readonly folder = mkdtempSync(join(tmpdir(), 'neai-project-'));
  readonly out = join(this.folder, 'out');

  /** @param files name → text; `harness` in the text's imports is the project's own */
  constructor(files: Readonly<Record<string, string>>) {
    writeFileSync(join(this.folder, 'package.json'), '{ "type": "module" }\n');
    const config = join(ROOT, 'playwright.config.ts');
    writeFileSync(
      join(this.folder, 'playwright.config.ts'),
      `import config from '${config}';\nexport default { ...config, testDir: import.meta.dirname };\n`,
    );
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  write(name: string, text: string): string {
    const path = join(this.folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text.replaceAll("'harness'", `'${ROOT}/harness/index.ts'`));
    return path;
  }

  /** `neai test` with these arguments. */
  test(...args: string[]): Promise<RunResult> {
    return this.run(NEAI, 'test', ...this.#own, ...args);
  }

  /** The same with variables of the environment. */
  async testWith(env: Readonly<Record<string, string>>, ...args: string[]): Promise<RunResult> {
    const { exitCode, all } = await this.#start(env, NEAI, 'test', ...this.#own, ...args);
    return { exitCode, output: all ?? '' };
  }

  nightly(...args: string[]): Promise<RunResult> {
    return this.run(join(ROOT, 'scripts/nightly.ts'), ...this.#own, ...args);
  }

  async run(program: string, ...args: string[]): Promise<RunResult> {
    const { exitCode, all } = await this.start(program, ...args);
    return { exitCode, output: all ?? '' };
  }

  start(program: string, ...args: string[]) {
    return this.#start({}, program, ...args);
  }

  #start(env: Readonly<Record<string, string>>, program: string, ...args: string[]) {
    return execa(process.execPath, [program, ...args], {
      cwd: this.folder,
      env,
      all: true,
      reject: false,
    });
  }

  startTest(...args: string[]) {
    return this.start(NEAI, 'test', ...this.#own, ...args);
  }

  get #own(): string[] {
    return ['--config', join(this.folder, 'playwright.config.ts'), '--out', this.out];
  }

  get verdict(): Verdict {
    return this.json('verdict.json');
  }

  /** A file that the run has left. */
  text(name: string): string {
    return readFileSync(join(this.out, name), 'utf8');
  }

  json<Document>(name: string): Document {
    return JSON.parse(this.text(name)) as Document;
  }

  has(name: string): boolean {
    return existsSync(join(this.out, name));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Where the committed fixtures are, for `test.use({ libraryPath })` in a tiny project. */
export const FIXTURES = join(ROOT, 'scenarios/fixtures');
