import ts from 'typescript';

/** A key of the configuration. */
export interface ConfigurationKey {
  /** Its own name. */
  readonly name: string;
  /** For people: `number`, `list of string`, `'a'` or `'b'`. Absent for a group. */
  readonly type?: string;
  readonly description: string;
  /** Whether its value is never shown. */
  readonly isSecret: boolean;
  /** What is below a group, or in each entry of a list of groups. */
  readonly keys: readonly ConfigurationKey[];
}

/**
 * Reads the interface `Config` of a package's `config.d.ts`; what several groups share is a type
 * of its own, which each of them adds (`{ … } & Shared`).
 *
 * @throws Error for a key without a description, and for a type that has no name here.
 */
export function readConfigurationModel(source: string): ConfigurationKey[] {
  const file = ts.createSourceFile(
    'config.d.ts',
    source,
    ts.ScriptTarget.Latest,
    true,
  );
  const config = file.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === 'Config',
  );
  if (!config) {
    throw new Error('expected an interface Config');
  }
  return readMembers(config.members);
}

function readMembers(members: readonly ts.TypeElement[]): ConfigurationKey[] {
  return members.map(member => {
    if (!ts.isPropertySignature(member) || !member.type) {
      throw new Error(`expected a key with a type: ${member.getText()}`);
    }
    return readKey(member.name.getText(), member, member.type);
  });
}

function readKey(
  name: string,
  member: ts.PropertySignature,
  type: ts.TypeNode,
): ConfigurationKey {
  const description = readDescription(member);
  if (description === '') {
    throw new Error(`expected a description of ${name}`);
  }
  const group = groupOf(type);
  const members = membersOf(group);
  return {
    name,
    description,
    isSecret: ts
      .getJSDocTags(member)
      .some(
        tag => /visibility/i.test(tag.tagName.text) && tag.comment === 'secret',
      ),
    ...(group !== type && { type: 'list' }),
    ...(members
      ? { keys: readMembers(members) }
      : { type: describeType(type), keys: [] }),
  };
}

/** The members of a group, with those that it shares; of another type there are none. */
function membersOf(type: ts.TypeNode): ts.TypeElement[] | undefined {
  if (ts.isTypeLiteralNode(type)) {
    return [...type.members];
  }
  if (!ts.isIntersectionTypeNode(type)) {
    return undefined;
  }
  return type.types.flatMap(part => {
    const members = membersOf(declaredType(part));
    if (!members) {
      throw new Error(`expected a group of keys, found ${part.getText()}`);
    }
    return members;
  });
}

/** What a name stands for that the file declares; any other type as it is. */
function declaredType(type: ts.TypeNode): ts.TypeNode {
  const declaration = type
    .getSourceFile()
    .statements.find(
      (statement): statement is ts.TypeAliasDeclaration =>
        ts.isTypeAliasDeclaration(statement) &&
        statement.name.text === type.getText(),
    );
  return declaration?.type ?? type;
}

function readDescription(member: ts.PropertySignature): string {
  return ts
    .getJSDocCommentsAndTags(member)
    .filter(ts.isJSDoc)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '')
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The type of each entry when the type is a list, else the type itself. */
function groupOf(type: ts.TypeNode): ts.TypeNode {
  if (ts.isArrayTypeNode(type)) {
    return type.elementType;
  }
  return ts.isTypeReferenceNode(type) && type.typeName.getText() === 'Array'
    ? type.typeArguments?.[0] ?? type
    : type;
}

function describeType(type: ts.TypeNode): string {
  const entry = groupOf(type);
  if (entry !== type) {
    return `list of ${describeType(entry)}`;
  }
  const text = type.getText();
  if (text === 'HumanDuration | string') {
    return 'duration';
  }
  if (ts.isUnionTypeNode(type)) {
    return type.types.map(describeType).join(', ');
  }
  if (ts.isLiteralTypeNode(type)) {
    return `\`${text.slice(1, -1)}\``;
  }
  if (['string', 'number', 'boolean'].includes(text)) {
    return text;
  }
  if (ts.isTypeReferenceNode(type) && type.typeName.getText() === 'Record') {
    const [, value] = type.typeArguments ?? [];
    return `by name: ${describeType(value)}`;
  }
  throw new Error(`expected a type of configuration, found ${text}`);
}
