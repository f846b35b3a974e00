import { closeSync, mkdirSync, readlinkSync, symlinkSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ReadStream } from 'node:tty';
import koffi from 'koffi';
import { NeaiError } from '../../shared/errors.ts';
import type { HostPort } from './line.ts';

/** Linux TCGETS2: like tcgetattr, with the two speeds as numbers (asm-generic/ioctls.h). */
const TCGETS2 = 0x802c542a;
/** struct termios2: four flag words, line, 19 control characters, two speeds (asm-generic/termbits.h). */
const TERMIOS2_BYTES = 44;
const OUTPUT_SPEED_AT = 40;
/** struct termios of glibc on Linux is 60 bytes. */
const TERMIOS_BYTES = 60;
const TCSANOW = 0;
/** fcntl: set file status flags; read-write, non-blocking (asm-generic/fcntl.h). */
const F_SETFL = 4;
const O_RDWR_NONBLOCK = 0o4002;
const LARGEST_BACKLOG_BYTES = 1 << 18;
const RETRY_MS = 2;
/** glibc's code of 115200 baud: what the port has until a client sets its own. */
const FIRST_SPEED = 0o10002;
const SPEED_CACHE_MS = 1;

interface Libc {
  openpty(master: number[], slave: number[], name: null, termios: null, size: null): number;
  tcgetattr(fd: number, termios: Uint8Array): number;
  tcsetattr(fd: number, actions: number, termios: Uint8Array): number;
  cfmakeraw(termios: Uint8Array): void;
  cfsetspeed(termios: Uint8Array, speed: number): number;
  fcntl(fd: number, command: number, argument: number): number;
  ioctl(fd: number, request: number, argument: Uint8Array): number;
}

let libc: Libc | undefined;

function loadLibc(): Libc {
  if (libc) return libc;
  const library = koffi.load('libc.so.6');
  libc = {
    openpty: library.func(
      'int openpty(_Out_ int *master, _Out_ int *slave, void *name, void *termios, void *size)',
    ),
    tcgetattr: library.func('int tcgetattr(int fd, uint8_t *termios)'),
    tcsetattr: library.func('int tcsetattr(int fd, int actions, uint8_t *termios)'),
    cfmakeraw: library.func('void cfmakeraw(uint8_t *termios)'),
    cfsetspeed: library.func('int cfsetspeed(uint8_t *termios, uint32_t speed)'),
    fcntl: library.func('int fcntl(int fd, int command, int argument)'),
    ioctl: library.func('int ioctl(int fd, unsigned long request, uint8_t *argument)'),
  };
  return libc;
}

/** A pseudo terminal as a probe's virtual COM port. */
export interface Pty {
  /** Path of the end that clients open. */
  readonly path: string;
  /** Path of the link to it that carries the probe's serial number. */
  readonly link: string;
  readonly host: HostPort;
  /** Bytes that a client has written. */
  onData(take: (bytes: Uint8Array) => void): void;
  /** Bytes that no client fetched in time and that were thrown away. */
  readonly discardedBytes: number;
  close(): void;
}

/** Name of a probe's port as udev's rules make it. */
const portLinkName = (probeSerial: string): string =>
  `usb-STMicroelectronics_STM32_STLink_${probeSerial}-if02`;

/**
 * Opens a pty, raw from the first moment, and links it into `portFolder` under the probe's serial number. The client's
 * end is kept open here too, so that a client going away is no hang-up.
 * @throws VIRTUAL_PTY
 */
export function openPty(portFolder: string, probeSerial: string): Pty {
  const c = loadLibc();
  const master = [-1];
  const slave = [-1];
  if (c.openpty(master, slave, null, null, null) !== 0)
    throw new NeaiError('VIRTUAL_PTY', 'the system gives no pseudo terminal', { asked: 'openpty' });
  const [masterFd, slaveFd] = [master[0]!, slave[0]!];
  const termios = new Uint8Array(TERMIOS_BYTES);
  c.tcgetattr(slaveFd, termios);
  c.cfmakeraw(termios);
  c.cfsetspeed(termios, FIRST_SPEED);
  c.tcsetattr(slaveFd, TCSANOW, termios);
  const path = readlinkSync(`/proc/self/fd/${slaveFd}`);
  mkdirSync(portFolder, { recursive: true });
  const link = join(portFolder, portLinkName(probeSerial));
  removeLink(link);
  symlinkSync(path, link);
  const stream = new ReadStream(masterFd);
  c.fcntl(masterFd, F_SETFL, O_RDWR_NONBLOCK);
  const outlet = new Outlet(masterFd);
  const state = new Uint8Array(TERMIOS2_BYTES);
  const speed = { baud: 9600, readAtMs: Number.NEGATIVE_INFINITY };
  stream.on('error', () => stream.destroy());
  return {
    path,
    link,
    get discardedBytes() {
      return outlet.discardedBytes;
    },
    host: {
      speedBaud() {
        // A client may change it at any moment. What it writes it writes after that, so the first byte of what has come
        // asks anew (onData); for the rest once a millisecond of wall time is soon enough.
        const nowMs = performance.now();
        if (nowMs - speed.readAtMs < SPEED_CACHE_MS) return speed.baud;
        speed.readAtMs = nowMs;
        if (c.ioctl(slaveFd, TCGETS2, state) === 0)
          speed.baud = new DataView(state.buffer).getUint32(OUTPUT_SPEED_AT, true) || 9600;
        return speed.baud;
      },
      deliver(bytes) {
        outlet.write(bytes);
      },
      holdBack(full) {
        if (full) stream.pause();
        else stream.resume();
      },
    },
    onData(take) {
      stream.on('data', (bytes: Uint8Array) => {
        speed.readAtMs = Number.NEGATIVE_INFINITY;
        take(bytes);
      });
    },
    close() {
      removeLink(link);
      outlet.close();
      stream.destroy();
      closeSync(slaveFd);
    },
  };
}

/**
 * Bytes on their way to the client. The event loop's own terminal streams write to a pty's master in blocking mode: a
 * client that does not read would stop the board, its probe and all. Here what the system does not take at once waits,
 * and what comes while too much waits is thrown away, as a serial port without a reader does.
 */
class Outlet {
  readonly #fd: number;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;
  #discardedBytes = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  get discardedBytes(): number {
    return this.#discardedBytes;
  }

  write(bytes: Uint8Array): void {
    if (this.#closed) return;
    if (this.#waitingBytes + bytes.length > LARGEST_BACKLOG_BYTES) {
      this.#discardedBytes += bytes.length;
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (!this.#retry) this.#flush();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
  }

  #flush(): void {
    this.#retry = undefined;
    while (this.#waiting.length > 0) {
      const first = this.#waiting[0]!;
      const written = this.#tryWrite(first);
      this.#waitingBytes -= written;
      if (written < first.length) {
        this.#waiting[0] = first.subarray(written);
        this.#retry = setTimeout(() => this.#flush(), RETRY_MS);
        return;
      }
      this.#waiting.shift();
    }
  }

  #tryWrite(bytes: Uint8Array): number {
    try {
      return writeSync(this.#fd, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
      throw error;
    }
  }
}

function removeLink(link: string): void {
  try {
    unlinkSync(link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
