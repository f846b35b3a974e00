import { z } from 'zod';

const seconds = z.number().min(0);
const microseconds = z.int().min(0);

export const LANES = ['power', 'reset', 'flash', 'link', 'call', 'console'] as const;

/** One thing that happened, on the wall clock from the start of the run. */
const eventSchema = z.strictObject({
  atSeconds: seconds,
  /** Null for what has no length, or no end that was seen. */
  durationSeconds: seconds.nullable(),
  lane: z.enum(LANES),
  text: z.string().min(1),
  level: z.enum(['info', 'warning', 'error']),
});
export type TimelineEvent = z.infer<typeof eventSchema>;

/**
 * The target's calls by column, in call order, so that ten thousand stay small: time from the end of the call before
 * (of the first: from the start of the run), and time that the call itself took.
 */
const callTimesSchema = z
  .strictObject({ gapMicroseconds: z.array(microseconds), durationMicroseconds: z.array(microseconds) })
  .refine(
    ({ gapMicroseconds, durationMicroseconds }) => gapMicroseconds.length === durationMicroseconds.length,
    {
      message: 'columns of different lengths',
    },
  );
export type CallTimes = z.infer<typeof callTimesSchema>;

export const timelineSchema = z.strictObject({
  /** By `atSeconds`. */
  events: z.array(eventSchema),
  /** Null where the target's calls have no time of their own (a recorded run). */
  calls: callTimesSchema.nullable(),
});
export type Timeline = z.infer<typeof timelineSchema>;

/** When a call began and ended, in seconds from the start of the run. */
export interface CallSpan {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** Columns from spans in call order; the inverse of {@link unpackCallTimes} to the microsecond. */
export function packCallTimes(spans: readonly CallSpan[]): CallTimes {
  const times: CallTimes = { gapMicroseconds: [], durationMicroseconds: [] };
  let end = 0;
  for (const span of spans) {
    const start = Math.max(end, Math.round(1e6 * span.startSeconds));
    const next = Math.max(start, Math.round(1e6 * span.endSeconds));
    times.gapMicroseconds.push(start - end);
    times.durationMicroseconds.push(next - start);
    end = next;
  }
  return times;
}

/** Spans of a record's columns. */
export function unpackCallTimes({ gapMicroseconds, durationMicroseconds }: CallTimes): CallSpan[] {
  let end = 0;
  return gapMicroseconds.map((gap, index) => {
    const start = end + gap;
    end = start + durationMicroseconds[index]!;
    return { startSeconds: start / 1e6, endSeconds: end / 1e6 };
  });
}
