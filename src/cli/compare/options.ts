import { type FileWithRange, parseFileWithRange } from '../../engine/dataset/line-range.ts';
import type { LineBaud } from '../../protocol/raise-baud.ts';
import { type Label, labelSchema } from '../../record/primitives.ts';
import { NeaiError } from '../../shared/errors.ts';
import type { HistoryOption } from '../history/options.ts';
import type { BudgetOptions } from './budgets.ts';
import type { RecordedRun } from './sides/recorded-side.ts';

/** The command line of `neai compare`, as commander hands it over. */
export interface CompareOptions extends BudgetOptions, HistoryOption {
  readonly regular?: string[];
  readonly abnormal?: string[];
  readonly axes?: number;
  readonly library?: string;
  readonly learn?: string[];
  readonly detect?: string[];
  readonly reference?: string;
  readonly target?: string;
  /** A list of sides, or true for all that are possible here. */
  readonly matrix?: string | true;
  readonly tolerance?: string;
  readonly toleranceReason?: string;
  readonly explain?: boolean;
  /** Registry of data sets. */
  readonly datasets?: string;
  readonly board?: string;
  readonly slot?: string;
  readonly rack?: string;
  readonly virtualDir?: string;
  readonly baud?: LineBaud;
  readonly evaluations: number;
  readonly seed: number;
  readonly workers?: number;
  readonly threshold: number;
  readonly sensitivity: number;
  readonly name?: string;
  readonly out: string;
  readonly json?: boolean;
  readonly iHaveTheRight?: boolean;
}

/** What is compared: a library searched on files, or a fixed one on named lines. */
export type Subject =
  | {
      readonly kind: 'searched';
      readonly regular: string[];
      readonly abnormal: string[];
      readonly axes: number;
    }
  | {
      readonly kind: 'fixed';
      readonly library: string;
      readonly learn: readonly FileWithRange[];
      readonly detect: readonly (FileWithRange & { readonly label: Label })[];
    }
  | {
      /** The calls of a run that was made before. */
      readonly kind: 'recorded';
      /** Null: the library that lies beside the record. */
      readonly library: string | null;
      readonly run: RecordedRun;
    };

const usage = (message: string, remedy: string): NeaiError => new NeaiError('USAGE', message, { remedy });

/**
 * Decides between the forms of the command and refuses mixtures of them.
 * @param recorded a run that is one of the sides: without other calls, its own are made again. @throws NeaiError USAGE
 */
export function subjectOf(options: CompareOptions, recorded: RecordedRun | null = null): Subject {
  const { library, learn, detect, regular, abnormal, axes } = options;
  const named = learn ?? detect ?? regular ?? abnormal;
  if (recorded !== null && named === undefined)
    return { kind: 'recorded', library: library ?? null, run: recorded };
  if (library === undefined) {
    if (learn !== undefined || detect !== undefined) {
      throw usage(
        '--learn and --detect belong to a fixed library',
        'Add --library LIB, or give --regular and --abnormal.',
      );
    }
    if (regular === undefined)
      throw usage('nothing to compare', 'Give --regular F… --abnormal F… --axes N, or --library LIB.');
    if (axes === undefined) throw usage('the number of axes is missing', 'Add --axes N.');
    return { kind: 'searched', regular, abnormal: abnormal ?? [], axes };
  }
  if (regular !== undefined || abnormal !== undefined) {
    throw usage(
      'a fixed library is not searched',
      'Use --learn and --detect instead of --regular and --abnormal.',
    );
  }
  if (learn === undefined && detect === undefined) {
    throw usage(
      'a fixed library needs lines to learn or to detect',
      'Add --learn F[:first-last] and --detect F[:first-last]=LABEL.',
    );
  }
  return {
    kind: 'fixed',
    library,
    learn: (learn ?? []).map(parseFileWithRange),
    detect: (detect ?? []).map(parseDetect),
  };
}

/** `F[:first-last]=nominal|anomaly|unknown`. */
function parseDetect(text: string): FileWithRange & { label: Label } {
  const at = text.lastIndexOf('=');
  const label = labelSchema.safeParse(text.slice(at + 1));
  if (at < 1 || !label.success) {
    throw new NeaiError('USAGE', `"${text}" says nothing about its lines`, {
      asked: `F[:first-last]=${labelSchema.options.join('|')}`,
      got: text,
      remedy: `Add =${labelSchema.options.join(', =')} to say what the lines are.`,
    });
  }
  return { ...parseFileWithRange(text.slice(0, at)), label: label.data };
}
