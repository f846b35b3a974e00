import { relative } from 'node:path';
import type { Reporter, TestModule } from 'vitest/node';

/** Each area's share of `npm test` in minutes on two cores (docs/architecture.md, "Time in CI"). */
const SHARES_MINUTES: Record<string, number> = {
  'engine and parity': 4,
  'boards and virtual board': 4,
  'protocol and host': 4,
  'reports and harness': 3,
  'the rest': 3,
};

const AREA_OF_FOLDER: Record<string, string> = {
  engine: 'engine and parity',
  parity: 'engine and parity',
  studio: 'engine and parity',
  boards: 'boards and virtual board',
  virtual: 'boards and virtual board',
  'firmware-core': 'protocol and host',
  protocol: 'protocol and host',
  host: 'protocol and host',
  reports: 'reports and harness',
  record: 'reports and harness',
  compare: 'reports and harness',
  harness: 'reports and harness',
};

/** Tests that are about what a board does: they spend their time on virtual boards, not in the command. */
const ON_BOARDS = /^test\/(?:cli\/(?:flash|knowledge|rack|travel)|vendor\/(?:compare|classes))\.test\.ts$/;

/** Sums time per area, lists tests NOT RUN with their reasons, and ends with one plain line of counts. */
export class AreaReporter implements Reporter {
  #passed = 0;
  #failed = 0;
  #skipped = 0;
  readonly #notRun: string[] = [];
  readonly #milliseconds = new Map<string, number>();

  get ranNothing(): boolean {
    return this.#passed + this.#failed === 0;
  }

  onTestModuleEnd(module: TestModule): void {
    const file = relative(process.cwd(), module.moduleId);
    const area = ON_BOARDS.test(file)
      ? 'boards and virtual board'
      : (AREA_OF_FOLDER[file.split('/')[1] ?? ''] ?? 'the rest');
    const spentMs = module.diagnostic().duration + module.diagnostic().collectDuration;
    this.#milliseconds.set(area, (this.#milliseconds.get(area) ?? 0) + spentMs);
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed') this.#passed++;
      else if (result.state === 'failed') this.#failed++;
      else {
        this.#skipped++;
        const reason = result.state === 'skipped' ? (result.note ?? 'no reason given') : 'never started';
        this.#notRun.push(`${file}: ${test.fullName}: ${reason}`);
      }
    }
    // A file that cannot even be loaded has no tests, yet it has failed.
    if (module.state() === 'failed' && [...module.children.allTests('failed')].length === 0) this.#failed++;
  }

  onTestRunEnd(): void {
    const out = (text: string): void => {
      process.stdout.write(`${text}\n`);
    };
    out('\nTime by area (seconds of one worker; two work side by side), against its share:');
    for (const [area, share] of Object.entries(SHARES_MINUTES)) {
      const seconds = (this.#milliseconds.get(area) ?? 0) / 1000;
      out(`  ${area.padEnd(26)} ${seconds.toFixed(1).padStart(7)} s of ${share * 60} s`);
    }
    if (this.#notRun.length > 0) {
      out('\nNOT RUN:');
      for (const line of this.#notRun) out(`  ${line}`);
    }
    out(`\n${this.#passed} passed, ${this.#failed} failed, ${this.#skipped} skipped`);
  }
}
