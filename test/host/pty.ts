import { closeSync, readlinkSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import koffi from 'koffi';

const libc = koffi.load('libc.so.6');
const openpty = libc.func(
  'int openpty(_Out_ int *master, _Out_ int *slave, void *name, void *termios, void *winsize)',
);
const tcgetattr = libc.func('int tcgetattr(int fd, _Out_ uint8_t *termios)');
const cfmakeraw = libc.func('void cfmakeraw(_Inout_ uint8_t *termios)');
const fcntl = libc.func('int fcntl(int fd, int command, int argument)');
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const tcsetattr = libc.func('int tcsetattr(int fd, int when, uint8_t *termios)');

/** A pseudo terminal: what a board would be is at the master's end, what a serial port would be is `path`. */
export interface Pty {
  readonly path: string;
  /** Sends at most 4000 bytes to whoever has opened the path; blocks when they do not fetch them. */
  write(bytes: Uint8Array): void;
  /** Until this is called nothing is fetched, and the sender's buffer fills up. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** The device goes away, as when a cable is pulled. */
  unplug(): void;
}

export function openPty(): Pty {
  const master = [0];
  const slave = [0];
  if (openpty(master, slave, null, null, null) !== 0) throw new Error('no pseudo terminal available');
  // A program that a test starts must not hold the master's end: its port could never go away.
  for (const fd of [master[0], slave[0]]) fcntl(fd, F_SETFD, FD_CLOEXEC);
  const termios = Buffer.alloc(128);
  tcgetattr(slave[0], termios);
  cfmakeraw(termios);
  tcsetattr(slave[0], 0, termios);
  // Its writes block (libuv): never more at once than the kernel's buffer of 4 KB takes.
  const stream = new ReadStream(master[0]!);
  stream.on('error', () => undefined);
  let open = true;
  return {
    path: readlinkSync(`/proc/self/fd/${slave[0]}`),
    write: (bytes) => void stream.write(bytes),
    onData: (listener) => void stream.on('data', listener),
    unplug() {
      if (!open) return;
      open = false;
      closeSync(slave[0]!);
      stream.destroy();
    },
  };
}
