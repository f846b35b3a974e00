/**
 * `npm run bench:history`: what the search for steps in noisy figures is worth. For every kind of noise: false alarms in
 * a thousand runs in which nothing changes, with the exact 95 % interval of the rate, and the share of steps of 5 % that
 * are found within five runs, after 15, 30, 60 and 120 runs of before. `--histories N`, `--trials N`, `--seed N`.
 */
import { parseArgs } from 'node:util';
import { clopperPearson } from '../src/shared/clopper-pearson.ts';
import { falseAlarms, foundWithinFive, NOISE_KINDS } from './history/simulate.ts';

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '100' },
    trials: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
  },
});
const [histories, trials, seed] = [Number(values.histories), Number(values.trials), Number(values.seed)];
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`.padStart(8);

process.stdout.write(
  `${histories} histories of 1000 runs, ${trials} steps of 5 % each, seed ${seed}\n` +
    `${'noise'.padEnd(34)}${'false alarms / 1000 runs'.padEnd(30)}found within 5 runs, after 15, 30, 60, 120 runs\n`,
);
for (const { name, noise, promise } of NOISE_KINDS) {
  const alarms = falseAlarms(noise, { seed, histories });
  const [low, high] = clopperPearson(alarms, 1000 * histories)!;
  const rate = `${(alarms / histories).toFixed(2)} [${(1000 * low).toFixed(2)}, ${(1000 * high).toFixed(2)}]`;
  const found = [15, 30, 60, 120].map((before) => foundWithinFive(noise, { seed: seed + 7, trials, before }));
  const claim = promise === null ? '  (not promised)' : '';
  process.stdout.write(`${name.padEnd(34)}${rate.padEnd(30)}${found.map(percent).join('')}${claim}\n`);
}
