import { NeaiError } from '../shared/errors.ts';

const controller = new AbortController();

/** Aborted on Ctrl-C or SIGTERM: every long operation takes it, puts its house in order and ends. */
export const interrupted: AbortSignal = controller.signal;

/** Listens once for the whole process; a second Ctrl-C ends it at once, for those who cannot wait. */
export function listenForInterrupt(): void {
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write('\ninterrupted: putting things in order (again to end at once)\n');
    controller.abort(new NeaiError('INTERRUPTED', 'the user interrupted the command'));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
}
