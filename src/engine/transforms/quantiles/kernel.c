/*
 * Quantiles per axis. Pair: transform.ts beside this file. Config: count, ranks[count] ascending. Work: length.
 * Values are compared as integers that have their order: so a core without an FPU compares in one instruction.
 */
#include "neai_runtime.h"

NEAI_STAGE_KERNEL(neai_transform_quantiles);

/** Signed integer in the order of the values; its own inverse. */
static uint32_t ordered(uint32_t bits)
{
    return (bits & 0x80000000u) != 0u ? bits ^ 0x7fffffffu : bits;
}

static int32_t key(neai_word word)
{
    return (int32_t)word.u;
}

/**
 * Hoare's FIND (1961): moves the value of rank `rank` to its place between `from` and `to`, smaller ones before it and
 * greater ones behind. The pivot is the middle one of three, so that what is sorted already costs no more.
 */
static void find(neai_word *keys, uint32_t from, uint32_t to, uint32_t rank)
{
    while (from < to) {
        int32_t low = key(keys[from]);
        int32_t high = key(keys[to]);
        int32_t pivot = key(keys[from + (to - from) / 2u]);
        if (low > high) {
            int32_t other = low;
            low = high;
            high = other;
        }
        pivot = pivot < low ? low : pivot;
        pivot = pivot > high ? high : pivot;
        uint32_t left = from;
        uint32_t right = to;
        for (;;) {
            while (key(keys[left]) < pivot) {
                left++;
            }
            while (key(keys[right]) > pivot) {
                right--;
            }
            if (left >= right) {
                break;
            }
            neai_word other = keys[left];
            keys[left++] = keys[right];
            keys[right--] = other;
            if (left > right) {
                break;
            }
        }
        /* all before `left` are at most the pivot, all behind `right` at least; what lies between is the pivot itself */
        if (left == right) {
            if (rank == left) {
                return;
            }
            left++;
            right--;
        }
        if (rank < left) {
            to = left - 1u;
        } else {
            from = left;
        }
    }
}

void neai_transform_quantiles(const neai_stage *stage, const float *input, float *output, float *work)
{
    uint32_t count = stage->config[0].u;
    const neai_word *ranks = &stage->config[1];
    uint32_t last = stage->length - 1u;
    neai_word *keys = (neai_word *)(void *)work;
    for (uint32_t axis = 0; axis < stage->axes; axis++) {
        const float *sample = &input[axis];
        for (uint32_t i = 0; i <= last; i++) {
            /* zeros lose their sign first, so that equal values have equal bits */
            keys[i].u = ordered(neai_bits(*sample + 0.0f));
            sample += stage->axes;
        }
        /* the middle one first: it halves the work for the others */
        uint32_t middle = count / 2u;
        find(keys, 0, last, ranks[middle].u);
        for (uint32_t q = middle; q > 0u; q--) {
            find(keys, 0, ranks[q].u, ranks[q - 1u].u);
        }
        for (uint32_t q = middle + 1u; q < count; q++) {
            find(keys, ranks[q - 1u].u, last, ranks[q].u);
        }
        for (uint32_t q = 0; q < count; q++) {
            output[axis * count + q] = neai_float(ordered(keys[ranks[q].u].u));
        }
    }
}
