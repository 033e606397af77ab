import { WaitingItem } from '../api/answers';

/** The most pressing first. */
const ORDER: ReadonlyArray<WaitingItem['kind']> = [
  'failed',
  'approve',
  'held',
  'promote',
];

/** Orders what waits for somebody, the most pressing first. @public */
export function compareWaitingItems(
  one: Pick<WaitingItem, 'kind'>,
  other: Pick<WaitingItem, 'kind'>,
): number {
  return ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind);
}
