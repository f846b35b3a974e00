import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type {
  FullConfig,
  FullResult,
  Reporter,
  Suite,
  TestCase,
  TestError,
  TestResult,
} from '@playwright/test/reporter';
import type { ScenarioRecord } from '../../src/record/scenario-record.ts';
import type { FailureClass } from '../../src/shared/error-codes.ts';
import { evidenceFolder } from '../evidence-folder.ts';
import { readSettings } from '../settings.ts';
import { attachmentsBack } from './attachments.ts';
import { classify, type Failure } from './failure-class.ts';
import { failureOf, reasonOf, warningsOf } from './judgement.ts';
import { propertiesOf } from './properties.ts';
import { writeRecord } from './record.ts';

/** What `neai test` reads to set its exit status. */
export interface Verdict {
  /** 0 passed, 1 a scenario failed, 2 configuration, 3 the rack failed, 130 interrupted. */
  readonly exitStatus: number;
  readonly passed: number;
  readonly failed: number;
  readonly flaky: number;
  readonly notRun: number;
  readonly failures: readonly (Pick<Failure, 'class' | 'code'> & { readonly title: string })[];
}

const NOTHING_MATCHED = `Nothing matches. A bare word selects files by name (neai test sensitivity, neai test my-scenario.yaml),
--grep selects scenarios by title or tag (neai test --grep "forgets everything"), --list shows all there are.
Reports and evidence of the last run are left as they were.`;

/** Playwright writes these anew even about a run in which there was nothing to run. */
const REPORTS_OF_OTHERS = ['html', 'junit.xml'];

let hasOne = false;

interface Judged {
  readonly title: string;
  readonly failure: Failure;
}

/** Judges a run from all attempts of all scenarios, says what was NOT RUN and why, and leaves the exit status in a file. */
export default class VerdictReporter implements Reporter {
  readonly #outside: Failure[] = [];
  #suite: Suite | undefined;
  #playwright = '';
  /** A configuration that has this reporter already gets it from `neai test` once more: one is enough. */
  readonly #isFirst = !hasOne;

  constructor() {
    hasOne = true;
  }

  printsToStdio(): boolean {
    return false;
  }

  onBegin(config: FullConfig, suite: Suite): void {
    this.#suite = suite;
    this.#playwright = config.version;
    if (!this.#isFirst) return;
    // As Playwright does with its own results: what lies here is of one run. A listing, and a run in which nothing
    // matches, leave it.
    if (readSettings().broker === undefined || suite.allTests().length === 0) return;
    for (const name of ['evidence', 'broker']) {
      rmSync(inOut(name), { recursive: true, force: true });
      mkdirSync(inOut(name), { recursive: true });
    }
  }

  onError(error: TestError): void {
    const failure = classify(error);
    // Outside of scenarios nothing is expected of a product: files that do not load, options that contradict each other.
    const isCoded = failure.code !== undefined;
    this.#outside.push(isCoded ? failure : { ...failure, class: 'configuration' });
  }

  onEnd(result: FullResult): void {
    if (!this.#isFirst) return;
    const tests = this.#suite?.allTests() ?? [];
    for (const test of tests) {
      for (const attempt of test.results) {
        attachmentsBack(attempt);
        addEvidenceOfTheDead(test, attempt);
      }
    }
    const ran = tests.filter((test) => test.results.length > 0);
    for (const test of ran) sayProperties(test);
    const failed = ran
      .filter((test) => test.outcome() === 'unexpected')
      .map((test): Judged => ({ title: titleOf(test), failure: failureOf(test) }));
    const flaky = ran
      .filter((test) => test.outcome() === 'flaky')
      .map((test): Judged => ({ title: titleOf(test), failure: failureOf(test) }));
    const notRun = ran.filter((test) => test.outcome() === 'skipped');
    const verdict: Verdict = {
      exitStatus: statusOf(result, failed, this.#outside),
      passed: ran.length - failed.length - flaky.length - notRun.length,
      failed: failed.length,
      flaky: flaky.length,
      notRun: notRun.length,
      failures: failed.map(({ title, failure }) => ({ title, class: failure.class, code: failure.code })),
    };
    const nothingMatched = this.#outside.some(({ message }) => /^(?:Error: )?No tests found/.test(message));
    const isRun = ran.length > 0 || this.#outside.length > 0;
    writeVerdict(verdict, isRun && !nothingMatched);
    if (nothingMatched) {
      process.stdout.write(`\n${NOTHING_MATCHED}\n`);
      for (const name of REPORTS_OF_OTHERS) moveIfThere(inOut(name), inOut(`${name}.kept`));
    }
    if (ran.length === 0) return;
    const record = writeRecord(ran, { result, exitStatus: verdict.exitStatus, playwright: this.#playwright });
    const lines = [
      ...ran.flatMap((test) => warningsOf(test).map((text) => `warning ${titleOf(test)}: ${text}`)),
      ...notRun.map((test) => `NOT RUN: ${titleOf(test)}: ${reasonOf(test)}`),
      ...flaky.map((judged) => `flaky ${inWords(judged)}`),
      ...failed.map((judged) => `failed ${inWords(judged)}`),
      `scenarios: ${verdict.passed} passed, ${verdict.failed} failed, ${verdict.flaky} flaky, ${verdict.notRun} not run`,
      ...payloadLine(record),
      `reports and evidence: ${relative(process.cwd(), readSettings().outDir) || '.'}`,
    ];
    process.stdout.write(`\n${lines.join('\n')}\n`);
  }

  /** When all reports are written. */
  async onExit(): Promise<void> {
    for (const name of REPORTS_OF_OTHERS) moveIfThere(inOut(`${name}.kept`), inOut(name));
  }
}

const inOut = (name: string): string => join(readSettings().outDir, name);

function moveIfThere(from: string, to: string): void {
  if (!existsSync(from)) return;
  rmSync(to, { recursive: true, force: true });
  renameSync(from, to);
}

function statusOf(result: FullResult, failed: readonly Judged[], outside: readonly Failure[]): number {
  if (result.status === 'interrupted') return 130;
  const classes = new Set<FailureClass>([...failed.map(({ failure }) => failure.class)]);
  if (classes.has('product') || classes.has('scenario')) return 1;
  for (const failure of outside) classes.add(failure.class);
  if (classes.has('configuration') || classes.has('scenario')) return 2;
  if (classes.has('rack')) return 3;
  return result.status === 'passed' ? 0 : 1;
}

const titleOf = (test: TestCase): string => test.titlePath().filter(Boolean).join(' › ');

function inWords({ title, failure }: Judged): string {
  const [first] = failure.message.split('\n');
  return `(${[failure.class, failure.code].filter(Boolean).join(', ')}) ${title}: ${first}`;
}

/** How much the scenarios have moved: the short form of each may move 100 KB. */
function payloadLine({ scenarios }: ScenarioRecord): string[] {
  const moved = scenarios.flatMap(({ title, attempts }) =>
    attempts.flatMap(({ facts }) => (facts === null ? [] : [{ title, bytes: facts.payloadBytes }])),
  );
  if (moved.length === 0) return [];
  const most = moved.reduce((a, b) => (b.bytes > a.bytes ? b : a));
  const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} KB`;
  const all = moved.reduce((sum, { bytes }) => sum + bytes, 0);
  return [`payload: ${kilobytes(all)} in all, at most ${kilobytes(most.bytes)} (${most.title})`];
}

/** Playwright writes annotations as properties into JUnit, and shows them on its HTML page. */
function sayProperties(test: TestCase): void {
  for (const [type, description] of Object.entries(propertiesOf(test))) {
    test.annotations.push({ type, description });
  }
}

/** A worker that died could attach nothing; the process that holds the boards has saved the evidence all the same. */
function addEvidenceOfTheDead(test: TestCase, attempt: TestResult): void {
  const folder = evidenceFolder(readSettings().outDir, {
    id: test.id,
    title: test.title,
    retry: attempt.retry,
  });
  if (attempt.attachments.some(({ path }) => path?.startsWith(folder)) || !existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const contentType = name.endsWith('.bin') ? 'application/octet-stream' : 'text/plain';
    attempt.attachments.push({ name, path: join(folder, name), contentType });
  }
}

/** Where `neai test` looks for it, and for people in the folder of the run: that of the last run that there was. */
function writeVerdict(verdict: Verdict, isRun: boolean): void {
  const forPeople = isRun ? inOut('verdict.json') : undefined;
  for (const file of [forPeople, process.env['NEAI_VERDICT_FILE']]) {
    if (file === undefined) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(verdict, undefined, 2)}\n`);
  }
}
