import type { FilePlan } from '../shared/file-plan.ts';
import { floatAbiOf } from './fit.ts';
import type { ImportedLibrary } from './folder.ts';
import { knowledgeWords } from './knowledge.ts';

/** What the build of a firmware needs of an imported library. */
export interface VendorBuild {
  /** libvendor.a or libvendor_state.a, vendor_library.h, and vendor_knowledge.h where initialisation takes it. */
  readonly plan: FilePlan;
  /** Variables of firmware/CMakeLists.txt. */
  readonly variables: Readonly<Record<string, string | number>>;
}

/** A state that a header does not have; no library returns it. */
const NONE = 0xffff;
const ENUM_INT = 2;

/**
 * Everything that the shim of a generation is told (firmware/vendor/vendor.h).
 * @throws VENDOR_HEADER_INVALID for a knowledge.h that holds no array of numbers
 */
export function vendorBuild({ library, files }: ImportedLibrary): VendorBuild {
  const { header, defined, attributes, objects, neaiBytes } = library;
  const state = (name: string): number => header.states[name] ?? NONE;
  const classifies = header.kind === 'classification';
  const takesSensitivity = [
    ['NanoEdgeAI_set_sensitivity', 'NanoEdgeAI_get_sensitivity'],
    ['neai_anomalydetection_set_sensitivity', 'neai_anomalydetection_get_sensitivity'],
  ].some((names) => names.every((name) => defined.has(name)));
  const needsKnowledge = classifies && library.needsKnowledge;
  const defines: Record<string, string | number> = {
    VENDOR_ID: `"${library.id}"`,
    VENDOR_KIND: `"${header.kind}"`,
    VENDOR_GENERATION: `${header.generation}u`,
    VENDOR_AXES: `${header.axes}u`,
    VENDOR_BUFFER_SIZE: `${header.bufferSize}u`,
    VENDOR_CLASSES: `${header.classes}u`,
    VENDOR_TAKES_SENSITIVITY: takesSensitivity && !classifies ? 1 : 0,
    VENDOR_TELLS_STATUS: defined.has('NanoEdgeAI_get_status') ? 1 : 0,
    VENDOR_INITIALIZE_IS_VOID: header.functions['NanoEdgeAI_initialize']?.returns === 'void' ? 1 : 0,
    VENDOR_NEEDS_KNOWLEDGE: needsKnowledge ? 1 : 0,
    VENDOR_STATE_NONE: NONE,
    VENDOR_STATE_OK: 0,
    VENDOR_STATE_NOT_INITIALIZED: state('NEAI_INIT_FCT_NOT_CALLED'),
    VENDOR_STATE_BOARD_ERROR: state('NEAI_BOARD_ERROR'),
    VENDOR_STATE_NOT_ENOUGH: state('NEAI_NOT_ENOUGH_CALL_TO_LEARNING'),
    VENDOR_STATE_ENOUGH: state('NEAI_MINIMAL_RECOMMENDED_LEARNING_DONE'),
  };
  const words = needsKnowledge
    ? knowledgeWords(new TextDecoder().decode(files.get(library.paths.knowledge!)!))
    : [];
  const text = [
    '#ifndef VENDOR_LIBRARY_H',
    '#define VENDOR_LIBRARY_H',
    '#include <stdint.h>',
    ...Object.entries(defines).map(([name, value]) => `#define ${name} ${value}`),
    `typedef ${attributes.enumSize === ENUM_INT ? 'int' : 'uint8_t'} vendor_state_t;`,
    '#endif',
    '',
  ].join('\n');
  const gathers = neaiBytes === 0;
  const writable = objects
    .flatMap(({ sections }) => sections)
    .filter(({ writable: can, zeroed }) => can && !zeroed);
  const hasInitialValues = writable.some(({ name }) => gathers || name.startsWith('.neai'));
  const archive = gathers ? 'libvendor_state.a' : 'libvendor.a';
  return {
    plan: [
      { path: archive, content: files.get(library.paths.archive)! },
      { path: 'vendor_library.h', content: text },
      ...(words.length > 0 ? [{ path: 'vendor_knowledge.h', content: knowledgeText(words) }] : []),
    ],
    variables: {
      NEAI_VENDOR_API: header.generation,
      NEAI_VENDOR_ARCHIVE: archive,
      NEAI_VENDOR_KNOWLEDGE: hasInitialValues ? 'copied' : 'zeroed',
      NEAI_FLOAT_ABI: floatAbiOf(library),
    },
  };
}

const knowledgeText = (words: readonly number[]): string =>
  [`static const uint32_t vendor_knowledge[${words.length}] = {`, ...lines(words), '};', ''].join('\n');

const WORDS_A_LINE = 8;
const lines = (words: readonly number[]): string[] =>
  Array.from({ length: Math.ceil(words.length / WORDS_A_LINE) }, (_, row) =>
    words
      .slice(row * WORDS_A_LINE, (row + 1) * WORDS_A_LINE)
      .map((word) => `0x${word.toString(16).padStart(8, '0')}u,`)
      .join(' '),
  );
