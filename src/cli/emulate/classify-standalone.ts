import { Command, CommanderError } from 'commander';
import { parseClassificationLibrary } from '../../engine/classification/library.ts';
import { NeaiError } from '../../shared/errors.ts';
import { wholeNumber } from '../options.ts';
import { type ClassifyOptions, callClassifier, classifierFunction } from './classify.ts';
import { orRefuse } from './command.ts';

/** The program of emulator.mjs of a classification library: one function. */
export async function runClassifierStandalone(json: unknown, limitedTo: readonly string[]): Promise<void> {
  const library = parseClassificationLibrary(json);
  const program = new Command('emulator.mjs')
    .description(`Emulator of library ${library.id}: prints class ids and probabilities as JSON.`)
    .argument('<function>', 'classify or get_info (also NanoEdgeAI_…; classifier, as the original calls it)')
    .option('--file <file>', 'signals of this file')
    .option('--begin <line>', 'first line of the file, from 1', wholeNumber(1))
    .option('--end <line>', 'last line of the file, included', wholeNumber(1))
    .option('--array <values...>', 'one signal, its values one by one')
    .exitOverride()
    .action((name: string, options: ClassifyOptions) =>
      orRefuse(false, async () => {
        const called = classifierFunction(name);
        if (called === undefined) {
          throw new NeaiError('EMULATOR_REFUSED', 'unknown function', {
            got: name,
            remedy: 'Valid functions: classify, get_info.',
          });
        }
        await callClassifier(library, called, options, limitedTo);
      }),
    );
  try {
    await program.parseAsync();
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode !== 0) process.exitCode = 2;
  }
}
