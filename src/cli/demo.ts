import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { generateMotor, MOTOR_AXES } from '../studio/motor.ts';
import { registerCompare } from './compare.ts';
import { makeFolder } from './make-folder.ts';
import { printRemark } from './output.ts';

const SEED = 1;
const REGULAR_LINES = 240;
const ABNORMAL_LINES = 120;
const BUFFER_SIZE = 512;

/** `neai demo`: the main job on a generated machine, without any file or board of the user. */
export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('generate a motor with faults, then search, build, flash a virtual board and compare')
    .option('--out <dir>', 'folder for the files and the runs', 'runs')
    .option('--json', 'print one JSON document')
    .action(async ({ out, json }: { out: string; json?: boolean }) => {
      const folder = await makeFolder(join(out, 'demo-motor'));
      const files = await writeMotor(folder);
      printRemark(
        `a motor with a 3-axis accelerometer, ${REGULAR_LINES} regular and ${ABNORMAL_LINES} abnormal signals of ${MOTOR_AXES} × ${BUFFER_SIZE} values in ${folder}`,
      );
      const board = [
        '--axes',
        String(MOTOR_AXES),
        '--board',
        'nucleo-l432kc',
        '--name',
        'demo',
        '--out',
        out,
      ];
      const compare = ['compare', '--regular', files.regular, '--abnormal', files.abnormal, ...board];
      const job = new Command().exitOverride();
      registerCompare(job);
      await job.parseAsync([...compare, ...(json ? ['--json'] : [])], { from: 'user' });
    });
}

async function writeMotor(folder: string): Promise<{ regular: string; abnormal: string }> {
  const sizes = { regularLines: REGULAR_LINES, abnormalLines: ABNORMAL_LINES, bufferSize: BUFFER_SIZE };
  const motor = generateMotor({ seed: SEED, ...sizes });
  const files = { regular: join(folder, 'regular.csv'), abnormal: join(folder, 'abnormal.csv') };
  await writeFile(files.regular, `${motor.regular.join('\n')}\n`);
  await writeFile(files.abnormal, `${motor.abnormal.join('\n')}\n`);
  return files;
}
