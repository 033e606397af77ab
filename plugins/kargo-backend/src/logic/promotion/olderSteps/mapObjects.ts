import { JsonObject } from 'backstage-plugin-kargo-common';
import { isObject } from '../../isObject';
import type { Path } from './OlderStep';

/** An object with each object of one of its lists replaced; the same where none changes. */
export function mapObjects(
  fields: JsonObject,
  name: string,
  map: (element: JsonObject, at: Path) => JsonObject,
  at: Path = [],
): JsonObject {
  const list = fields[name];
  if (!Array.isArray(list)) {
    return fields;
  }
  const mapped = list.map((element, index) =>
    isObject(element) ? map(element, [...at, name, index]) : element,
  );
  return mapped.every((element, index) => element === list[index])
    ? fields
    : { ...fields, [name]: mapped };
}
