import { NeaiError } from '../shared/errors.ts';
import type { Client } from './client.ts';
import type { CallLimits } from './session.ts';

/** What initialize, detect and get_status answer on a board that the library is not limited to. */
const LIMITED_TO_OTHER_BOARDS = 123;

/**
 * Asks the library whether it works on this board, before anything is learned: learn answers 1 there all the same, and
 * what follows would look like a mismatch.
 * @throws LIBRARY_NOT_AUTHORISED, and what Client.call throws
 */
export async function proveAuthorised(client: Client, limits: CallLimits = {}): Promise<void> {
  const { code } = await client.call('get_status', {}, limits);
  if (code !== LIMITED_TO_OTHER_BOARDS) return;
  const { libraryId, boardId, deviceId } = client.hello;
  throw new NeaiError('LIBRARY_NOT_AUTHORISED', `library ${libraryId} is not authorised on this board`, {
    asked: `a library for ${boardId}, device id 0x${(deviceId & 0xfff).toString(16)}`,
    got: `get_status answers ${LIMITED_TO_OTHER_BOARDS}: limited to other boards`,
  });
}
