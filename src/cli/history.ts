import type { Command } from 'commander';
import * as actions from './history/actions.ts';
import { importAll } from './history/import.ts';
import { addReadOptions, type OpenedHistory, type ReadOptions, withHistory } from './history/open.ts';
import { prune } from './history/prune.ts';
import { wholeNumber } from './options.ts';

type Action = (
  history: OpenedHistory,
  options: ReadOptions,
  ...args: (string | undefined)[]
) => void | Promise<void>;

/** `neai history …`: runs over time. */
export function registerHistory(program: Command): void {
  const group = program
    .command('history')
    .description('runs over time: list them, trends, since when something differs, baselines, alarms');
  addReadOptions(group).action((options: ReadOptions) =>
    withHistory(options, (history) => actions.list(history, options)),
  );
  // Options before or after the name of a sub-command may end up with the group: both are looked at.
  const add = (usage: string, description: string, action: Action): Command =>
    addReadOptions(group.command(usage).description(description).exitOverride()).action((...given) => {
      const command = given.at(-1) as Command;
      const options = { ...group.opts<ReadOptions>(), ...command.opts<ReadOptions>() };
      return withHistory(options, (history) => action(history, options, ...command.args));
    });

  add('trend [figure]', 'every figure of every scenario, board and library over time', actions.trend);
  add(
    'page',
    'write the page of trends, alarms and baselines, and the document that it is drawn from',
    actions.page,
  ).option('--out <file>', 'page to write; the document lies beside it', 'runs/history.html');
  add(
    'since [what]',
    'since when does this differ: equivalence, outcome, a figure, a fact, library, FILE:LINE',
    actions.since,
  );
  add('compare <a> <b>', 'two runs side by side', actions.compareTwo);
  add('prune', 'take old runs out of the history, and say which; never one that a baseline rests on', prune)
    .option('--keep <n>', 'newest runs of each scenario and board that stay', wholeNumber(1))
    .option('--older-than <days>', 'only runs that began so many days ago or more', wholeNumber(1))
    .option('--folders', 'their folders below the history, too')
    .option('--dry-run', 'only say what would go');
  add('flakes', 'how often something fails that also passes, with its exact interval', actions.flakes);
  add('alarms', 'what has changed and is not accepted; status 1 when there is something', actions.alarms);
  add(
    'baseline [run]',
    'make a run (default: latest) the baseline of its scenario and board',
    actions.baseline,
  );
  add('ratchet [run]', 'hold a run against its baseline; status 1 when a figure is worse', actions.ratchet);
  add(
    'accept <run> <figure>',
    'accept a figure of a run as it is, for a reason that is kept',
    actions.acceptFigure,
  )
    // No name of a person is asked for or kept.
    .requiredOption('--reason <text>', 'why');

  addReadOptions(group.command('import').exitOverride())
    .description('enter records of runs that ended earlier, of any version of neai')
    .argument('<records...>', 'record.json of runs or of scenarios, or their folders')
    .option('--of-commit <commit>', 'the commit that they were made with')
    .action((records: string[], own: ReadOptions & { readonly ofCommit?: string }) =>
      importAll(records, { ...group.opts<ReadOptions>(), ...own }),
    );
}
