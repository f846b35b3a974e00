import { NeaiError } from '../shared/errors.ts';

/** Signals closer to the first than this are the same key press. */
const SAME_PRESS_MS = 300;

const controller = new AbortController();

/** Aborted on Ctrl-C or SIGTERM: every long operation takes it, puts its house in order and ends. */
export const interrupted: AbortSignal = controller.signal;

/** Listens once for the whole process; a second Ctrl-C ends it at once, for those who cannot wait. */
export function listenForInterrupt(): void {
  let firstMs = Number.NEGATIVE_INFINITY;
  const onSignal = (): void => {
    // One Ctrl-C may come twice: from the terminal, and from the process that started us.
    if (performance.now() - firstMs < SAME_PRESS_MS) return;
    if (controller.signal.aborted) process.exit(130);
    firstMs = performance.now();
    process.stderr.write('\ninterrupted: putting things in order (again to end at once)\n');
    controller.abort(new NeaiError('INTERRUPTED', 'the user interrupted the command'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}
