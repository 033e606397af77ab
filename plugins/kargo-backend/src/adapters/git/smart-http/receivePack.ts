import { decodePkts, encodePkt, FLUSH } from './pktLine';

/** One branch to move, as the remote has it and as it is to be. */
export interface RefUpdate {
  /** In full. */
  readonly ref: string;
  /** Where it has to be; else the remote refuses. */
  readonly from: string;
  readonly to: string;
  /** All objects that `to` leads to and `from` does not. */
  readonly pack: Buffer;
}

/** A push in one request (gitprotocol-pack(5)). */
export function encodePush({ ref, from, to, pack }: RefUpdate): Buffer {
  return Buffer.concat([
    encodePkt(`${from} ${to} ${ref}\0 report-status`),
    FLUSH,
    pack,
  ]);
}

/** Whether the answer to a push of one ref says that all of it was taken. */
export function isTaken(answer: Buffer, ref: string): boolean {
  const lines: string[] = [];
  for (const pkt of decodePkts(answer)) {
    if (pkt === 'flush') {
      break;
    }
    lines.push(pkt.toString().replace(/\n$/, ''));
  }
  const [unpacked, moved, ...more] = lines;
  return unpacked === 'unpack ok' && moved === `ok ${ref}` && more.length === 0;
}
