import { EditError, isEditError } from '../../edits/EditError';
import { readTomlTree, TomlPlace } from '../../edits/tomlTree';
import { ForeignInputError } from '../ForeignInputError';
import { measureJson } from '../json/parseJson';
import { Data, setOwn } from '../jsonValue';
import { Limits } from '../limits';

/**
 * A TOML text as a value. Integers are `bigint`, which tells them from other numbers. Dates and
 * times are texts as of ISO 8601, integers that no number of JavaScript holds texts of their
 * digits.
 *
 * @throws ForeignInputError when it is not TOML or too much.
 */
export function parseToml(text: string, limits: Limits): Data {
  const value = toData(readTree(text));
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

function toData(place: TomlPlace): Data {
  if (place.kind === 'list') {
    return place.items.map(toData);
  }
  if (place.kind === 'table') {
    const table: Record<string, Data> = {};
    for (const [name, member] of place.members) {
      setOwn(table, name, toData(member));
    }
    return table;
  }
  const { node } = place;
  switch (node.kind) {
    case 'string':
    case 'boolean':
    case 'float':
      return node.value;
    case 'integer':
      return Number.isSafeInteger(node.value)
        ? node.bigint
        : node.bigint.toString();
    default:
      return node.datetime.replace(' ', 'T').toUpperCase();
  }
}
