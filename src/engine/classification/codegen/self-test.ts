import { seededRandom } from '../../../shared/random.ts';
import { hexWords, storedSignals } from '../../codegen/self-test-signals.ts';
import { floatToBits } from '../../numeric/f32.ts';
import { Classifier } from '../classifier.ts';
import type { ClassificationLibrary } from '../library.ts';
import type { ClassifierApi } from './api/classifier-api.ts';

const SEED = 21;
/** Signals that are stored; every class that a tried signal falls into is among them first. */
const ASKED = 6;
/** Value of the third part, which is the same everywhere. */
const OFFSET = 1000;
/** Sum of the weights at most: with parts up to 1000 every sum is a whole number below 2^24, exact by any compiler. */
const LARGEST_WEIGHTS = 16000;
const EXPONENTS = [-20, -18, -16, -14, -12, -10, -8, -6, -4, -2, 0, 2];
/** Borders between classes that are looked for. */
const MOST_BORDERS = 32;
/** Bits of entropy from which an answer is good enough. */
const TELLING_BITS = 0.5;

/** Of the two stored signals and the offset. */
type Weights = readonly [first: number, second: number, offset: number];

interface Recipe {
  readonly weights: Weights;
  /** Binary exponent of the scale of the whole signal. */
  readonly exponent: number;
}

interface Asked extends Recipe {
  /** Class id from 1. */
  readonly id: number;
  readonly probabilities: Float32Array;
}

type Ask = (recipe: Recipe) => Asked;

/** Mixtures of the three parts, neighbours alike. */
const MIXTURES: readonly Weights[] = [-15, -6, 0, 3, 15].flatMap((offset) =>
  [0, 4, 15].map((second): Weights => {
    const share = LARGEST_WEIGHTS / (15 + second + Math.abs(offset));
    return [Math.trunc(15 * share), Math.trunc(second * share), Math.trunc(offset * share)];
  }),
);

/** Bits that a set of probabilities carries: 0 where one class has it all, and most defects would not show. */
const entropyOf = ({ probabilities }: Asked): number =>
  probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log2(p) : sum), 0);

/** Signals with known answers, computed by the emulator. */
function planSelfTest(library: ClassificationLibrary) {
  const values = library.axes * library.bufferSize;
  const stored = storedSignals(library.axes, values, seededRandom(SEED));
  const words = stored[0].length;
  const classifier = new Classifier(library);
  classifier.initialize();
  const signal = new Float32Array(values);
  const ask: Ask = ({ weights, exponent }) => {
    const [first, second, offset] = weights;
    for (let i = 0; i < values; i++) {
      const sum = first * stored[0][i % words]! + second * stored[1][i % words]! + offset * OFFSET;
      signal[i] = sum * 2 ** exponent;
    }
    const { code: id, probabilities } = classifier.classify(signal);
    return { weights, exponent, id, probabilities };
  };
  const tried = EXPONENTS.map((exponent) => MIXTURES.map((weights) => ask({ weights, exponent })));
  const borders = bordersOf(tried).map(([from, to]) => onTheBorder(from, to, ask));
  return { stored, asked: telling([...tried.flat(), ...borders]) };
}

/** Neighbours of different classes, both with the same scale; of many an even share. */
function bordersOf(tried: readonly (readonly Asked[])[]): (readonly [Asked, Asked])[] {
  const all = tried.flatMap((row, e) =>
    row.flatMap((one, m) => {
      const { weights, exponent } = one;
      const beside = row[m + 1];
      const smaller = tried[e - 1]?.[m];
      // two steps of the exponent are a quarter of the weights
      const quarter = weights.map((weight) => Math.trunc(weight / 4)) as unknown as Weights;
      return [
        ...(beside && beside.id !== one.id ? [[one, beside] as const] : []),
        ...(smaller && smaller.id !== one.id
          ? [[{ ...smaller, weights: quarter, exponent }, one] as const]
          : []),
      ];
    }),
  );
  const step = Math.max(1, all.length / MOST_BORDERS);
  return Array.from({ length: Math.min(all.length, MOST_BORDERS) }, (_, i) => all[Math.floor(i * step)]!);
}

/** Halves the way between two classes until an answer between them is not sure of itself any more. */
function onTheBorder(from: Asked, to: Asked, ask: Ask): Asked {
  let [low, high] = [from, to];
  for (;;) {
    const weights = low.weights.map((weight, i) => Math.trunc((weight + high.weights[i]!) / 2));
    const middle = ask({ weights: weights as unknown as Weights, exponent: to.exponent });
    if (entropyOf(middle) >= TELLING_BITS) return middle;
    const side = middle.id === from.id ? low : high;
    if (side.weights.every((weight, i) => weight === weights[i])) return middle;
    if (middle.id === from.id) low = middle;
    else high = middle;
  }
}

/** The answer that says most of each class, then those that say most of all; none twice. */
function telling(tried: readonly Asked[]): Asked[] {
  const different = [...new Map(tried.map((one) => [one.probabilities.join(), one])).values()];
  different.sort((x, y) => entropyOf(y) - entropyOf(x));
  const ofEachClass = different.filter(({ id }, i) => different.findIndex((one) => one.id === id) === i);
  return [...new Set([...ofEachClass, ...different])].slice(0, ASKED);
}

/** neai_selftest_vector.h: signals as hexadecimal words, and what the emulator answers. */
export function classifierSelfTestVector(library: ClassificationLibrary): string {
  const { stored, asked } = planSelfTest(library);
  const weights = asked.map((one) => `{${one.weights.join(', ')}}`).join(', ');
  const rows = asked.map(({ probabilities }) => Array.from(probabilities, floatToBits));
  return `/*
 * Known answers of library ${library.id}. Value i of a test signal is scale * (a * first[i % n] + b * second[i % n] +
 * ${OFFSET} * c), with a, b and c of the table of weights: whole numbers and powers of two, exact whatever the compiler does. Words
 * are binary32 bit patterns.
 */
#ifndef NEAI_SELFTEST_VECTOR_H
#define NEAI_SELFTEST_VECTOR_H

#include <stdint.h>

#define NEAI_SELFTEST_WORDS ${stored[0].length}
#define NEAI_SELFTEST_SIGNALS ${asked.length}
#define NEAI_SELFTEST_CLASSES ${library.classes.length}

static const uint32_t neai_selftest_first[NEAI_SELFTEST_WORDS] = {
${hexWords(Array.from(stored[0], floatToBits))}
};
static const uint32_t neai_selftest_second[NEAI_SELFTEST_WORDS] = {
${hexWords(Array.from(stored[1], floatToBits))}
};
static const int16_t neai_selftest_weights[NEAI_SELFTEST_SIGNALS][3] = {${weights}};
static const uint32_t neai_selftest_scale[NEAI_SELFTEST_SIGNALS] = {
${hexWords(asked.map(({ exponent }) => floatToBits(2 ** exponent)))}
};
/** Class ids from 1. */
static const uint8_t neai_selftest_class[NEAI_SELFTEST_SIGNALS] = {${asked.map(({ id }) => id).join(', ')}};
/** Probabilities of every class, signal after signal. */
static const uint32_t neai_selftest_probabilities[NEAI_SELFTEST_SIGNALS * NEAI_SELFTEST_CLASSES] = {
${hexWords(rows.flat())}
};

#endif
`;
}

/** neai_selftest.h */
export function classifierSelfTestHeader({ macros }: ClassifierApi): string {
  return `/* Does the library in this image give the answers of its emulator? Compile neai_selftest.c along when you want to know. */
#ifndef NEAI_SELFTEST_H
#define NEAI_SELFTEST_H

#include <stdint.h>

#include "NanoEdgeAI.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Classifies known signals; the library is ready afterwards.
 * scratch: room for one signal; probabilities: room for one value a class.
 * Returns 0 when every answer is right. Otherwise: 1 initialize failed (the wrong board), 10 + n class n differs, 20 + n a
 * probability of signal n differs (wrong compiler flags, damaged memory).
 */
int neai_selftest(float scratch[${macros.length} * ${macros.axes}], float probabilities[${macros.classes}]);

#ifdef __cplusplus
}
#endif

#endif
`;
}

/** neai_selftest.c */
export function classifierSelfTestSource({ macros, selfTestCalls }: ClassifierApi): string {
  return `#include "neai_selftest.h"

#include "neai_selftest_vector.h"

typedef union {
    uint32_t u;
    float f;
} word;

static float value_of(uint32_t bits)
{
    word one;
    one.u = bits;
    return one.f;
}

static uint32_t bits_of(float value)
{
    word one;
    one.f = value;
    return one.u;
}

static void make_signal(float signal[], const int16_t weights[3], float scale)
{
    for (uint32_t i = 0; i < (uint32_t)(${macros.length} * ${macros.axes}); i++) {
        uint32_t at = i % NEAI_SELFTEST_WORDS;
        signal[i] = ((float)weights[0] * value_of(neai_selftest_first[at]) +
                     (float)weights[1] * value_of(neai_selftest_second[at]) + (float)weights[2] * ${OFFSET}.0f) *
                    scale;
    }
}

${selfTestCalls()}
int neai_selftest(float scratch[${macros.length} * ${macros.axes}], float probabilities[${macros.classes}])
{
    if (start() != 0) {
        return 1;
    }
    for (uint32_t i = 0; i < NEAI_SELFTEST_SIGNALS; i++) {
        make_signal(scratch, neai_selftest_weights[i], value_of(neai_selftest_scale[i]));
        if (classify(scratch, probabilities) != neai_selftest_class[i]) {
            return 10 + (int)i;
        }
        for (uint32_t c = 0; c < NEAI_SELFTEST_CLASSES; c++) {
            if (bits_of(probabilities[c]) != neai_selftest_probabilities[i * NEAI_SELFTEST_CLASSES + c]) {
                return 20 + (int)i;
            }
        }
    }
    return 0;
}
`;
}
