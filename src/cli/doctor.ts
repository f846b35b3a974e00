import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import type { Checkup } from '../host/checkup.ts';
import { thisComputer } from '../host/computer.ts';
import { examine } from '../host/doctor.ts';
import { stlinkRules } from '../host/udev-rules.ts';
import { interrupted } from './interrupt.ts';
import { printJson, printLine } from './output.ts';

interface DoctorCommandOptions {
  readonly rack: string;
  readonly root: string;
  readonly udevRules?: true;
  readonly json?: true;
}

const NEAI = fileURLToPath(new URL('../../bin/neai', import.meta.url));
/** The status of a failed rack: something stands between this computer and its boards. */
const PROBLEM_STATUS = 3;
const MARKS = { ok: 'ok     ', warning: 'warning', problem: 'PROBLEM' } as const;

/** `neai doctor`: what stands between this computer and its boards, with the remedy to paste. */
export function registerDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check tools, permissions, ports and probes of this computer; tell the remedy to paste')
    .option('--rack <file>', 'rack file to compare with what is plugged in', 'rack.yaml')
    .option('--udev-rules', 'print the udev rules for ST-LINK probes, and check nothing')
    .option('--root <folder>', 'folder that stands for /, with sys, dev, proc and etc below it', '/')
    .option('--json', 'print one JSON document: problems, warnings, checks')
    .action(doctor);
}

async function doctor(options: DoctorCommandOptions): Promise<void> {
  if (options.udevRules === true) {
    process.stdout.write(stlinkRules());
    return;
  }
  const computer = thisComputer(options.root, interrupted);
  const checks = await examine(computer, { rackFile: options.rack, neai: quoted(NEAI) });
  const count = (status: Checkup['status']): number => checks.filter((one) => one.status === status).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  if (options.json === true) printJson({ problems, warnings, checks });
  else {
    for (const line of checks.flatMap(checkLines)) printLine(line);
    printLine(`${checks.length} checks: ${problems} problems, ${warnings} warnings`);
  }
  if (problems > 0) process.exitCode = PROBLEM_STATUS;
}

function checkLines({ status, title, found, remedy = [] }: Checkup): string[] {
  return [`${MARKS[status]}  ${title}: ${found}`, ...remedy.map((command) => `           ${command}`)];
}

/** As a shell takes it. */
const quoted = (path: string): string =>
  /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
