import { EditError, isEditError } from '../../edits/EditError';
import { readTomlTree, TomlPlace } from '../../edits/tomlTree';
import { ForeignInputError } from '../ForeignInputError';
import { measureJson } from '../json/parseJson';
import { Json, setOwn } from '../jsonValue';
import { Limits } from '../limits';

/**
 * A TOML text as a value. Dates and times, and integers that no number of JavaScript holds,
 * are the texts that they are written as.
 *
 * @throws ForeignInputError when it is not TOML or too much.
 */
export function parseToml(text: string, limits: Limits): Json {
  const value = toJson(readTree(text));
  measureJson(value, limits);
  return value;
}

function readTree(text: string): TomlPlace {
  try {
    return readTomlTree(text);
  } catch (error) {
    if (isEditError(error)) {
      throw new ForeignInputError((error as EditError).message);
    }
    throw error;
  }
}

function toJson(place: TomlPlace): Json {
  if (place.kind === 'list') {
    return place.items.map(toJson);
  }
  if (place.kind === 'table') {
    const table: Record<string, Json> = {};
    for (const [name, member] of place.members) {
      setOwn(table, name, toJson(member));
    }
    return table;
  }
  const { node } = place;
  switch (node.kind) {
    case 'string':
    case 'boolean':
      return node.value;
    case 'integer':
      return Number.isSafeInteger(node.value)
        ? node.value
        : node.bigint.toString();
    case 'float':
      if (!Number.isFinite(node.value)) {
        throw new ForeignInputError('it has a number that JSON does not know');
      }
      return node.value;
    default:
      return node.datetime;
  }
}
