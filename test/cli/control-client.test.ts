import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { askControl } from '../../src/cli/control-client.ts';

const path = join(tmpdir(), `neai-control-${process.pid}.sock`);
const ask = () => askControl(path, { do: 'time' });

describe('asking the control socket', () => {
  it('of a board that is gone ends with a code, not with the process', async () => {
    await expect(ask()).rejects.toMatchObject({ code: 'VIRTUAL_CONTROL', exitStatus: 3 });
  });

  it('of a board that ends in the middle ends with a code', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.destroy())).listen(path);
    onTestFinished(() => void server.close());
    await expect(ask()).rejects.toMatchObject({ code: 'VIRTUAL_CONTROL' });
  });
});
