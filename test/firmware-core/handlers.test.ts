import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emitProtocolHeader } from '../../src/protocol/emit-c.ts';
import { buildHostCore } from './build.ts';

describe('a row of the table without a handler in C', () => {
  it('is a link error that names the handler', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'neai-header-'));
    const header = String(emitProtocolHeader()[0]!.content);
    await writeFile(
      join(folder, 'protocol.h'),
      header.replace('X(ping,', 'X(nobody, 99u, 0u, "") \\\n    X(ping,'),
    );
    await expect(buildHostCore(16, folder)).rejects.toThrow(/undefined reference to `handle_nobody'/);
  });
});
