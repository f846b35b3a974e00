import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createLibrary, type Library } from '../../src/engine/index.ts';
import { seededRandom } from '../../src/shared/random.ts';
import { runNeai } from '../cli/run-neai.ts';

/** Small, and with everything in it that bits may depend on: FFT, logarithms, roots, a factorised covariance. */
export const LIBRARY: Library = createLibrary(
  {
    format: 'neai-library',
    formatVersion: 1,
    kind: 'anomaly-detection',
    axes: 3,
    bufferSize: 32,
    pipeline: [
      {
        transform: 'concat',
        params: {
          blocks: [
            { transform: 'time_stats', params: {} },
            { transform: 'fft_bands', params: { layout: 'octave', relative: false } },
          ],
        },
      },
    ],
    model: { name: 'cov_shrink', params: {} },
    calibration: { scale: '3f000000', width: '40800000' },
    detectFloor: 20,
    minimumLearningIterations: 25,
  },
  null,
);

/** Writes library.json and files of signals into a folder. */
export async function writeInputs(folder: string): Promise<void> {
  await writeFile(join(folder, 'library.json'), JSON.stringify(LIBRARY));
  const random = seededRandom(4);
  const lines = (count: number, step: number): string =>
    Array.from({ length: count }, () =>
      Array.from({ length: 96 }, (_, i) =>
        (Math.sin(step * Math.floor(i / 3) + (i % 3)) + 0.3 * random.normal()).toFixed(4),
      ).join(','),
    ).join('\n');
  await writeFile(join(folder, 'regular.csv'), `${lines(60, 0.4)}\n`);
  await writeFile(join(folder, 'abnormal.csv'), `${lines(40, 0.9)}\n`);
}

/** Runs `neai build` in the folder, with library.json there, and returns what it prints with --json. */
export async function build(folder: string, out: string, ...args: string[]) {
  const { stdout, stderr, exitCode } = await runNeai(folder, 'build', '.', '--out', out, '--json', ...args);
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** The command line that a bundle's page gives for its example. */
export async function commandOfPage(bundle: string): Promise<string> {
  const page = await readFile(join(bundle, 'documentation.html'), 'utf8');
  const found = /<pre>(arm-none-eabi-gcc[^<]+)<\/pre>/.exec(page);
  if (found === null) throw new Error('the page has no command line');
  return found[1]!.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
