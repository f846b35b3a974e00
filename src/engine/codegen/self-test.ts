import { seededRandom } from '../../shared/random.ts';
import { Emulator } from '../emulator/emulator.ts';
import type { Library } from '../library.ts';
import { floatToBits } from '../numeric/f32.ts';
import type { Api } from './api/api.ts';
import { hexWords, MOST_WEIGHT, storedSignals } from './self-test-signals.ts';

/** Learns beyond the fewest that detect asks for. */
const EXTRA_LEARNS = 5;
const DETECTS = 5;
const SEED = 20;

type Weights = readonly [number, number];

interface SelfTest {
  /** Two stored signals; a test signal is wa times the first plus wb times the second. */
  readonly stored: readonly [Float32Array, Float32Array];
  readonly learned: readonly Weights[];
  /** CRC-32C of the knowledge after the learns. */
  readonly digest: number;
  readonly detected: readonly {
    readonly weights: Weights;
    readonly similarity: number;
    readonly distance: number;
  }[];
}

/** Signals with known answers, computed by the emulator. */
function planSelfTest(library: Library, api: Api): SelfTest {
  const random = seededRandom(SEED);
  const values = library.axes * library.bufferSize;
  const stored = storedSignals(library.axes, values, random);
  const words = stored[0].length;
  const signal = ([a, b]: Weights): Float32Array =>
    Float32Array.from({ length: values }, (_, i) => a * stored[0][i % words]! + b * stored[1][i % words]!);
  const emulator = new Emulator(library);
  emulator.initialize();
  const learned = Array.from({ length: api.detectFloor(library) + EXTRA_LEARNS }, (): Weights => {
    return [MOST_WEIGHT - random.below(3), random.below(7) - 3];
  });
  for (const weights of learned) emulator.learn(signal(weights));
  const digest = emulator.digest();
  const grid = [MOST_WEIGHT - 1, 10, 6, 2].flatMap((a) =>
    [0, 1, 2, 4, 7, 11, MOST_WEIGHT].map((b) => [a, b] as const),
  );
  const tried = grid.map((weights): SelfTest['detected'][number] => {
    const similarity = emulator.detect(signal(weights));
    return { weights, similarity, distance: emulator.distanceBits() };
  });
  return { stored, learned, digest, detected: telling(tried) };
}

/** Answers of different heights say most: the first of each, spread over the scale. */
function telling<T extends { readonly similarity: number }>(tried: readonly T[]): T[] {
  const different = [...new Map(tried.map((one) => [one.similarity, one])).values()];
  different.sort((x, y) => y.similarity - x.similarity);
  if (different.length <= DETECTS) return different;
  const step = (different.length - 1) / (DETECTS - 1);
  return Array.from({ length: DETECTS }, (_, i) => different[Math.round(i * step)]!);
}

const pairs = (rows: readonly Weights[]): string => rows.map(([a, b]) => `{${a}, ${b}}`).join(', ');

/** neai_selftest_vector.h: signals as hexadecimal words, and what the emulator answers. */
export function selfTestVector(library: Library, api: Api): string {
  const { stored, learned, digest, detected } = planSelfTest(library, api);
  return `/*
 * Known answers of library ${library.id}. Value i of a test signal is a * first[i % n] + b * second[i % n], a and b from the
 * tables of weights: whole numbers, exact whatever the compiler does. Words are binary32 bit patterns.
 */
#ifndef NEAI_SELFTEST_VECTOR_H
#define NEAI_SELFTEST_VECTOR_H

#include <stdint.h>

#define NEAI_SELFTEST_WORDS ${stored[0].length}
#define NEAI_SELFTEST_LEARNS ${learned.length}
#define NEAI_SELFTEST_DETECTS ${detected.length}
/** CRC-32C (Castagnoli) of section .neai after the learns. */
#define NEAI_SELFTEST_DIGEST 0x${digest.toString(16).padStart(8, '0')}u

static const uint32_t neai_selftest_first[NEAI_SELFTEST_WORDS] = {
${hexWords(Array.from(stored[0], floatToBits))}
};
static const uint32_t neai_selftest_second[NEAI_SELFTEST_WORDS] = {
${hexWords(Array.from(stored[1], floatToBits))}
};
static const int8_t neai_selftest_learned[NEAI_SELFTEST_LEARNS][2] = {
    ${pairs(learned)}};
static const int8_t neai_selftest_detected[NEAI_SELFTEST_DETECTS][2] = {${pairs(detected.map(({ weights }) => weights))}};
static const uint8_t neai_selftest_similarity[NEAI_SELFTEST_DETECTS] = {${detected.map((one) => one.similarity).join(', ')}};
#ifdef NEAI_TAPS
/** Bits of distance over reference, which only a build of the sources with -DNEAI_TAPS tells. */
static const uint32_t neai_selftest_distance[NEAI_SELFTEST_DETECTS] = {
${hexWords(detected.map((one) => one.distance))}
};
#endif

#endif
`;
}

/** neai_selftest.h */
export function selfTestHeader({ macros }: Api): string {
  return `/* Does the library in this image give the answers of its emulator? Compile neai_selftest.c along when you want to know. */
#ifndef NEAI_SELFTEST_H
#define NEAI_SELFTEST_H

#include <stdint.h>

#include "NanoEdgeAI.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Learns and detects known signals; at the end the library is initialised anew, so what it had learnt is gone.
 * scratch: room for one signal.
 * Returns 0 when every answer is right. Otherwise: 1 initialize failed (the wrong board), 2 learn failed, 3 the
 * knowledge differs (wrong compiler flags, damaged memory), 10 + n similarity n differs, 20 + n distance n differs.
 */
int neai_selftest(float scratch[${macros.length} * ${macros.axes}]);

#ifdef __cplusplus
}
#endif

#endif
`;
}

/** neai_selftest.c */
export function selfTestSource(api: Api): string {
  const { macros } = api;
  return `#include "neai_selftest.h"

#include "neai_selftest_vector.h"
#ifdef NEAI_TAPS
#include "neai_trace.h"
#endif

/* Section .neai: all that learning changes. */
extern uint32_t neai_knowledge[NEAI_KNOWLEDGE_SIZE / 4];

static float value_of(uint32_t bits)
{
    union {
        uint32_t u;
        float f;
    } word;
    word.u = bits;
    return word.f;
}

static void make_signal(float signal[], const int8_t weights[2])
{
    for (uint32_t i = 0; i < (uint32_t)(${macros.length} * ${macros.axes}); i++) {
        uint32_t at = i % NEAI_SELFTEST_WORDS;
        signal[i] = (float)weights[0] * value_of(neai_selftest_first[at]) +
                    (float)weights[1] * value_of(neai_selftest_second[at]);
    }
}

/* CRC-32C of little-endian words, bit by bit. */
static uint32_t digest_of(const uint32_t words[], uint32_t count)
{
    uint32_t crc = 0xffffffffu;
    for (uint32_t i = 0; i < count; i++) {
        crc ^= words[i];
        for (int bit = 0; bit < 32; bit++) {
            crc = (crc & 1u) ? (crc >> 1) ^ 0x82f63b78u : crc >> 1;
        }
    }
    return ~crc;
}

${api.selfTestCalls()}
static int run(float scratch[])
{
    if (start() != 0) {
        return 1;
    }
    for (uint32_t i = 0; i < NEAI_SELFTEST_LEARNS; i++) {
        make_signal(scratch, neai_selftest_learned[i]);
        if (!learn(scratch)) {
            return 2;
        }
    }
    if (digest_of(neai_knowledge, NEAI_KNOWLEDGE_SIZE / 4) != NEAI_SELFTEST_DIGEST) {
        return 3;
    }
    for (uint32_t i = 0; i < NEAI_SELFTEST_DETECTS; i++) {
        make_signal(scratch, neai_selftest_detected[i]);
        if (detect(scratch) != neai_selftest_similarity[i]) {
            return 10 + (int)i;
        }
#ifdef NEAI_TAPS
        if (neai_trace_distance_bits != neai_selftest_distance[i]) {
            return 20 + (int)i;
        }
#endif
    }
    return 0;
}

int neai_selftest(float scratch[${macros.length} * ${macros.axes}])
{
    int result = run(scratch);
    (void)start();
    return result;
}
`;
}
