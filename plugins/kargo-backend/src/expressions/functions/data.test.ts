import { Freight } from 'backstage-plugin-kargo-common';
import { compile } from 'backstage-plugin-kargo-expr';
import { aFreight, aStage } from '../../testing/resourceBuilders';
import { Found, Lookup, LookupNeeded, LookupTable } from '../lookups';
import { DATA_FUNCTIONS } from './data';

const KNOWN: Array<[Lookup, Found | undefined]> = [
  [
    { kind: 'ConfigMap', scope: 'project', name: 'it' },
    { kind: 'ConfigMap', data: { of: 'a ConfigMap' } },
  ],
  [
    { kind: 'ConfigMap', scope: 'shared', name: 'it' },
    { kind: 'ConfigMap', data: { of: 'a shared ConfigMap' } },
  ],
  [
    { kind: 'Secret', scope: 'project', name: 'it' },
    { kind: 'Secret', data: { of: 'a Secret' }, credentialType: 'git' },
  ],
  [
    { kind: 'Secret', scope: 'shared', name: 'it' },
    {
      kind: 'Secret',
      data: { of: 'a shared Secret' },
      credentialType: 'generic',
    },
  ],
  [
    { kind: 'Secret', scope: 'shared', name: 'credentials' },
    { kind: 'Secret', data: { of: 'credentials' }, credentialType: 'git' },
  ],
  [
    { kind: 'Secret', scope: 'shared', name: 'unlabelled' },
    { kind: 'Secret', data: { of: 'an unlabelled one' } },
  ],
  [{ kind: 'ConfigMap', scope: 'project', name: 'none' }, undefined],
  [{ kind: 'Freight', name: 'none' }, undefined],
  [{ kind: 'Stage', name: 'none' }, undefined],
  [
    { kind: 'Freight', name: 'it' },
    freight({
      currentlyIn: { test: { since: '2026-01-01T00:00:00Z' } },
      verifiedIn: {},
      metadata: { ticket: { id: 5 } },
    }),
  ],
  [{ kind: 'Freight', name: 'plain' }, freight({ metadata: {} })],
  [
    { kind: 'Stage', name: 'it' },
    {
      kind: 'Stage',
      stage: aStage({ status: { metadata: { of: 'a Stage' } } }),
    },
  ],
  [
    { kind: 'Stage', name: 'plain' },
    { kind: 'Stage', stage: aStage() },
  ],
  [
    { kind: 'RepoCredentials', type: 'git', repoURL: 'https://h/r' },
    { kind: 'RepoCredentials', username: 'u', password: 'p' },
  ],
  [
    { kind: 'RepoCredentials', type: 'helm', repoURL: 'https://h/r' },
    undefined,
  ],
];

function freight(status: Freight['status']): Found {
  return { kind: 'Freight', freight: { ...aFreight('it'), status } };
}

function evaluate(source: string): unknown {
  const lookups = new LookupTable();
  KNOWN.forEach(([lookup, found]) => lookups.add(lookup, found));
  return compile(source, { functions: DATA_FUNCTIONS }).run(
    {},
    { host: { requests: [], freight: [], steps: [], lookups } },
  );
}

describe('functions that read what the project has', () => {
  it.each<[string, unknown]>([
    ["configMap('it').of", 'a ConfigMap'],
    ["sharedConfigMap('it').of", 'a shared ConfigMap'],
    ["secret('it').of", 'a Secret'],
    ["sharedSecret('it').of", 'a shared Secret'],
    ["configMap('none').of", ''],
    ["configMap('it').missing", ''],
    ["'missing' in configMap('it')", false],
    ["len(configMap(''))", 0n],
    // Credentials of repositories are for repositories alone.
    ["len(sharedSecret('credentials'))", 0n],
    ["len(sharedSecret('unlabelled'))", 0n],
    ["freightMetadata('it').ticket.id", 5],
    ["freightMetadata('plain') == nil", true],
    ["freightMetadata('none') == nil", true],
    ["stageMetadata('it').of", 'a Stage'],
    ["stageMetadata('plain') == nil", true],
    ["stageMetadata('none') == nil", true],
    ["freightStatus('it').currentlyIn.test.since", '2026-01-01T00:00:00Z'],
    ["freightStatus('it').metadata.ticket.id", 5],
    ["'verifiedIn' in freightStatus('it')", false],
    ["len(freightStatus('plain'))", 0n],
    ["freightStatus('none') == nil", true],
    ["repoCredentials('https://h/r', 'git').Username", 'u'],
    ["repoCredentials('https://h/r', 'git').password", 'p'],
    ["repoCredentials('https://h/r', 'git').SSHPrivateKey", ''],
    ["repoCredentials('https://h/r', 'helm') == nil", true],
  ])('%s', (source, expected) => {
    expect(evaluate(source)).toEqual(expected);
  });

  it.each([
    ["freightMetadata('')", 'The name of the Freight must not be empty'],
    ["freightStatus('')", 'The name of the Freight must not be empty'],
    ["stageMetadata('')", 'The name of the Stage must not be empty'],
    ["repoCredentials('https://h/r', 'chart')", 'invalid credential type'],
  ])('%s fails', (source, message) => {
    expect(() => evaluate(source)).toThrow(message);
  });

  it.each<[string, Lookup]>([
    ["configMap('x')", { kind: 'ConfigMap', scope: 'project', name: 'x' }],
    ["sharedSecret('x')", { kind: 'Secret', scope: 'shared', name: 'x' }],
    ["freightStatus('x')", { kind: 'Freight', name: 'x' }],
    [
      "repoCredentials('https://other', 'git')",
      { kind: 'RepoCredentials', type: 'git', repoURL: 'https://other' },
    ],
  ])('%s asks for what is not known yet', (source, lookup) => {
    let thrown: unknown;
    try {
      evaluate(source);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(LookupNeeded);
    expect((thrown as LookupNeeded).lookup).toEqual(lookup);
  });
});

it('what is secret of all that was read is known', () => {
  const lookups = new LookupTable();
  KNOWN.forEach(([lookup, found]) => lookups.add(lookup, found));
  lookups.add(
    { kind: 'RepoCredentials', type: 'image', repoURL: 'https://h/r' },
    { kind: 'RepoCredentials', username: 'u', sshPrivateKey: 'k' },
  );
  expect(lookups.secretValues().sort()).toEqual([
    'a Secret',
    'a shared Secret',
    'an unlabelled one',
    'credentials',
    'k',
    'p',
  ]);
});
