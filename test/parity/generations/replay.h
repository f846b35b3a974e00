/* Sensor and logger of a firmware that has neither: recorded signals in flash, what it logs in RAM. */
#ifndef REPLAY_H
#define REPLAY_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Signals to learn, and then to look at. */
#define REPLAY_LEARNS 30
#define REPLAY_DETECTS 15

/** The next recorded signal. */
void replay_next(float *values, int count);
void replay_log(uint32_t value);
/** Logs the CRC-32C of section .neai and stops. */
void replay_end(void);

#ifdef __cplusplus
}
#endif

#endif
