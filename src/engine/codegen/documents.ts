import { chainOutputLength } from '../emulator/chain.ts';
import { type Library, libraryShape } from '../library.ts';
import { modelByName } from '../models/registry.ts';
import { transformByName } from '../transforms/registry.ts';
import { estimateRamBytes, layOut } from './layout.ts';

/** metadata.json: what a machine wants to know of a library without reading library.json. No names of people, no dates. */
export function metadata(library: Library): string {
  const shape = libraryShape(library);
  const { knowledgeWords, workWords, dimension } = layOut(library.pipeline, library.model, shape);
  const document = {
    id: library.id,
    kind: library.kind,
    axes: library.axes,
    bufferSize: library.bufferSize,
    features: dimension,
    pipeline: library.pipeline,
    model: library.model,
    detectFloor: library.detectFloor,
    minimumLearningIterations: library.minimumLearningIterations,
    memory: {
      ramBytes: estimateRamBytes(library.pipeline, library.model, shape),
      knowledgeBytes: 4 * knowledgeWords,
      workBytes: 4 * workWords,
    },
    scores: library.search?.scores ?? null,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Titles of the stages, for people. */
function describePipeline(library: Library): string {
  const titles = library.pipeline.map(({ transform, params }) => {
    const blocks = (params as { blocks?: { transform: string }[] }).blocks ?? [{ transform }];
    return blocks.map((block) => transformByName(block.transform).title).join(' + ');
  });
  return titles.join(', then ');
}

/** README.md of a generated library. */
export function readme(library: Library): string {
  const shape = libraryShape(library);
  const { knowledgeWords } = layOut(library.pipeline, library.model, shape);
  return `# Library ${library.id}

Anomaly detection that learns on the target: ${library.axes} axes, ${library.bufferSize} samples per axis and signal.

| | |
| --- | --- |
| chain | ${describePipeline(library)} (${chainOutputLength(library.pipeline, shape)} features) |
| model | ${modelByName(library.model.name).title} |
| RAM | ${estimateRamBytes(library.pipeline, library.model, shape)} bytes, of which ${4 * knowledgeWords} are knowledge (section .neai) |
| learn at least | ${library.minimumLearningIterations} signals before the first detect |
| detect answers from | ${library.detectFloor} learnt signals on |

## Use

Link \`libneai.a\`, include \`NanoEdgeAI.h\` (C++: \`NanoEdgeAI.hpp\`). \`example/main.c\` shows the order of calls.

Compile and link your program for the core and the float ABI of the archive (\`arm-none-eabi-readelf -A libneai.a\` names both): \`neai
build\` takes \`-mfloat-abi=hard\` with \`-mfpu=fpv4-sp-d16\` on cortex-m4 and \`-mfpu=fpv5-sp-d16\` on cortex-m7 and cortex-m33,
\`-mfloat-abi=soft\` elsewhere. On the cores with hard floats, start-up code has to switch the FPU on before the first call, and
must leave flush-to-zero off (FPSCR.FZ = 0, its value after reset).

| function | returns |
| --- | --- |
| \`NanoEdgeAI_initialize\` | 0; forgets all knowledge, sets sensitivity 1 |
| \`NanoEdgeAI_learn\` | 1 learnt; 0 not initialised; 2 a value is NaN or infinite |
| \`NanoEdgeAI_detect\` | similarity 0 ... 100; 124 not initialised or too few learns; 125 a value is NaN or infinite |
| \`NanoEdgeAI_set_sensitivity\` | nothing; takes 0 < s <= 100, anything else changes nothing |
| \`NanoEdgeAI_get_sensitivity\` | the sensitivity |
| \`NanoEdgeAI_get_status\` | 0 |

State is checked before the signal: a library that is not initialised answers 0 or 124 also for NaN.
The signal is read, never written. No function uses the heap, and none may be interrupted by another one.

## Knowledge

All that learning changes lies in section \`.neai\`, symbol \`neai_knowledge\`, ${4 * knowledgeWords} bytes; nothing else lies there. It
takes no space in the image. Give it a fixed place in RAM, for example

    .neai 0x20004000 (NOLOAD) : { KEEP(*(.neai)) } > RAM

Copy its bytes away to save it and back to restore it; no call of \`NanoEdgeAI_initialize\` is needed after restoring. The words are
little-endian: version (it names this library; other knowledge counts as not initialised), learn counter, statistics of
scores, model. Sensitivity is not in it.

## Building from source

Compile every \`sources/*.c\` with \`-I. -Isources -std=c11 -ffp-contract=off -fno-fast-math\`: with fused multiply and add, or any
of the fast-math switches, the results are no longer those of the emulator. On Cortex-M nothing of libm is needed; on a computer
link with \`-lm\` or add \`-fno-math-errno\`. \`-DNEAI_TAPS\` adds \`neai_trace.h\`, which
shows distances and the output of every stage and changes no result.
`;
}

/** example/main.c: the program of the library document, completed so that it compiles. */
export function exampleProgram(): string {
  return `/* Learns, then detects. Complete get_buffer for your sensor. */
#include "NanoEdgeAI.h"

static float data_buffer[BUFFER_SIZE * NB_AXES];

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

    int learned = 0;
    while (learned < NEAI_MINIMUM_LEARNING_ITERATIONS) {
        get_buffer(data_buffer);
        if (NanoEdgeAI_learn(data_buffer) == NEAI_LEARN_SUCCESS) {
            learned++;
        }
    }

    for (;;) {
        get_buffer(data_buffer);
        uint8_t similarity = NanoEdgeAI_detect(data_buffer);
        if (similarity < NEAI_THRESHOLD) {
            /* USER: anomaly */
        }
    }
}
`;
}
