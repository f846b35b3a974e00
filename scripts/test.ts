/** `npm test`: the whole suite, then each area's share of the time and every test that was NOT RUN, with the reason. */
import { startVitest } from 'vitest/node';
import { AreaReporter } from './area-reporter.ts';

const filters = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const reporter = new AreaReporter();
const vitest = await startVitest('test', filters, {
  run: true,
  watch: false,
  reporters: ['default', reporter],
});
await vitest.close();
if (reporter.ranNothing) {
  process.stderr.write('no test was run: a suite that finds nothing to run has failed\n');
  process.exitCode = 1;
}
