import type { ApiName } from '../../codegen/api/api.ts';
import { libraryShape } from '../../library-parts.ts';
import { transformByName } from '../../transforms/registry.ts';
import type { ClassificationLibrary } from '../library.ts';
import { classModelByName } from '../models/registry.ts';
import type { ClassifierApi } from './api/classifier-api.ts';
import { estimateClassifierRamBytes, layoutOf } from './layout.ts';

const ramBytes = (library: ClassificationLibrary): number =>
  estimateClassifierRamBytes(
    library.pipeline,
    library.model.name,
    library.classes.length,
    libraryShape(library),
  );

/** metadata.json: what a machine wants to know without reading library.json. No names of people, no dates. */
export function classifierMetadata(library: ClassificationLibrary, api: ApiName): string {
  const { dimension } = layoutOf(library);
  const { id, kind, axes, bufferSize, classes, pipeline, model, search } = library;
  const document = {
    id,
    kind,
    api,
    axes,
    bufferSize,
    classes,
    features: dimension,
    pipeline,
    model: { name: model.name, params: model.params },
    memory: { ramBytes: ramBytes(library), constantBytes: 4 * model.words.split(' ').length },
    scores: search?.scores ?? null,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** README.md of a generated classifier. */
export function classifierReadme(library: ClassificationLibrary, api: ClassifierApi): string {
  const { dimension } = layoutOf(library);
  const chain = library.pipeline.map(({ transform, params }) => {
    const blocks = (params as { blocks?: { transform: string }[] }).blocks ?? [{ transform }];
    return blocks.map((block) => transformByName(block.transform).title).join(' + ');
  });
  const rows = library.classes.map(({ id, name }) => `| ${id} | ${name} |`).join('\n');
  return `# Library ${library.id}

Classification: ${library.axes} axes, ${library.bufferSize} samples per axis and signal. The knowledge is static.

| id | class |
| --- | --- |
${rows}

| | |
| --- | --- |
| chain | ${chain.join(', then ')} (${dimension} features) |
| model | ${classModelByName(library.model.name).title} |
| RAM | about ${ramBytes(library)} bytes, without the caller's input buffer |

## Use

Link \`libneai.a\`, include \`NanoEdgeAI.h\` (C++: \`NanoEdgeAI.hpp\`). \`example/main.c\` shows the order of calls.

| function | returns |
| --- | --- |
${api
  .answers(library)
  .map(([name, what]) => `| \`${name}\` | ${what} |`)
  .join('\n')}

\`${api.functions.classify}\` fills the probabilities of all classes: whole 65536ths that add up to exactly 1, in whatever order they
are added. The signal is read, never written. No function uses the heap, and none may be interrupted by another one.

## Building from source

Compile every \`sources/*.c\` with \`-I. -Isources -std=c11 -ffp-contract=off -fno-fast-math\`: with fused multiply and add, or any of
the fast-math switches, the results are no longer those of the emulator.
`;
}
