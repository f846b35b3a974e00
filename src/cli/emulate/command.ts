import type { Command } from 'commander';
import { describeError, type NeaiError } from '../../shared/errors.ts';
import { asNeaiError } from '../failure.ts';
import { wholeNumber } from '../options.ts';
import { printLine, printRemark } from '../output.ts';
import { FUNCTION_NAMES, ORIGINAL_PREFIX } from './calls.ts';
import { STATE_FILE } from './state-file.ts';

export const FUNCTIONS_TEXT = `${FUNCTION_NAMES.join(', ')} (also under the original names, ${ORIGINAL_PREFIX}…)`;

/** Asked before the options are parsed: what cannot be parsed is refused as the original does too. */
const isOriginal = (): boolean => process.argv.includes('--original');

/** Status of a command line that makes no sense. */
export const misuseStatus = (): number => (isOriginal() ? 1 : 2);

/** Options that an emulator's command line takes, wherever it runs. */
export function addEmulatorOptions(command: Command): Command {
  return command
    .option('--file <file>', 'learn, detect: signals of this file')
    .option('--begin <line>', 'first line of the file, from 1', wholeNumber(1))
    .option('--end <line>', 'last line of the file, included', wholeNumber(1))
    .option('--array <values...>', 'learn, detect: one signal, its values one by one')
    .option('--stream', 'learn, detect: lines of values from standard input, as they come')
    .option('--serial <port>', 'learn, detect: lines of values from a serial port, as they come')
    .option('--baud <rate>', 'of the serial port (default: 115200)', wholeNumber(50, 12_000_000))
    .option('--count <n>', 'end the stream after so many signals', wholeNumber(1))
    .option('--confirm <rule>', 'detect, run: verdict over several signals beside each, mean:5 or 3of5')
    .option('--learn <lines...>', 'run: F[:first-last] to learn, in order')
    .option('--detect <lines...>', 'run: F[:first-last] to detect, in order')
    .option('--sensitivity <s>', 'run: above 0, up to 100')
    .option('--state <file>', `where the state is kept between calls (default: ${STATE_FILE}; run: nowhere)`)
    .configureOutput({
      writeErr: (text) => (isOriginal() ? process.stdout : process.stderr).write(text),
    })
    .option('--original', 'refuse as the original does: text on standard output, status 1')
    .option('--json', 'accepted like everywhere; the answer is JSON in any case');
}

/**
 * Runs a call. A refusal is said on standard error and leaves nothing on standard output, --json or not; with --original
 * it is said on standard output and the status is 1.
 */
export async function orRefuse(isOriginal: boolean, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (thrown) {
    const error = asNeaiError(thrown);
    if (isOriginal && error.exitStatus === 2) {
      printLine(originalText(error));
      process.exitCode = 1;
    } else {
      printRemark(describeError(error));
      process.exitCode = error.exitStatus;
    }
  }
}

function originalText({ message, details }: NeaiError): string {
  const { file, line, column } = details;
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  // what came is often in the message already, with its unit behind it
  const isSaid = details.got === undefined || message.includes(details.got.split(' ', 1)[0]!);
  const got = isSaid ? '' : `: ${details.got}`;
  return [
    `${place === '' ? '' : `${place}: `}${message}${got}`,
    ...(details.remedy === undefined ? [] : [details.remedy]),
  ].join('\n');
}
