import { isConflictError } from 'backstage-plugin-kargo-node';
import { isEqualJson } from '../../logic/mergePatch';

/**
 * Writes on what was read, and again on what is there then when somebody else has written in
 * between: whoever names no revision is refused for none. Each further try is a write of somebody
 * else that was made.
 *
 * @throws what `write` throws; ConflictError only for what reading again does not change
 */
export async function onLatest<S, T>(
  read: () => Promise<S>,
  write: (latest: S) => Promise<T>,
): Promise<T> {
  for (let latest = await read(); ; ) {
    try {
      return await write(latest);
    } catch (error) {
      const now = isConflictError(error) ? await read() : latest;
      if (isEqualJson(now, latest)) {
        throw error;
      }
      latest = now;
    }
  }
}
