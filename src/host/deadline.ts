import { type ErrorCode, type ErrorDetails, NeaiError } from '../shared/errors.ts';

/** How long something may take, and who may call it off. */
export interface Limits {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The error that an aborted signal stands for. */
export function interruption(signal: AbortSignal): NeaiError {
  const reason: unknown = signal.reason;
  return reason instanceof NeaiError ? reason : new NeaiError('INTERRUPTED', 'the operation was called off');
}

/**
 * Waits for `work`, but never longer than the limits say. The work itself is not ended by this: whoever starts
 * something that can hang must put it out of action when this throws.
 * @throws NeaiError the one built by `onTimeout`, INTERRUPTED, or what the work throws
 */
export async function within<T>(work: Promise<T>, limits: Limits, onTimeout: () => NeaiError): Promise<T> {
  const { signal, timeoutMs } = limits;
  // A late failure of work that nobody waits for any more must not end the process.
  work.catch(() => undefined);
  if (signal?.aborted) throw interruption(signal);
  const { promise: cut, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(onTimeout()), timeoutMs);
  const onAbort = (): void => reject(interruption(signal!));
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, cut]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}

/** A deadline's error, worded alike everywhere. */
export function timedOut(
  code: ErrorCode,
  what: string,
  timeoutMs: number,
  details: ErrorDetails = {},
): NeaiError {
  return new NeaiError(code, `${what} did not end within ${(timeoutMs / 1000).toFixed(1)} s`, details);
}
