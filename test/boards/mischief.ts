import type { FilePlan } from '../../src/shared/file-plan.ts';
import { trivialLibrary } from '../host/trivial-library.ts';

export const AXES = 3;
export const BUFFER_SIZE = 8;
/** First value of a signal, and what learning it makes this library do. */
export const MISCHIEF = {
  none: 0,
  undefinedInstruction: 1,
  unmappedRead: 2,
  endlessRecursion: 3,
  watchdog: 4,
} as const;
/** Nothing answers there on any of our chips. */
export const UNMAPPED = 0x7000_0000;

/** IWDG, at the same place in every family (RM0008 to RM0438, memory maps): runs out after some milliseconds. */
const SOURCE = `
#define IWDG(offset) (*(volatile uint32_t *)(0x40003000u + (offset)))
static volatile uint32_t depth;
static uint32_t dig(uint32_t level);
static uint32_t dig(uint32_t level)
{
    volatile uint32_t room[16];
    room[level % 16u] = level;
    depth = level;
    return level == 0xFFFFFFFFu ? 0u : dig(level + 1u) + room[level % 16u];
}
void mischief(float kind) __attribute__((noinline));
void mischief(float kind)
{
    if (kind == 1.0f) {
        __asm__ volatile("udf #0");
    }
    if (kind == 2.0f) {
        (void)*(volatile uint32_t *)${UNMAPPED}u;
    }
    if (kind == 3.0f) {
        (void)dig(0);
    }
    if (kind == 4.0f) {
        IWDG(0u) = 0xCCCCu;
        IWDG(0u) = 0x5555u;
        IWDG(8u) = 32u;
        for (;;) {
        }
    }
}`;

/** A library that breaks its board in the way that a signal's first value names. */
export const mischiefLibrary = (): FilePlan =>
  trivialLibrary({
    axes: AXES,
    bufferSize: BUFFER_SIZE,
    onLearn: 'mischief(data_input[0]);',
    extra: SOURCE,
  });

export function mischievousSignal(kind: number): Float32Array {
  const values = new Float32Array(AXES * BUFFER_SIZE);
  values[0] = kind;
  return values;
}
