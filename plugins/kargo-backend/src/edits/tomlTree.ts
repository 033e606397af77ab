import { AST, ParseError, parseTOML } from 'toml-eslint-parser';
import { EditError } from './EditError';

/** A value of a TOML document and where it stands. */
export type TomlPlace =
  | { kind: 'table'; members: Map<string, TomlPlace> }
  | { kind: 'list'; items: TomlPlace[]; isOfTables: boolean }
  | { kind: 'scalar'; node: AST.TOMLValue };

type Table = Extract<TomlPlace, { kind: 'table' }>;

/**
 * Reads a TOML text as the tree that it describes, whatever order and notation its tables
 * are written in.
 *
 * @throws EditError `bad-document` when it is not valid TOML.
 */
export function readTomlTree(text: string): Table {
  const root = newTable();
  for (const node of parse(text).body[0].body) {
    if (node.type === 'TOMLKeyValue') {
      addKeyValue(root, node);
    } else {
      const table = enterTable(root, node.resolvedKey);
      node.body.forEach(member => addKeyValue(table, member));
    }
  }
  return root;
}

function parse(text: string): AST.TOMLProgram {
  try {
    return parseTOML(text, { tomlVersion: '1.0' });
  } catch (error) {
    if (error instanceof RangeError) {
      throw new EditError('bad-document', 'it is nested too deep');
    }
    if (!(error instanceof ParseError)) {
      throw error;
    }
    // Its message may show part of the text.
    throw new EditError(
      'bad-document',
      `not valid TOML at line ${error.lineNumber}, column ${error.column + 1}`,
      error.index,
    );
  }
}

function addKeyValue(table: Table, { key, value }: AST.TOMLKeyValue): void {
  const names = key.keys.map(part =>
    part.type === 'TOMLBare' ? part.name : part.value,
  );
  const parent = enterTable(table, names.slice(0, -1));
  parent.members.set(names[names.length - 1], placeOf(value));
}

function placeOf(node: AST.TOMLContentNode): TomlPlace {
  switch (node.type) {
    case 'TOMLArray':
      return {
        kind: 'list',
        items: node.elements.map(placeOf),
        isOfTables: false,
      };
    case 'TOMLInlineTable': {
      const table = newTable();
      node.body.forEach(member => addKeyValue(table, member));
      return table;
    }
    default:
      return { kind: 'scalar', node };
  }
}

/** The parser has seen to it that the way leads through tables. */
function enterTable(root: Table, path: readonly (string | number)[]): Table {
  let place: TomlPlace = root;
  path.forEach((part, depth) => {
    if (place.kind === 'list') {
      const items: TomlPlace[] = place.items;
      const index = Number(part);
      items[index] ??= newTable();
      place = items[index];
    } else if (place.kind === 'table') {
      const isList = typeof path[depth + 1] === 'number';
      const name = String(part);
      const known = place.members.get(name);
      const entered: TomlPlace =
        known ??
        (isList ? { kind: 'list', items: [], isOfTables: true } : newTable());
      place.members.set(name, entered);
      place = entered;
    }
  });
  return place as Table;
}

function newTable(): Table {
  return { kind: 'table', members: new Map() };
}
