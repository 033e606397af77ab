import { Slices } from '../../../logic/slices';
import { RemoteRef, RemoteRefs } from '../../../ports/GitClient';
import { decodePkts, DELIMITER, encodePkt, FLUSH } from './pktLine';

/**
 * Asks for branches, tags and HEAD as `git clone` does, by the command `ls-refs` of protocol
 * version 2 (gitprotocol-v2(5)). It needs no answer of the server before: capabilities that
 * are not named are not used.
 */
export const LS_REFS = Buffer.concat([
  encodePkt('command=ls-refs\n'),
  DELIMITER,
  encodePkt('peel\n'),
  encodePkt('symrefs\n'),
  encodePkt('ref-prefix HEAD\n'),
  encodePkt('ref-prefix refs/heads/\n'),
  encodePkt('ref-prefix refs/tags/\n'),
  FLUSH,
]);

/** Refs that are read in one step. */
const SLICE = 256;

const LINE = /^([0-9a-f]{40}) (\S+)((?: \S+)*)\n?$/;
const NAMED = /^(?:HEAD$|refs\/heads\/|refs\/tags\/)/;

/**
 * Reads the answer to {@link LS_REFS}. Prefixes are a wish: what else the server names is
 * left out.
 *
 * @throws Error when it is not such an answer, or its ids are no SHA-1
 */
export function* parseLsRefs(answer: Buffer): Slices<RemoteRefs> {
  const refs: RemoteRef[] = [];
  let defaultBranch: string | undefined;
  let isWhole = false;
  for (const pkt of decodePkts(answer)) {
    if (typeof pkt === 'string') {
      isWhole = pkt === 'flush';
      continue;
    }
    const [, id, name, rest] = LINE.exec(pkt.toString()) ?? [];
    if (isWhole || id === undefined) {
      throw new Error('the answer is no list of refs');
    }
    if (refs.length % SLICE === 0) yield;
    if (NAMED.test(name)) {
      const { 'symref-target': target, peeled } = attributesOf(rest);
      refs.push({ name, id, ...(peeled && { peeled }) });
      if (name === 'HEAD') {
        [, defaultBranch] = /^refs\/heads\/(.+)$/.exec(target ?? '') ?? [];
      }
    }
  }
  if (!isWhole) {
    throw new Error('the list of refs has no end');
  }
  return { refs, ...(defaultBranch && { defaultBranch }) };
}

/** ` symref-target:refs/heads/main peeled:…` */
function attributesOf(text: string): Partial<Record<string, string>> {
  return Object.fromEntries(
    text
      .split(' ')
      .map(attribute => attribute.split(/:(.*)/, 2))
      .filter(([, value]) => value !== undefined),
  );
}
