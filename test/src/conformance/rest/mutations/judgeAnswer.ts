import { type RawAnswer } from './sendRaw';

/** What nobody may be told, since it was put where secrets are kept. */
export const PLANTED = 'planted-9d1f4c77e0';

/** Names of files and places in them: what an error tells of the inside. */
const INSIDE = /\bat \S+ \(|\.(ts|js):\d+/;

/** What is wrong with an answer, whatever was asked; `undefined` when nothing is. */
export function judgeAnswer({
  status,
  headers,
  text,
}: RawAnswer): string | undefined {
  const isOurs = status === 501 || (status === 503 && headers['retry-after']);
  if (status >= 500 && !isOurs) {
    return `answered ${status}: ${text.slice(0, 300)}`;
  }
  if (
    text.includes(PLANTED) ||
    text.includes(Buffer.from(PLANTED).toString('base64').slice(0, -2))
  ) {
    return `told a secret: ${text.slice(0, 300)}`;
  }
  if (INSIDE.test(text)) {
    return `told of its inside: ${text.slice(0, 300)}`;
  }
  return undefined;
}
