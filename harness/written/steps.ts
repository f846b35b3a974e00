import { z } from 'zod';
import { parseDuration } from '../duration.ts';

/** Every scalar of the file comes as the text that stands there; these turn it into what is meant. */
const wholeNumber = (least: number, most: number) =>
  z.string().regex(/^\d+$/, 'is not a whole number').transform(Number).pipe(z.number().min(least).max(most));
const decimal = z
  .string()
  .regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/, 'is not a number')
  .transform(Number);
const similarity = decimal.pipe(z.number().min(0).max(100));
export const yesNo = z.enum(['yes', 'no'], 'is neither yes nor no').transform((word) => word === 'yes');
const nothing = z.literal('', 'takes nothing behind it');
export const nameSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]*$/, 'is no name: letters, digits, dots, dashes');

/** Some lines of a file of signals, counted from 1, both ends included. */
export interface SignalChoice {
  readonly label: 'regular' | 'abnormal';
  readonly first: number;
  /** Undefined: to the last line. */
  readonly last: number | undefined;
}

const CHOICE = /^(regular|abnormal)(?:\s+(\d+)(?:\s*-\s*(\d+))?)?$/;
const choice = z.string().transform((text, context): SignalChoice => {
  const [, label, first, last] = CHOICE.exec(text.trim()) ?? [];
  const choice = {
    label: label as SignalChoice['label'],
    first: Number(first ?? 1),
    last: first === undefined ? undefined : Number(last ?? first),
  };
  if (label !== undefined && choice.first >= 1 && (choice.last ?? choice.first) >= choice.first)
    return choice;
  const message = `'${text}' names no signals; write for example: regular, regular 7, abnormal 1-20`;
  context.addIssue({ code: 'custom', message });
  return z.NEVER;
});
/** One choice, or a list of them. */
const signals = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(choice, 'names no signals; write for example: regular 1-40').min(1, 'names no signals'),
);

const answerExpectation = z.strictObject({
  /** Return code of every call; without: that of success. */
  code: wholeNumber(0, 255).optional(),
  identical_to_emulator: yesNo.optional(),
});
const detectExpectation = answerExpectation
  .extend({
    similarity_at_least: similarity.optional(),
    similarity_at_most: similarity.optional(),
    mean_at_least: similarity.optional(),
    mean_at_most: similarity.optional(),
  })
  .refine(
    (one) => one.code === undefined || Object.keys(one).every((key) => !/_at_(least|most)$/.test(key)),
    {
      message: 'a code is expected, so there is no similarity to expect',
    },
  );

const viaWire = z.enum(['swd', 'firmware', 'chip'], 'is none of: swd, firmware, chip');

/** One step a verb. The verb is the first key of its entry; other keys say more. */
const STEPS = {
  initialize: z
    .strictObject({ initialize: nothing, expect: answerExpectation.default({}) })
    .transform(({ expect }) => ({ verb: 'initialize' as const, expect })),
  learn: z
    .strictObject({ learn: signals, expect: answerExpectation.default({}) })
    .transform(({ learn, expect }) => ({ verb: 'learn' as const, signals: learn, expect })),
  detect: z
    .strictObject({ detect: signals, expect: detectExpectation.default({}) })
    .transform(({ detect, expect }) => ({ verb: 'detect' as const, signals: detect, expect })),
  set_sensitivity: z
    .strictObject({ set_sensitivity: decimal })
    .transform((step) => ({ verb: 'set_sensitivity' as const, sensitivity: step.set_sensitivity })),
  reset: z
    .strictObject({ reset: z.union([nothing, z.enum(['pin', 'software'])], 'is neither pin nor software') })
    .transform(({ reset }) => ({ verb: 'reset' as const, by: reset === '' ? ('pin' as const) : reset })),
  power_cycle: z.strictObject({ power_cycle: nothing }).transform(() => ({ verb: 'power_cycle' as const })),
  save: z
    .strictObject({ save: viaWire, as: nameSchema.default('knowledge'), load_at_boot: yesNo.default(false) })
    .refine((step) => step.save === 'chip' || !step.load_at_boot, {
      path: ['load_at_boot'],
      message: 'only what is saved on the chip is loaded at boot',
    })
    .transform((step) => ({
      verb: 'save' as const,
      via: step.save,
      name: step.as,
      loadAtBoot: step.load_at_boot,
    })),
  restore: z
    .strictObject({ restore: viaWire, from: nameSchema.default('knowledge') })
    .transform(({ restore, from }) => ({ verb: 'restore' as const, via: restore, name: from })),
  wait: z
    .strictObject({
      wait: z.string().refine(isDuration, "is no duration; write for example: '2 s', '10 min', '24 h'"),
    })
    .transform(({ wait }) => ({ verb: 'wait' as const, ms: parseDuration(wait) })),
  expect_counter: z
    .strictObject({ expect_counter: wholeNumber(0, 0xffff_ffff) })
    .transform((step) => ({ verb: 'expect_counter' as const, counter: step.expect_counter })),
  expect_sensitivity: z
    .strictObject({ expect_sensitivity: decimal })
    .transform((step) => ({ verb: 'expect_sensitivity' as const, sensitivity: step.expect_sensitivity })),
};

export type Verb = keyof typeof STEPS;
export type Step = z.output<(typeof STEPS)[Verb]>;
export type StepOf<Name extends Verb> = Extract<Step, { readonly verb: Name }>;

/** An entry of `steps`: a verb alone (`- reset`) or a map that holds one (`- learn: regular 1-40`). */
export const stepSchema = z.unknown().transform((entry, context): Step => {
  const map = typeof entry === 'string' ? { [entry]: '' } : entry;
  const keys = typeof map === 'object' && map !== null && !Array.isArray(map) ? Object.keys(map) : [];
  const verbs = keys.filter((key): key is Verb => key in STEPS);
  if (verbs.length !== 1) {
    const all = Object.keys(STEPS).join(', ');
    const message =
      verbs.length > 1
        ? `${verbs.join(' and ')} are two steps: begin each with a dash`
        : `${keys.length > 0 ? `'${keys[0]}'` : 'this'} is no step; steps are: ${all}`;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  }
  const parsed = STEPS[verbs[0]!].safeParse(map);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues)
    context.issues.push({ ...issue, input: entry } as z.core.$ZodRawIssue);
  return z.NEVER;
});

function isDuration(text: string): boolean {
  try {
    parseDuration(text);
    return true;
  } catch {
    return false;
  }
}
