import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { NeaiError } from '../shared/errors.ts';
import { registerBackup } from './backup.ts';
import { registerBuild } from './build.ts';
import { registerCheck } from './check.ts';
import { registerCompare } from './compare.ts';
import { registerConsole } from './console.ts';
import { registerDemo } from './demo.ts';
import { registerDoctor } from './doctor.ts';
import { registerEmulate } from './emulate.ts';
import { reportFailure } from './failure.ts';
import { registerFlash } from './flash.ts';
import { listenForInterrupt } from './interrupt.ts';
import { registerKnowledge } from './knowledge.ts';
import { registerRack } from './rack.ts';
import { registerReport } from './report.ts';
import { registerRestore } from './restore.ts';
import { registerSearch } from './search.ts';
import { registerTest } from './test.ts';
import { registerTry } from './try.ts';
import { registerVirtual } from './virtual.ts';

const EXIT_STATUSES = `
Exit status: 0 done and passed, 1 equivalence failed, 2 bad input or usage, 3 the rack failed,
4 fitness failed, 130 interrupted. Codes of failures: docs/errors.md.`;

function program(): Command {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const neai = new Command('neai')
    .description('From signal files to a compared board: search, emulate, build, flash, compare.')
    .version(manifest.version)
    .addHelpText('after', EXIT_STATUSES)
    .showHelpAfterError('(--help tells what a command takes)')
    .exitOverride();
  for (const register of [
    registerCheck,
    registerSearch,
    registerEmulate,
    registerTry,
    registerBuild,
    registerFlash,
    registerConsole,
    registerBackup,
    registerRestore,
    registerKnowledge,
    registerCompare,
    registerReport,
    registerRack,
    registerDoctor,
    registerTest,
    registerVirtual,
    registerDemo,
  ]) {
    register(neai);
  }
  // Sub-commands made before exitOverride keep their own way out otherwise.
  for (const command of neai.commands.flatMap((one) => [one, ...one.commands])) command.exitOverride();
  return neai;
}

const json = process.argv.includes('--json');
listenForInterrupt();
try {
  await program().parseAsync(process.argv);
} catch (thrown) {
  if (thrown instanceof CommanderError) {
    // Help and version are answers; everything else commander throws is a misuse that it has already explained.
    if (thrown.exitCode !== 0) {
      if (json) reportFailure(new NeaiError('USAGE', thrown.message), true);
      process.exitCode = 2;
    }
  } else {
    reportFailure(thrown, json);
  }
}
