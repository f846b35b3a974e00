import { libraryShape } from '../../library-parts.ts';
import { transformByName } from '../../transforms/registry.ts';
import type { ClassificationLibrary } from '../library.ts';
import { classModelByName } from '../models/registry.ts';
import { estimateClassifierRamBytes, layoutOf } from './layout.ts';

const ramBytes = (library: ClassificationLibrary): number =>
  estimateClassifierRamBytes(
    library.pipeline,
    library.model.name,
    library.classes.length,
    libraryShape(library),
  );

/** metadata.json: what a machine wants to know without reading library.json. No names of people, no dates. */
export function classifierMetadata(library: ClassificationLibrary): string {
  const { dimension } = layoutOf(library);
  const { id, kind, axes, bufferSize, classes, pipeline, model, search } = library;
  const document = {
    id,
    kind,
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
export function classifierReadme(library: ClassificationLibrary): string {
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
| \`NanoEdgeAI_initialize\` | 0 |
| \`NanoEdgeAI_classify\` | class id 1 ... ${library.classes.length}; 124 not initialised; 125 a value is NaN or infinite |
| \`NanoEdgeAI_get_status\` | 0 |

\`NanoEdgeAI_classify\` fills the probabilities of all classes: whole 65536ths that add up to exactly 1, in whatever order they
are added. The signal is read, never written. No function uses the heap, and none may be interrupted by another one.

## Building from source

Compile every \`sources/*.c\` with \`-I. -Isources -std=c11 -ffp-contract=off -fno-fast-math\`: with fused multiply and add, or any of
the fast-math switches, the results are no longer those of the emulator.
`;
}

/** example/main.c: a program that compiles. */
export function classifierExample(): string {
  return `/* Tells classes apart. Complete get_buffer for your sensor. */
#include "NanoEdgeAI.h"

static float data_buffer[BUFFER_SIZE * NB_AXES];
static float probabilities[CLASS_NUMBER];

/** Fills sample_buffer with one signal: x1 y1 z1 x2 y2 z2 ... */
static void get_buffer(float sample_buffer[])
{
    for (int i = 0; i < BUFFER_SIZE * NB_AXES; i++) {
        sample_buffer[i] = 0.0f; /* USER: the next value of the sensor */
    }
}

int main(void)
{
    if (NanoEdgeAI_initialize() != 0) {
        return 1;
    }
    for (;;) {
        get_buffer(data_buffer);
        uint8_t class_id = NanoEdgeAI_classify(data_buffer, probabilities);
        if (class_id >= 1 && class_id <= CLASS_NUMBER) {
            /* USER: class NanoEdgeAI_class_names[class_id], its probability is probabilities[class_id - 1] */
        }
    }
}
`;
}
