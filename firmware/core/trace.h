/*
 * What happens inside a call, kept in a build with taps (NEAI_TRACE_WORDS) for the command `trace`. In every other build
 * nothing is kept, and nothing of this costs anything.
 */
#ifndef NEAI_FIRMWARE_TRACE_H
#define NEAI_FIRMWARE_TRACE_H

#ifdef NEAI_TRACE_WORDS
/* Forgets the call before and keeps what the next one does. */
void trace_begin(void);
#else
static inline void trace_begin(void)
{
}
#endif

#endif
