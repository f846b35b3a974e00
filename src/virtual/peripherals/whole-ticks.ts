/**
 * What a double keeps of virtual time: some roundings of the time itself (each 2^-53 of it), in all less than this part.
 * The slack has to grow with the time: after hours a tick that is due lies further below its whole number than any
 * fixed slack, and a timer whose event has come but whose tick has not would plan the same event for ever.
 */
const TIME_RESOLUTION = 2 ** -50;

/** Whole ticks of `tickNs` from `sinceNs` until `nowNs` (virtual nanoseconds); one that is due at `nowNs` counts. */
export function wholeTicks(sinceNs: number, nowNs: number, tickNs: number): number {
  return Math.max(0, Math.floor((nowNs - sinceNs + nowNs * TIME_RESOLUTION) / tickNs));
}
