import { z } from 'zod';
import { parseConfirmation } from '../../engine/index.ts';
import type { Library } from '../../engine/library.ts';
import { NeaiError } from '../../shared/errors.ts';
import { textInput } from '../../studio/emulator-input.ts';
import { runSequence } from '../../studio/emulator-run.ts';
import { answerText, type Confirmation, type EmulatorSession } from '../../studio/emulator-session.ts';

/** A file or pasted lines, under the name they go by. */
const signals = z.strictObject({ name: z.string().min(1), text: z.string() });
const confirm = z.string().optional();

const PARAMETERS = {
  initialize: z.strictObject({}),
  get_version: z.strictObject({}),
  set_sensitivity: z.strictObject({ sensitivity: z.number() }),
  learn: z.strictObject({ signals }),
  detect: z.strictObject({ signals, confirm }),
  run: z.strictObject({
    learn: signals,
    detect: z.array(signals).min(1),
    sensitivity: z.number().optional(),
    confirm,
  }),
} as const;

/** Runs the function that a button of the page stands for. @returns its JSON, as the command line prints it */
export function callOfPage(
  session: EmulatorSession,
  library: Library,
  name: string,
  parameters: unknown,
): string {
  switch (name) {
    case 'initialize':
      return answerText(session.initialize());
    case 'get_version':
      return answerText(session.getVersion());
    case 'set_sensitivity':
      return answerText(session.setSensitivity(read('set_sensitivity', parameters).sensitivity));
    case 'learn': {
      const { signals: given } = read('learn', parameters);
      session.requireInitialized('learn');
      return answerText(session.learn(textInput(given.name, given.text, library)));
    }
    case 'detect': {
      const { signals: given, confirm: rule } = read('detect', parameters);
      session.requireLearned();
      const input = textInput(given.name, given.text, library);
      return answerText(session.detect(input, confirmationOf(rule)));
    }
    case 'run': {
      const { learn, detect, sensitivity, confirm: rule } = read('run', parameters);
      const inputs = detect.map(({ name: file, text }) => textInput(file, text, library));
      const plan = {
        learn: [textInput(learn.name, learn.text, library)],
        detect: inputs,
      };
      return answerText(runSequence(session, { ...plan, sensitivity, confirmation: confirmationOf(rule) }));
    }
    default:
      throw new NeaiError('EMULATOR_REFUSED', 'unknown function', {
        got: name,
        remedy: `Valid functions: ${Object.keys(PARAMETERS).join(', ')}.`,
      });
  }
}

function read<N extends keyof typeof PARAMETERS>(
  name: N,
  parameters: unknown,
): z.infer<(typeof PARAMETERS)[N]> {
  const result = PARAMETERS[name].safeParse(parameters);
  if (result.success) return result.data as z.infer<(typeof PARAMETERS)[N]>;
  const issue = result.error.issues[0]!;
  throw new NeaiError('EMULATOR_REFUSED', `${name}: ${issue.path.join('.')}: ${issue.message}`, {
    remedy: 'Choose a file or paste lines, and give numbers where numbers are asked for.',
  });
}

function confirmationOf(text: string | undefined): Confirmation | undefined {
  if (text === undefined || text === '') return undefined;
  const rule = parseConfirmation(text);
  if (rule !== null) return { text, rule };
  throw new NeaiError('EMULATOR_REFUSED', 'the confirmation cannot be understood', {
    got: text,
    remedy: 'Write mean:5, or 3of5.',
  });
}
