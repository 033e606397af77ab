import { ConfigReader } from '@backstage/config';
import { parse } from 'yaml';
import { findUnknownKeys } from './unknownKeys';

describe('findUnknownKeys', () => {
  it.each<[string, string, string[]]>([
    ['a portal without any', 'app: {title: x}', []],
    [
      'what a module reads',
      'kargo: {notifications: {recipients: [group:default/ops]}}',
      [],
    ],
    [
      'claims of any name, and durations',
      'kargo: {roles: {admins: {claims: {team: [a]}}}, retention: {minimumAge: {days: 3}}}',
      [],
    ],
    [
      'a group that is misspelt',
      'kargo: {manifest: {locations: []}}',
      [
        'kargo.manifest is no key of the configuration and has no effect unless a module of the portal reads it, expected "manifests"',
      ],
    ],
    [
      'keys in groups and lists, and never a value',
      'kargo: {secrets: {encryptionKey: hunter2}, argocd: {clusters: [{name: a, tokenfile: b}]}}',
      [
        'kargo.secrets.encryptionKey is no key of the configuration and has no effect, expected "encryptionKeys"',
        'kargo.argocd.clusters[0].tokenfile is no key of the configuration and has no effect, expected "tokenFile"',
      ],
    ],
    [
      'a key in the wrong place',
      'kargo: {egress: {plainHttpHosts: [a]}}',
      [
        'kargo.egress.plainHttpHosts is no key of the configuration and has no effect, expected one of allowLoopback, allow',
      ],
    ],
  ])('tells of %s', (_, yaml, told) => {
    expect(findUnknownKeys(new ConfigReader(parse(yaml)))).toEqual(told);
  });
});
