import { Resource } from 'backstage-plugin-kargo-common';
import { shownJson } from './shownJson';

const texts = new WeakMap<Resource, string>();

/**
 * The JSON of a resource out of a watch or a list, as it may be shown.
 *
 * @remarks All watches of a replica are handed the same object for a change, and lists the
 * same for what did not change, so its text is made once, however many are told of it. It
 * goes with the object.
 */
export function serializeShared(resource: Resource): string {
  let text = texts.get(resource);
  if (text === undefined) {
    text = shownJson(resource);
    texts.set(resource, text);
  }
  return text;
}
