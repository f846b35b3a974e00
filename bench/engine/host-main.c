/*
 * Learns and detects signals over and over: main SIGNALS COUNT VALUES LEARN_ROUNDS DETECT_ROUNDS
 * Prints nanoseconds of all learns and of all detects.
 */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "NanoEdgeAI.h"

static double now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        return 2;
    }
    size_t count = strtoul(argv[2], 0, 10);
    size_t values = strtoul(argv[3], 0, 10);
    float *signals = malloc(count * values * sizeof *signals);
    FILE *file = fopen(argv[1], "rb");
    if (!signals || !file || fread(signals, sizeof *signals, count * values, file) != count * values) {
        return 1;
    }
    unsigned sum = 0;
    NanoEdgeAI_initialize();
    for (size_t i = 0; i < count; i++) {
        sum += NanoEdgeAI_learn(&signals[i * values]);
    }
    double started = now_ns();
    for (long round = strtol(argv[4], 0, 10); round > 0; round--) {
        for (size_t i = 0; i < count; i++) {
            sum += NanoEdgeAI_learn(&signals[i * values]);
        }
    }
    double learned = now_ns();
    for (long round = strtol(argv[5], 0, 10); round > 0; round--) {
        for (size_t i = 0; i < count; i++) {
            sum += NanoEdgeAI_detect(&signals[i * values]);
        }
    }
    double detected = now_ns();
    printf("%.0f %.0f %u\n", learned - started, detected - learned, sum);
    return 0;
}
