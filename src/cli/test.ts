import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { openHistory } from '../history/database.ts';
import { countSessions } from '../history/scenario-facts.ts';
import { decodeScenarioRecord } from '../record/scenario-record.ts';
import { describeError, NeaiError } from '../shared/errors.ts';
import { formatRunId } from '../shared/run-id.ts';
import { thisHost } from './compare/run-folder.ts';
import { writeScenarioBundle } from './evidence/scenario-bundle.ts';
import { asNeaiError } from './failure.ts';
import { commitOf } from './history/commit.ts';
import { addHistoryOptions, folderInHistory, type HistoryOption, historyFile } from './history/options.ts';
import { makeFolder } from './make-folder.ts';
import { printRemark } from './output.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CONFIG = join(ROOT, 'playwright.config.ts');
/** What `neai test` cannot do without, whatever reporters its user asks for. */
const REPORTERS = ['verdict', 'history'].map((name) => join(ROOT, `harness/reporters/${name}.ts`));

const DEFAULT_OUT = join(ROOT, 'reports/out/scenarios');

const RUNNER_FAILED = 3;
/** Playwright's options behind which a name may stand that is no file of scenarios. */
const TAKES_A_VALUE =
  /^(?:-g|-gv|--grep|--grep-invert|-c|--config|--output|--test-list(?:-invert)?|--tsconfig)$/;

interface TestOptions extends HistoryOption {
  readonly board?: string;
  readonly rack?: string;
  readonly slot?: string;
  readonly long?: boolean;
  readonly longWaits?: boolean;
  readonly out?: string;
  readonly datasets?: string;
}

/** `neai test`: the scenarios, with every argument of Playwright's own runner. */
export function registerTest(program: Command): void {
  addHistoryOptions(program.command('test'))
    .description("run scenarios on virtual or real boards; takes Playwright's arguments")
    .argument('[arguments...]', 'of Playwright: files, --list, --grep, --retries, --workers, --ui …')
    .allowUnknownOption()
    .option('--board <board>', 'kind of board (default: nucleo-l432kc)')
    .option('--rack <file>', 'use the boards of this rack file; without it virtual ones are started')
    .option('--slot <names>', 'with --rack: these slots only, separated by commas')
    .option('--long', 'the long forms of the scenarios')
    .option('--long-waits', 'let scenarios wait longer than ten minutes on boards whose time cannot be moved')
    .option('--datasets <file>', 'registry of data sets (default: datasets.yaml here, if there is one)')
    .option('--out <dir>', 'folder for reports and evidence (default: reports/out/scenarios)')
    .addHelpText(
      'after',
      `
Exit status: 0 passed, 1 a scenario failed, 2 configuration, 3 the rack failed, 130 interrupted.
Playwright's own options: npx playwright test --help. How scenarios are written: docs/scenarios.md.`,
    )
    .action(async (args: string[], options: TestOptions) => {
      process.exitCode = await runScenarios(args, options);
    });
}

async function runScenarios(args: readonly string[], options: TestOptions): Promise<number> {
  if (options.slot !== undefined && options.rack === undefined)
    throw new NeaiError('USAGE', '--slot names a place in a rack file', { remedy: 'Add --rack FILE.' });
  const folder = mkdtempSync(join(tmpdir(), 'neai-verdict-'));
  const verdictFile = join(folder, 'verdict.json');
  const startedMs = Date.now();
  try {
    const cli = createRequire(import.meta.url).resolve('@playwright/test/cli');
    const own = [...writtenFiles(args), ...ownReporters(args)];
    const code = await run([cli, 'test', '--config', CONFIG, ...args, ...own], {
      ...process.env,
      NEAI_VERDICT_FILE: verdictFile,
      ...environment(options),
      ...(await historyEnvironment(options)),
    });
    if (existsSync(verdictFile)) {
      await bundleEvidence(resolve(options.out ?? DEFAULT_OUT), startedMs);
      // The verdict counts all attempts; Playwright knows only passed and failed.
      const { exitStatus } = JSON.parse(readFileSync(verdictFile, 'utf8')) as { exitStatus: number };
      // All scenarios are well and yet the runner ends badly: a report could not be written, or boards not given back.
      return exitStatus === 0 && code !== 0 ? RUNNER_FAILED : exitStatus;
    }
    // No reporter was ever started: Playwright refused its arguments or its configuration.
    return code === 0 || code === 130 ? code : 2;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Packs what this run has left; a listing, and a run in which nothing matched, leave the bundle of the last one. */
async function bundleEvidence(out: string, startedMs: number): Promise<void> {
  const file = join(out, 'record.json');
  const { mtimeMs = 0 } = statSync(file, { throwIfNoEntry: false }) ?? {};
  if (mtimeMs < startedMs) return;
  try {
    await writeScenarioBundle(out, decodeScenarioRecord(readFileSync(file, 'utf8'), file));
  } catch (thrown) {
    printRemark(`no bundle of evidence: ${describeError(asNeaiError(thrown))}`);
  }
}

/**
 * A YAML file is named like any other, but Playwright loads only files of its own: those that make scenarios of YAML
 * files, and of theirs what stands in the file named (nothing stands in line 999999).
 */
function writtenFiles(args: readonly string[]): string[] {
  const isFile = (arg: string, index: number): boolean =>
    /\.ya?ml(?::\d+)*$/.test(arg) && !arg.startsWith('-') && !TAKES_A_VALUE.test(args[index - 1] ?? '');
  return args.some(isFile) ? ['/written[^/]*[.]scenario[.]ts:999999'] : [];
}

/** Another configuration, or reporters named by the user, leave out ours. */
function ownReporters(args: readonly string[]): string[] {
  const replaces = args.some((arg) => /^(--reporter|--config|-c)(=|$)/.test(arg));
  return replaces ? ['--add-reporter', REPORTERS.join(',')] : [];
}

function environment({
  board,
  rack,
  slot,
  long,
  longWaits,
  out,
  datasets,
}: TestOptions): Record<string, string> {
  return {
    ...(board === undefined ? {} : { NEAI_BOARD: board }),
    ...(rack === undefined ? {} : { NEAI_RACK: resolve(rack) }),
    ...(slot === undefined ? {} : { NEAI_SLOTS: slot }),
    ...(long ? { NEAI_LONG: '1' } : {}),
    ...(longWaits ? { NEAI_LONG_WAITS: '1' } : {}),
    ...(out === undefined ? {} : { NEAI_SCENARIOS_OUT: resolve(out) }),
    ...(datasets === undefined ? {} : { NEAI_DATASETS: resolve(datasets) }),
  };
}

/**
 * What the reporter that keeps history is told. Opened once here, so that a history that is none is refused before any
 * board is touched.
 */
async function historyEnvironment(options: TestOptions): Promise<Record<string, string>> {
  const file = historyFile(options, 'runs');
  if (file === null) return {};
  const { commit } = await commitOf(process.cwd());
  await makeFolder(dirname(file));
  const database = openHistory(file);
  const number = countSessions(database) + 1;
  database.close();
  const name = { startedAt: new Date(), name: 'test', host: thisHost(), number };
  const folder = folderInHistory(file, options.out ?? DEFAULT_OUT);
  return { NEAI_HISTORY_OF_TEST: JSON.stringify({ file, commit, folder, session: formatRunId(name) }) };
}

/**
 * Waits for the runner; Ctrl-C reaches it from the terminal, other signals are passed on, and when this process is
 * killed the kernel ends it: an open UI mode would stay for ever.
 */
function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((done, reject) => {
    const command = ['--pdeathsig', 'TERM', '--', process.execPath, ...args];
    const child = spawn('setpriv', command, { stdio: 'inherit', env });
    const stop = (): void => void child.kill('SIGINT');
    process.on('SIGTERM', stop);
    child.once('error', (cause) => reject(new NeaiError('INTERNAL', cause.message, { cause })));
    child.once('exit', (code, signal) => {
      process.off('SIGTERM', stop);
      done(code ?? (signal === null ? 3 : 130));
    });
  });
}
