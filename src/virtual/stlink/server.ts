import { createServer, type Server, type Socket } from 'node:net';
import { PRODUCT_ID, type StlinkProbe, VENDOR_ID } from './probe.ts';

/** A probe as the server lists it. */
interface ListedProbe {
  /** 24 hexadecimal digits. */
  readonly serial: string;
  readonly probe: StlinkProbe;
}

const STATUS_OK = 0x0001;
const STATUS_BAD_PARAMETER = 0x1002;
const STATUS_OPEN_ERROR = 0x1003;
const SERVER_API = 3;
const DEVICE_INFO_BYTES = 41;
const USB_COMMAND_BYTES = 32;
const MAX_DATA_BYTES = 65536;

/** Request lengths by first byte; there is no length field. */
const REQUEST_BYTES: Record<number, number> = {
  0: 2,
  1: 1,
  2: 8,
  3: 8,
  4: 8,
  5: USB_COMMAND_BYTES,
  6: 4,
  7: 1,
};

/** A running ST-LINK TCP server. */
export interface StlinkServer {
  /** Port on 127.0.0.1, chosen by the system. */
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves the ST-LINK server protocol (the one OpenOCD's `hla_stlink_backend tcp <port>` speaks) for some probes.
 * A probe is used by one connection at a time; every request is answered in the same turn of the event loop.
 */
export async function startStlinkServer(probes: readonly ListedProbe[]): Promise<StlinkServer> {
  const session = new ProbeUse(probes);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    const connection = new Connection(session, socket);
    socket.on('data', (chunk) => connection.take(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      sockets.delete(socket);
      connection.release();
    });
  });
  const port = await listen(server);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}

/** Who holds which probe. */
class ProbeUse {
  readonly probes: readonly ListedProbe[];
  readonly #open = new Map<number, { probe: StlinkProbe; index: number; owner: Connection }>();
  #nextId = 1;

  constructor(probes: readonly ListedProbe[]) {
    this.probes = probes;
  }

  isUsed(index: number): boolean {
    return [...this.#open.values()].some((entry) => entry.index === index);
  }

  /** @returns a connection number, never 0, or undefined when the probe is not there or taken. */
  open(index: number, owner: Connection): number | undefined {
    const listed = this.probes[index];
    if (!listed || this.isUsed(index)) return undefined;
    const id = this.#nextId++;
    this.#open.set(id, { probe: listed.probe, index, owner });
    return id;
  }

  probeOf(id: number, owner: Connection): StlinkProbe | undefined {
    const entry = this.#open.get(id);
    return entry?.owner === owner ? entry.probe : undefined;
  }

  close(id: number): boolean {
    return this.#open.delete(id);
  }

  closeAllOf(owner: Connection): void {
    for (const [id, entry] of this.#open) if (entry.owner === owner) this.#open.delete(id);
  }
}

/** One TCP client: cuts the byte stream into requests and answers them in order. */
class Connection {
  readonly #use: ProbeUse;
  readonly #socket: Socket;
  #pending: Buffer = Buffer.alloc(0);

  constructor(use: ProbeUse, socket: Socket) {
    this.#use = use;
    this.#socket = socket;
  }

  take(chunk: Buffer): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    for (;;) {
      const lengthBytes = this.#requestLength();
      if (lengthBytes === undefined || this.#pending.length < lengthBytes) return;
      const request = this.#pending.subarray(0, lengthBytes);
      this.#pending = this.#pending.subarray(lengthBytes);
      const answer = this.#answer(request);
      if (answer === undefined) {
        this.#socket.destroy(); // not this protocol: nothing after it can be understood
        return;
      }
      this.#socket.write(answer);
    }
  }

  release(): void {
    this.#use.closeAllOf(this);
  }

  #requestLength(): number | undefined {
    const kind = this.#pending[0];
    if (kind === undefined) return undefined;
    const base = REQUEST_BYTES[kind] ?? 1;
    if (kind !== 5 || this.#pending.length < base) return base;
    const writes = this.#pending[24] === 0;
    return base + (writes ? Math.min(this.#pending.readUInt32LE(28), MAX_DATA_BYTES) : 0);
  }

  #answer(request: Buffer): Buffer | undefined {
    switch (request[0]) {
      case 0:
        return words(STATUS_OK);
      case 1:
        return words(this.#use.probes.length);
      case 2:
        return this.#deviceInfo(request[1]!);
      case 3: {
        const id = this.#use.open(request.readUInt32LE(4) - 1, this);
        return id === undefined ? words(STATUS_OPEN_ERROR, 0) : words(STATUS_OK, id);
      }
      case 4:
        return words(this.#use.close(request.readUInt32LE(4)) ? STATUS_OK : STATUS_BAD_PARAMETER);
      case 5:
        return this.#usbCommand(request);
      case 6:
        return words(SERVER_API, 2, 1, 1);
      case 7:
        return words(STATUS_OK, 1);
      default:
        return undefined;
    }
  }

  #deviceInfo(index: number): Buffer {
    const answer = Buffer.alloc(4 + DEVICE_INFO_BYTES);
    const listed = this.#use.probes[index];
    answer.writeUInt32LE(listed ? STATUS_OK : STATUS_BAD_PARAMETER, 0);
    if (!listed) return answer;
    answer.writeUInt32LE(index + 1, 4);
    answer.write(listed.serial, 8, 32, 'latin1');
    answer.writeUInt16LE(VENDOR_ID, 40);
    answer.writeUInt16LE(PRODUCT_ID, 42);
    answer[44] = this.#use.isUsed(index) ? 1 : 0;
    return answer;
  }

  #usbCommand(request: Buffer): Buffer {
    const probe = this.#use.probeOf(request.readUInt32LE(4), this);
    const reads = request[24] !== 0;
    const sizeBytes = Math.min(request.readUInt32LE(28), MAX_DATA_BYTES);
    const answer = Buffer.alloc(4 + (reads ? sizeBytes : 0));
    answer.writeUInt32LE(probe ? STATUS_OK : STATUS_BAD_PARAMETER, 0);
    if (!probe) return answer;
    const result = probe.execute(request.subarray(8, 24), request.subarray(USB_COMMAND_BYTES));
    if (reads) answer.set(result.subarray(0, sizeBytes), 4);
    return answer;
  }
}

function words(...values: number[]): Buffer {
  const buffer = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) buffer.writeUInt32LE(value, 4 * index);
  return buffer;
}
