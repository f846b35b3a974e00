import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBoard } from '../../src/boards/load.ts';
import { type AttachOptions, attach } from '../../src/host/attach.ts';
import type { BoardSession } from '../../src/host/board.ts';
import type { Slot } from '../../src/host/rack.ts';
import { startVirtualSlot, type VirtualSlot, type VirtualSlotOptions } from '../../src/host/virtual-slot.ts';
import { type ImagePart, makeElf } from './elf-image.ts';

export const board = loadBoard('nucleo-l432kc');

export interface FlashCounts {
  readonly erases: number;
  readonly programs: number;
  readonly perPage: readonly { readonly page: number; readonly erases: number; readonly programs: number }[];
}

/** Virtual boards, sessions and files of one test file; `close` ends and removes them all, last first. */
export class Rig {
  readonly folder = mkdtempSync(join(tmpdir(), 'neai-rig-'));
  readonly #endings: (() => unknown)[] = [];
  #files = 0;

  async virtual(options: VirtualSlotOptions = {}): Promise<VirtualSlot> {
    const started = await startVirtualSlot(board, options);
    this.#endings.push(() => started.close());
    return started;
  }

  async attach(slot: Slot, options: AttachOptions = {}): Promise<BoardSession> {
    const session = await attach(slot, options);
    this.#endings.push(() => session.close());
    return session;
  }

  /** Writes an ELF file and returns its path. */
  elf(...parts: ImagePart[]): string {
    const file = join(this.folder, `image-${this.#files++}.elf`);
    writeFileSync(file, makeElf(parts));
    return file;
  }

  /** A by-id folder in which the probe with this serial number seems to have the port at `target`. */
  portFolder(serial: string, target: string): string {
    const folder = join(this.folder, `by-id-${this.#files++}`);
    mkdirSync(folder);
    symlinkSync(target, join(folder, `usb-STMicroelectronics_STM32_STLink_${serial}-if02`));
    return folder;
  }

  async close(): Promise<void> {
    for (const end of this.#endings.splice(0).reverse()) await end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** One request to a virtual board's control socket. */
export function control<Answer extends object>(slot: Slot, request: object): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const socket = connect(slot.control!);
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
      if (!text.includes('\n')) return;
      socket.destroy();
      const answer = JSON.parse(text) as Answer & { ok: boolean; error?: string };
      if (answer.ok) resolve(answer);
      else reject(new Error(answer.error));
    });
    socket.on('error', reject);
    socket.write(`${JSON.stringify(request)}\n`);
  });
}

export const flashCounts = (slot: Slot): Promise<FlashCounts> => control(slot, { do: 'flash-counts' });
