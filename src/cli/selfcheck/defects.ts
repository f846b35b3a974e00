import type { DivergenceStage } from '../../record/divergence.ts';
import { NeaiError } from '../../shared/errors.ts';
import type { FilePlan } from '../../shared/file-plan.ts';
import { LARGE } from './machine.ts';

/** A defect as it is put into the C sources of the self-check's library, on any rung. */
export interface Defect {
  readonly id: string;
  readonly title: string;
  /** The sources with the defect in them. */
  plant(plan: FilePlan): FilePlan;
  /** Stage in which both sides part first, and the 1-based signal; null: the first detect that its factor moves. */
  readonly stage: { readonly kind: DivergenceStage['kind']; readonly index: number | null };
  readonly signal: number | null;
}

/** Changes one file, once. A text that is not there is a defect of ours: the kernel has changed under the self-check. */
function edit(plan: FilePlan, path: string, changes: readonly (readonly [string, string])[]): FilePlan {
  return plan.map((file) => {
    if (file.path !== path) return file;
    let content = String(file.content);
    for (const [from, to] of changes) {
      if (content.split(from).length !== 2) {
        throw new NeaiError(
          'INTERNAL',
          `a defect cannot be planted: ${path} has not this text exactly once`,
          {
            asked: from,
          },
        );
      }
      content = content.replace(from, () => to);
    }
    return { ...file, content };
  });
}

/** What the planted sensitivity is multiplied by. */
export const SENSITIVITY_FACTOR = 1.25;

const API = 'sources/neai_api.c';
const RUNTIME = 'sources/neai_runtime.c';
const DETREND = 'sources/neai_transform_detrend.c';
const POOLED = 'sources/neai_transform_pooled.c';

/** Puts the signal through `body` on its way into the library: what a driver or a receiver does wrong. */
function inFront(plan: FilePlan, declaration: string, body: string): FilePlan {
  const include = '#include "neai_api.h"\n';
  return edit(plan, API, [
    [
      include,
      `${include}
#define LENGTH ((uint32_t)NB_AXES * (uint32_t)BUFFER_SIZE)
static float *received(const float *signal)
{
    static float copy[NB_AXES * BUFFER_SIZE];
${declaration}
    for (uint32_t i = 0; i < LENGTH; i++) {
        copy[i] = signal[i];
    }
${body}
    return copy;
}
`,
    ],
    [
      'return neai_learn(&neai_the_library, data_input);',
      'return neai_learn(&neai_the_library, received(data_input));',
    ],
    [
      'return neai_detect(&neai_the_library, data_input);',
      'return neai_detect(&neai_the_library, received(data_input));',
    ],
  ]);
}

/** Flushing is a mode of the FPU: MXCSR on a computer, FPSCR.FZ on a Cortex-M. */
const FLUSH = `    TRACE_STAGE(NEAI_TRACE_INPUT, signal, library->signal_length);
#if defined(__x86_64__)
    __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040u);
#elif defined(__ARM_FP)
    uint32_t fpscr;
    __asm__ volatile("vmrs %0, fpscr" : "=r"(fpscr));
    __asm__ volatile("vmsr fpscr, %0" : : "r"(fpscr | (1u << 24)));
#else
#error how to flush denormals here is not known
#endif
`;

export const DEFECTS: readonly Defect[] = [
  {
    id: 'wrong-scale',
    title: 'wrong scale: features of a large signal have another gain',
    plant: (plan) =>
      edit(plan, POOLED, [
        [
          'mean_of(&input[axis], stage->axes, from, to) - mean;',
          `(mean_of(&input[axis], stage->axes, from, to) - mean) * (input[0] > ${LARGE / 2}.0f ? 0.5f : 1.0f);`,
        ],
      ]),
    stage: { kind: 'transform', index: 2 },
    signal: 31,
  },
  {
    id: 'missing-detrend',
    title: 'missing detrend: the step copies its input',
    plant: (plan) =>
      edit(plan, DETREND, [
        ['        output[i * axes] = value;', '        output[i * axes] = input[i * axes] + 0.0f * value;'],
      ]),
    stage: { kind: 'transform', index: 0 },
    signal: 1,
  },
  {
    id: 'fused-multiply-add',
    title: 'fused multiply-add: the compiler may fuse in one file',
    plant: (plan) =>
      edit(plan, DETREND, [
        [
          '#include "neai_runtime.h"\n',
          `#pragma GCC optimize("fp-contract=fast")
#if defined(__x86_64__)
#pragma GCC target("fma")
#endif
#include "neai_runtime.h"
`,
        ],
      ]),
    stage: { kind: 'transform', index: 0 },
    signal: 1,
  },
  {
    id: 'flushed-denormals',
    title: 'flushed denormals: the FPU is set to flush to zero',
    plant: (plan) => {
      const learn = `        return NEAI_LEARN_NOT_INITIALIZED;
    }
`;
      const tap = '    TRACE_STAGE(NEAI_TRACE_INPUT, signal, library->signal_length);\n';
      return edit(plan, RUNTIME, [[learn + tap, learn + FLUSH]]);
    },
    stage: { kind: 'transform', index: 0 },
    signal: 23,
  },
  {
    id: 'off-by-one-window',
    title: 'off-by-one window: from the twelfth signal on it starts one sample late',
    plant: (plan) =>
      inFront(
        plan,
        '    static uint32_t count;\n    const uint32_t step = NB_AXES;',
        `    if (++count >= 12u) {
        for (uint32_t i = 0; i + step < LENGTH; i++) {
            copy[i] = signal[i + step];
        }
    }`,
      ),
    stage: { kind: 'input', index: null },
    signal: 12,
  },
  {
    id: 'swapped-axes',
    title: 'swapped axes: a large signal arrives with its first two axes exchanged',
    plant: (plan) =>
      inFront(
        plan,
        '',
        `    if (signal[0] > ${LARGE}.0f) {
        for (uint32_t i = 0; i < LENGTH; i += NB_AXES) {
            copy[i] = signal[i + 1u];
            copy[i + 1u] = signal[i];
        }
    }`,
      ),
    stage: { kind: 'input', index: null },
    signal: 31,
  },
  {
    id: 'wrong-byte-order',
    title: 'wrong byte order: the forty-fourth signal arrives big-endian',
    plant: (plan) =>
      inFront(
        plan,
        '    static uint32_t count;',
        `    if (++count == 44u) {
        for (uint32_t i = 0; i < LENGTH; i++) {
            neai_word word;
            word.f = signal[i];
            word.u = __builtin_bswap32(word.u);
            copy[i] = word.f;
        }
    }`,
      ),
    stage: { kind: 'input', index: null },
    signal: 44,
  },
  {
    id: 'stale-knowledge',
    title: 'stale knowledge: the reference is kept from the first detect on',
    plant: (plan) =>
      edit(plan, RUNTIME, [
        [
          `    float ratio = score / neai_score_reference(knowledge[NEAI_WORD_SCORE_MEAN].f,
                                               knowledge[NEAI_WORD_SCORE_VARIANCE].f);
`,
          `    static float kept;
    if (kept == 0.0f) {
        kept = neai_score_reference(knowledge[NEAI_WORD_SCORE_MEAN].f, knowledge[NEAI_WORD_SCORE_VARIANCE].f);
    }
    float ratio = score / kept;
`,
        ],
      ]),
    stage: { kind: 'distance', index: null },
    signal: 101,
  },
  {
    id: 'lost-learn',
    title: 'lost learn: the seventeenth is answered and not made',
    plant: (plan) =>
      edit(plan, API, [
        [
          'return neai_learn(&neai_the_library, data_input);',
          `static uint32_t count;
    if (++count == 17u) {
        return NEAI_LEARN_DONE;
    }
    return neai_learn(&neai_the_library, data_input);`,
        ],
      ]),
    stage: { kind: 'counter', index: null },
    signal: 17,
  },
  {
    id: 'wrong-sensitivity',
    title: 'wrong sensitivity: a quarter more than was asked for',
    plant: (plan) =>
      edit(plan, RUNTIME, [
        [
          '        *library->sensitivity = sensitivity;',
          `        *library->sensitivity = ${SENSITIVITY_FACTOR}f * sensitivity;`,
        ],
      ]),
    stage: { kind: 'similarity', index: null },
    signal: null,
  },
];
