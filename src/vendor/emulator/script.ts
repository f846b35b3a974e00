import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NeaiError } from '../../shared/errors.ts';
import { CODE, type EmulatorCall, type EmulatorRun, groupsOf, linesOf } from './calls.ts';
import { runInSandbox, type SandboxOptions } from './sandbox.ts';
import { SEEN_AS } from './walls.ts';

/** The system's own interpreter: one in a home folder is not seen inside the sandbox. */
const PYTHON = '/usr/bin/python3';
const NOT_READY = 'NEAI_LEARNING_IN_PROGRESS';

/** Names of both files in the sandbox's folder. */
export interface EmulatorScript {
  readonly library: string;
  readonly script: string;
}

/**
 * One run of the script that has read and answered something.
 * @returns fail: throws VENDOR_EMULATOR_FAILED with the end of what it answered
 */
export async function callScript(
  { library, script }: EmulatorScript,
  words: readonly string[],
  options: SandboxOptions,
): Promise<{ readonly output: string; readonly fail: (why: string) => never }> {
  // The script takes './' away, and a bare name is looked for among the system's libraries.
  const command = [PYTHON, '-B', script, '--lib', `${SEEN_AS}/${library}`, ...words, '-v'];
  const { exitCode, output } = await runInSandbox(command, options);
  if (exitCode === 127 || /prlimit: failed to execute/.test(output)) {
    throw new NeaiError('VENDOR_EMULATOR_UNUSABLE', "generation 5's emulator is a Python script", {
      got: `${PYTHON} is not there`,
      remedy: 'Install python3.',
    });
  }
  const fail = (why: string): never => {
    throw new NeaiError('VENDOR_EMULATOR_FAILED', `the emulator ${why}`, {
      asked: command.slice(1).join(' '),
      got: `status ${exitCode}: ${output.trim().slice(-600)}`,
    });
  };
  // Its errors are text, with status 0 or not.
  if (exitCode !== 0 || /^(Error|Traceback)\b/m.test(output)) fail('has refused the call');
  return { output, fail };
}

/**
 * Emulator of generation 5: a shared library behind the vendor's Python script. State lives as long as the script runs, so
 * one run does it all: initialize, then what is learned, then what is detected.
 * @throws VENDOR_EMULATOR_FAILED with what it answered, VENDOR_EMULATOR_UNUSABLE, and what runInSandbox throws
 */
export async function runScript(
  files: EmulatorScript,
  calls: readonly EmulatorCall[],
  options: SandboxOptions,
): Promise<EmulatorRun> {
  const groups = groupsOf(calls);
  if (!/^initialize(,learn)?(,detect)?$/.test(groups.map(({ operation }) => operation).join(','))) {
    throw new NeaiError('VENDOR_EMULATOR_UNUSABLE', "generation 5's emulator learns first and detects then", {
      got: groups.map(({ operation, signals }) => `${signals.length} × ${operation}`).join(', '),
    });
  }
  const words: string[] = [];
  for (const { operation, signals } of groups.slice(1)) {
    await writeFile(join(options.folder, `${operation}.csv`), linesOf(signals));
    words.push(`--${operation}`, `${operation}.csv`);
  }
  const { output, fail } = await callScript(files, words, options);
  const codes: number[] = [];
  for (const { operation, signals } of groups) {
    if (operation === 'initialize') codes.push(CODE.initialized);
    else if (operation === 'learn') {
      const learned = Number(/^Learning .*?(\d+) signals/m.exec(output)?.[1]);
      if (learned !== signals.length) return fail(`has learned ${learned} of ${signals.length} signals`);
      codes.push(...signals.map(() => CODE.learned));
    } else {
      const answers = [...output.matchAll(/^\s*Signal\s+\d+:\s+(?:Similarity\s+(\d+)%|Error - (\w+))/gm)];
      if (answers.length !== signals.length)
        return fail(`has answered ${answers.length} of ${signals.length} signals`);
      for (const [line, similarity, state] of answers) {
        if (similarity === undefined && state !== NOT_READY) return fail(`answered "${line.trim()}"`);
        codes.push(similarity === undefined ? CODE.notReady : Number(similarity));
      }
    }
  }
  return { codes, version: null, knowledge: null };
}
