/** `npm run check`: every static check of the house in one command; fails if any of them does. */
import { execa } from 'execa';
import { cruisedEnoughModules } from './import-rules.ts';

interface Check {
  readonly name: string;
  run(): Promise<string | undefined>;
}

const command = (name: string, program: string, args: string[]): Check => ({
  name,
  async run() {
    const result = await execa(program, args, { preferLocal: true, all: true, reject: false });
    return result.failed ? String(result.all) : undefined;
  },
});

const CHECKS: readonly Check[] = [
  command('types', 'tsc', ['--noEmit', '-p', '.']),
  command("types of the pages' scripts", 'tsc', ['-p', 'reports/page']),
  command('lint and format', 'biome', ['check', '--error-on-warnings', '.']),
  { name: 'import rules', run: cruisedEnoughModules },
  command('dead code', 'knip', ['--no-progress']),
  command('generated files are fresh', process.execPath, ['scripts/generate.ts', '--check']),
  command('C warnings', process.execPath, ['scripts/check-c.ts']),
];

const results = await Promise.all(CHECKS.map(async (check) => ({ check, problem: await check.run() })));
for (const { check, problem } of results) {
  console.log(`${problem === undefined ? 'ok    ' : 'FAILED'} ${check.name}`);
  if (problem !== undefined) console.log(problem.replace(/^/gm, '       '));
}
if (results.some(({ problem }) => problem !== undefined)) process.exitCode = 1;
