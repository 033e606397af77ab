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

/**
 * What the answer to a push of one ref says became of it; `undefined` when that is not clear.
 *
 * @throws Error when it is not in lines of the protocol
 */
export function readReport(
  answer: Buffer,
  ref: string,
): 'taken' | 'refused' | undefined {
  const lines: string[] = [];
  let isWhole = false;
  for (const pkt of decodePkts(answer)) {
    if (pkt === 'flush') {
      isWhole = true;
      break;
    }
    lines.push(pkt.toString().replace(/\n$/, ''));
  }
  const [unpacked, moved = '', ...more] = lines;
  if (!isWhole || !unpacked?.startsWith('unpack ') || more.length > 0) {
    return undefined;
  }
  const isUnpacked = unpacked === 'unpack ok';
  if (isUnpacked && moved === `ok ${ref}`) {
    return 'taken';
  }
  return !isUnpacked || moved.startsWith(`ng ${ref} `) ? 'refused' : undefined;
}
