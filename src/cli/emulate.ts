import type { Command } from 'commander';
import { openLines } from '../host/serial-lines.ts';
import { NeaiError } from '../shared/errors.ts';
import { callEmulator, type EmulatorOptions } from './emulate/calls.ts';
import { chooseLibrary, type LibraryChoice, libraryPath } from './emulate/choose-library.ts';
import { classifierFunction, classifyCommand } from './emulate/classify.ts';
import { addEmulatorOptions, FUNCTIONS_TEXT, orRefuse } from './emulate/command.ts';
import type { StreamHost } from './emulate/stream.ts';
import { interrupted } from './interrupt.ts';
import { wholeNumber } from './options.ts';
import { printLine, printRemark } from './output.ts';

type Options = EmulatorOptions & LibraryChoice & { readonly original?: boolean; readonly json?: boolean };

const HOST: StreamHost = {
  print: printLine,
  remark: printRemark,
  signal: interrupted,
  openSerial: (port, { baud, longestLineBytes }, listener) =>
    openLines({ path: port, baud, longestLineBytes, signal: interrupted, ...listener }),
};

/** `neai emulate LIB function …`: the original emulator's functions, arguments and JSON. */
export function registerEmulate(program: Command): void {
  const command = program
    .command('emulate')
    .description('run one function of a library: the emulator prints JSON and keeps its state in a file')
    .argument('[library]', 'folder with library.json, that file, or a bundle zip; not with --project')
    .argument('[function]', `${FUNCTIONS_TEXT}; classify and get_info, of a classification library`)
    .argument('[value...]', 'for set_sensitivity: above 0, up to 100')
    .option('--project <folder>', 'in place of the library: the best one of a project')
    .option('--benchmark <n>', 'with --project: of this benchmark (default: the last)', wholeNumber(1));
  addEmulatorOptions(command).action(
    (
      first: string | undefined,
      second: string | undefined,
      more: string[],
      { project, benchmark, original, json: _, ...options }: Options,
    ) =>
      orRefuse(original === true, async () => {
        const choice = {
          ...(project !== undefined && { project }),
          ...(benchmark !== undefined && { benchmark }),
        };
        // a library that classifies has functions of its own and no state
        const classifies = classifierFunction(project === undefined ? second : first);
        if (classifies) return classifyCommand(libraryPath(first, choice), classifies, options);
        const given = [first, second, ...more].filter((word) => word !== undefined);
        const { library, limitedTo, words } = await chooseLibrary(given, choice);
        const [name, ...rest] = words;
        if (name === undefined) {
          throw new NeaiError('EMULATOR_REFUSED', 'no function is named', {
            remedy: `Valid functions: ${FUNCTIONS_TEXT}.`,
          });
        }
        await callEmulator({ library, limitedTo, name, words: rest, options, host: HOST });
      }),
  );
}
