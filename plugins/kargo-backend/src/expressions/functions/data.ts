import {
  FunctionDeclaration,
  StepCounter,
  Types,
  Value,
} from 'backstage-plugin-kargo-expr';
import { HostScope } from '../HostScope';
import { stringMap, toRepoCredentials } from '../hostTypes';
import { CREDENTIAL_TYPES, Lookup, metadataOf, readableData } from '../lookups';
import { declare, overload, requireText } from './declare';

const FROM_NAME = [overload(Types.stringMap, Types.string)];
const GENERIC = [overload(Types.unknown, Types.string)];

/** Functions that read resources of the project and shared ones. */
export const DATA_FUNCTIONS: FunctionDeclaration[] = [
  declare('configMap', FROM_NAME, reader('ConfigMap', 'project')),
  declare('sharedConfigMap', FROM_NAME, reader('ConfigMap', 'shared')),
  declare('secret', FROM_NAME, reader('Secret', 'project')),
  declare('sharedSecret', FROM_NAME, reader('Secret', 'shared')),
  declare('freightMetadata', GENERIC, metadataReader('Freight')),
  declare('stageMetadata', GENERIC, metadataReader('Stage')),
  declare('freightStatus', GENERIC, ([name], scope) => {
    const found = scope.lookups.require({
      kind: 'Freight',
      name: requireText(name, 'The name of the Freight'),
    });
    return found?.kind === 'Freight'
      ? (withoutEmpty({ ...found.freight.status }) as Value)
      : null;
  }),
  declare(
    'repoCredentials',
    // Of no known type: what is found has members, and often nothing is.
    [overload(Types.unknown, Types.string, Types.string)],
    ([repoURL, type], scope) => {
      const found = scope.lookups.require({
        kind: 'RepoCredentials',
        type: requireCredentialType(type),
        repoURL: repoURL as string,
      });
      return found?.kind === 'RepoCredentials'
        ? toRepoCredentials(found)
        : null;
    },
  ),
];

function requireCredentialType(type: Value) {
  const known = CREDENTIAL_TYPES.find(name => name === type);
  if (!known) {
    throw new Error(
      `invalid credential type "${type}"; must be one of "git", "helm", or "image"`,
    );
  }
  return known;
}

function reader(kind: 'ConfigMap' | 'Secret', place: 'project' | 'shared') {
  return (
    [name]: readonly Value[],
    scope: HostScope,
    steps: StepCounter,
  ): Value => {
    const lookup: Lookup = { kind, scope: place, name: name as string };
    const found = name === '' ? undefined : scope.lookups.require(lookup);
    const data = readableData(found, place) ?? {};
    steps.step(Object.keys(data).length);
    return stringMap(data);
  };
}

function metadataReader(kind: 'Freight' | 'Stage') {
  return ([name]: readonly Value[], scope: HostScope): Value => {
    const found = scope.lookups.require({
      kind,
      name: requireText(name, `The name of the ${kind}`),
    });
    return (metadataOf(found) as Value | undefined) ?? null;
  };
}

function withoutEmpty(value: object): object {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([, member]) => member && Object.keys(member).length > 0,
    ),
  );
}
