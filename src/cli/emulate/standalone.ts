import { Command, CommanderError } from 'commander';
import { parseLibrary } from '../../engine/library.ts';
import { NeaiError } from '../../shared/errors.ts';
import { interrupted, listenForInterrupt } from '../interrupt.ts';
import { printLine, printRemark, surviveLostStreams } from '../output.ts';
import { callEmulator, type EmulatorOptions } from './calls.ts';
import { addEmulatorOptions, FUNCTIONS_TEXT, misuseStatus, orRefuse } from './command.ts';
import type { StreamHost } from './stream.ts';

/** A file on its own has no driver for serial ports; the system's own tool and a pipe do. */
const HOST: StreamHost = {
  print: printLine,
  remark: printRemark,
  signal: interrupted,
  openSerial(port, { baud }) {
    throw new NeaiError('EMULATOR_REFUSED', 'this emulator reads standard input, not serial ports', {
      got: `--serial ${port}`,
      remedy: `Write: stty -F ${port} ${baud} raw -echo && node emulator.mjs … --stream < ${port}`,
    });
  },
};

/** The program of emulator.mjs: one library and its functions. */
export async function runStandalone(json: unknown, limitedTo: readonly string[]): Promise<void> {
  const library = parseLibrary(json);
  const program = new Command('emulator.mjs')
    .description(`Emulator of library ${library.id}: prints JSON and keeps its state in a file.`)
    .argument('<function>', FUNCTIONS_TEXT)
    .argument('[value...]', 'for set_sensitivity: above 0, up to 100')
    .exitOverride();
  addEmulatorOptions(program).action(
    (name: string, words: string[], { original, json: _, ...options }: EmulatorOptions & Extra) =>
      orRefuse(original === true, () =>
        callEmulator({ library, limitedTo, name, words, options, host: HOST }),
      ),
  );
  listenForInterrupt();
  surviveLostStreams();
  try {
    await program.parseAsync();
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode !== 0) process.exitCode = misuseStatus();
  }
}

interface Extra {
  readonly original?: boolean;
  readonly json?: boolean;
}
