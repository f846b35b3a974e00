import { NeaiError } from '../shared/errors.ts';

/** 2: `NanoEdgeAI_*` (v1, v2); 3: `neai_*` with codes above 122 (v3, v4); 5: `neai_*` with codes 0 to 6 (v5). */
export type Generation = 2 | 3 | 5;
export type VendorKind = 'anomaly-detection' | 'classification' | 'one-class' | 'extrapolation';

/** What a header NanoEdgeAI.h says. Null stands for what it leaves out. */
export interface VendorHeader {
  readonly generation: Generation;
  readonly kind: VendorKind;
  readonly id: string | null;
  readonly axes: number;
  /** Samples per axis. */
  readonly bufferSize: number;
  /** 0 unless the library classifies. */
  readonly classes: number;
  readonly classNames: readonly string[];
  readonly minimumIterations: number | null;
  /** Declared functions by name, with return type and parameters as one text each. */
  readonly functions: Readonly<Record<string, { readonly returns: string; readonly parameters: string }>>;
  /** Members of `enum neai_state`; empty where the generation has none. */
  readonly states: Readonly<Record<string, number>>;
}

const KINDS: readonly [RegExp, VendorKind][] = [
  [/^(NanoEdgeAI_learn|neai_anomalydetection_learn)$/, 'anomaly-detection'],
  [/^(NanoEdgeAI_classif\w*|neai_classification)$/, 'classification'],
  [/^(NanoEdgeAI_oneclass\w*|neai_oneclass|neai_outlier)$/, 'one-class'],
  [/^(NanoEdgeAI_extrapolation\w*|neai_extrapolation)$/, 'extrapolation'],
];

/**
 * Recognises generation and kind of a library from its header and reads what it tells. Nothing is compiled: comments are
 * taken out, then defines, functions and the one enum are read, so that odd spacing, missing guards, arrays in the header
 * and either layout of the enum do no harm.
 * @throws VENDOR_HEADER_INVALID naming what is missing
 */
export function readVendorHeader(text: string, file: string): VendorHeader {
  const code = withoutComments(text);
  const functions = functionsOf(code);
  const names = Object.keys(functions);
  const refuse = (message: string, got: string, asked?: string): never => {
    throw new NeaiError('VENDOR_HEADER_INVALID', message, { file, got, ...(asked ? { asked } : {}) });
  };
  const kinds = new Set(
    names.flatMap((name) => KINDS.filter(([is]) => is.test(name)).map(([, kind]) => kind)),
  );
  const [kind] = kinds;
  if (kind === undefined || kinds.size > 1)
    return refuse(
      kind === undefined
        ? 'the header declares no function of a NanoEdge AI library'
        : 'the header mixes kinds',
      names.join(', ') || 'no function',
    );
  const defines = definesOf(code);
  const states = statesOf(code);
  const generation = generationOf(names, states, defines);
  if (generation === null) return refuse('the generation of the header is not known', names.join(', '));
  const number = (...aliases: string[]): number | null => {
    const found = aliases.map((name) => defines.get(name)).find((value) => value !== undefined);
    const digits = /^\(?\s*(\d+)\s*[uUlL]*\s*\)?$/.exec(found ?? '');
    return digits === null ? null : Number(digits[1]);
  };
  const axes = number('NEAI_INPUT_AXIS_NUMBER', 'AXIS_NUMBER', 'NB_AXES', 'AXES_NUMBER');
  const bufferSize = number('NEAI_INPUT_SIGNAL_LENGTH', 'DATA_INPUT_USER', 'BUFFER_SIZE');
  const hasShape = axes !== null && bufferSize !== null && axes >= 1 && bufferSize >= 1;
  if (!hasShape || axes > 255 || bufferSize > 1_000_000)
    return refuse(
      'the header does not tell the shape of a signal',
      `axes ${axes}, samples ${bufferSize}`,
      'axes (AXIS_NUMBER, NB_AXES, NEAI_INPUT_AXIS_NUMBER) and samples (DATA_INPUT_USER, BUFFER_SIZE, NEAI_INPUT_SIGNAL_LENGTH)',
    );
  const classes = number('CLASS_NUMBER', 'NEAI_NUMBER_OF_CLASSES') ?? 0;
  if (kind === 'classification' && classes < 1)
    return refuse('the header does not tell the number of classes', 'no CLASS_NUMBER');
  const id = /^"([^"]*)"$/.exec(defines.get('NEAI_ID') ?? '')?.[1] ?? null;
  return {
    generation,
    kind,
    id: id !== null && /^[0-9a-f]{24}$/i.test(id) ? id.toLowerCase() : null,
    axes,
    bufferSize,
    classes: kind === 'classification' ? classes : 0,
    classNames: classNamesOf(text),
    minimumIterations: number(
      'MINIMUM_ITERATION_CALLS_FOR_EFFICIENT_LEARNING',
      'NEAI_MINIMUM_LEARNING_CALLS',
      'NEAI_MINIMUM_LEARNING_ITERATIONS',
    ),
    functions,
    states,
  };
}

function withoutComments(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/\\\n/g, ' ')
    .replaceAll(/\/\*[\s\S]*?(\*\/|$)|\/\/[^\n]*/g, ' ');
}

function definesOf(code: string): Map<string, string> {
  return new Map(
    [...code.matchAll(/^[ \t]*#[ \t]*define[ \t]+(\w+)[ \t]+(\S.*?)[ \t]*$/gm)].map((match) => [
      match[1]!,
      match[2]!,
    ]),
  );
}

function functionsOf(code: string): VendorHeader['functions'] {
  const declarations = code.replaceAll(/^[ \t]*#.*$/gm, ' ');
  const found = declarations.matchAll(
    /((?:\b(?:const|enum|unsigned|signed|extern|struct)\s+)*\b\w+\b[\s*]+)\b(NanoEdgeAI_\w+|neai_\w+)\s*\(([^()]*)\)\s*;/g,
  );
  return Object.fromEntries(
    [...found].map(([, returns, name, parameters]) => [
      name!,
      { returns: squeeze(returns!.replace(/\bextern\b/, '')), parameters: squeeze(parameters!) },
    ]),
  );
}

const squeeze = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** Members with their values: an enumerator without one is its predecessor's plus one, as the language says. */
function statesOf(code: string): Record<string, number> {
  const body = /\benum\s+neai_state\s*\{([^}]*)\}/.exec(code)?.[1];
  const states: Record<string, number> = {};
  let next = 0;
  for (const member of body?.split(',') ?? []) {
    const match = /^\s*(\w+)\s*(?:=\s*(0x[0-9a-fA-F]+|\d+)\s*)?$/.exec(member);
    if (match === null) continue;
    const value = match[2] === undefined ? next : Number(match[2]);
    states[match[1]!] = value;
    next = value + 1;
  }
  return states;
}

function generationOf(
  names: readonly string[],
  states: Readonly<Record<string, number>>,
  defines: ReadonlyMap<string, string>,
): Generation | null {
  if (names.some((name) => name.startsWith('NanoEdgeAI_'))) return 2;
  if (!names.some((name) => name.startsWith('neai_'))) return null;
  if ('NEAI_LEARNING_DONE' in states || defines.has('NEAI_INPUT_SIGNAL_LENGTH')) return 5;
  return 'NEAI_INIT_FCT_NOT_CALLED' in states || defines.has('DATA_INPUT_USER') ? 3 : null;
}

/** Names of the classes, from the array that headers carry in their code or in a comment; none where there is none. */
function classNamesOf(text: string): string[] {
  const body = /id2class\s*\[[^\]]*\]\s*=\s*\{([^}]*)/.exec(
    text.replaceAll(/\/\/[^\n]*|\/\*.*?\*\//g, ' '),
  )?.[1];
  const names = [...(body ?? '').matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]!);
  return names[0] === 'unknown' ? names.slice(1) : names;
}
