import { ResourceChange, Wakeup } from '../../../ports/Changes';

/** Wakes the controller of what was deleted, to forget what is kept about it elsewhere. */
export function wakeWhenGone({ type, key }: ResourceChange): Wakeup[] {
  return type === 'deleted' ? [{ key }] : [];
}
