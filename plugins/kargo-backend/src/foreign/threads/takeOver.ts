import { setImmediate } from 'node:timers/promises';
import { receiveMessageOnPort } from 'node:worker_threads';
import { Data } from '../jsonValue';
import { Row, TreeOfRows } from './rows';

/** What a thread made, from the pieces that are at the port, with a turn between them. */
export async function takeOver(
  port: Parameters<typeof receiveMessageOnPort>[0],
  pieces: number,
): Promise<Data> {
  const tree = new TreeOfRows();
  for (let piece = 0; piece < pieces; piece += 1) {
    if (piece > 0) await setImmediate();
    tree.add((receiveMessageOnPort(port) as { message: Row[] }).message);
  }
  return tree.root;
}
