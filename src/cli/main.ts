import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { NeaiError } from '../shared/errors.ts';
import { reportFailure } from './failure.ts';
import { listenForInterrupt } from './interrupt.ts';
import { surviveLostStreams } from './output.ts';

const EXIT_STATUSES = `
Exit status: 0 done and passed, 1 equivalence failed, 2 bad input or usage, 3 the rack failed,
4 fitness failed, 130 interrupted. Codes of failures: docs/errors.md.`;

/**
 * The commands, in the order of the help. Only the one that is asked for is loaded: it starts sooner and needs less
 * memory than all of them.
 */
const COMMANDS: Readonly<Record<string, () => Promise<(program: Command) => void>>> = {
  check: async () => (await import('./check.ts')).registerCheck,
  dataset: async () => (await import('./dataset.ts')).registerDataset,
  project: async () => (await import('./project.ts')).registerProject,
  search: async () => (await import('./search.ts')).registerSearch,
  'search-classes': async () => (await import('./search-classes.ts')).registerSearchClasses,
  'compare-classes': async () => (await import('./compare-classes.ts')).registerCompareClasses,
  sweep: async () => (await import('./sweep.ts')).registerSweep,
  emulate: async () => (await import('./emulate.ts')).registerEmulate,
  try: async () => (await import('./try.ts')).registerTry,
  build: async () => (await import('./build.ts')).registerBuild,
  import: async () => (await import('./import.ts')).registerImport,
  flash: async () => (await import('./flash.ts')).registerFlash,
  console: async () => (await import('./console.ts')).registerConsole,
  backup: async () => (await import('./backup.ts')).registerBackup,
  restore: async () => (await import('./restore.ts')).registerRestore,
  knowledge: async () => (await import('./knowledge.ts')).registerKnowledge,
  compare: async () => (await import('./compare.ts')).registerCompare,
  history: async () => (await import('./history.ts')).registerHistory,
  travel: async () => (await import('./travel.ts')).registerTravel,
  selfcheck: async () => (await import('./selfcheck.ts')).registerSelfCheck,
  evidence: async () => (await import('./evidence.ts')).registerEvidence,
  verify: async () => (await import('./verify.ts')).registerVerify,
  replay: async () => (await import('./replay.ts')).registerReplay,
  duel: async () => (await import('./duel.ts')).registerDuel,
  report: async () => (await import('./report.ts')).registerReport,
  rack: async () => (await import('./rack.ts')).registerRack,
  doctor: async () => (await import('./doctor.ts')).registerDoctor,
  test: async () => (await import('./test.ts')).registerTest,
  virtual: async () => (await import('./virtual.ts')).registerVirtual,
  demo: async () => (await import('./demo.ts')).registerDemo,
};

async function program(asked: string | undefined): Promise<Command> {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const neai = new Command('neai')
    .description('From signal files to a compared board: search, emulate, build, flash, compare.')
    .version(manifest.version)
    .addHelpText('after', EXIT_STATUSES)
    .showHelpAfterError('(--help tells what a command takes)')
    .exitOverride();
  const one = asked !== undefined && Object.hasOwn(COMMANDS, asked) ? COMMANDS[asked] : undefined;
  for (const load of one === undefined ? Object.values(COMMANDS) : [one]) (await load())(neai);
  // Sub-commands made before exitOverride keep their own way out otherwise.
  for (const command of neai.commands.flatMap((own) => [own, ...own.commands])) command.exitOverride();
  return neai;
}

const json = process.argv.includes('--json');
// the original's emulator answers every misuse on standard output, with status 1
const asOriginal = process.argv[2] === 'emulate' && process.argv.includes('--original');
// A command reads a handful of documents: compiling code to check each kind of them costs more than it saves.
z.config({ jitless: true });
listenForInterrupt();
surviveLostStreams();
try {
  await (await program(process.argv[2])).parseAsync(process.argv);
} catch (thrown) {
  if (thrown instanceof CommanderError) {
    // Help and version are answers; everything else commander throws is a misuse that it has already explained.
    if (thrown.exitCode !== 0) {
      if (json && !asOriginal) reportFailure(new NeaiError('USAGE', thrown.message), true);
      process.exitCode = asOriginal ? 1 : 2;
    }
  } else {
    reportFailure(thrown, json);
  }
}
