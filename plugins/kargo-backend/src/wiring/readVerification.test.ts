import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { readVerification } from './readVerification';

const read = (verification: JsonObject) =>
  readVerification(new ConfigReader({ verification }));
const CLUSTER = { url: 'https://k8s.example/', token: 't' };
const ACCESS = {
  kind: 'url',
  url: 'https://k8s.example',
  token: 't',
  skipTLSVerify: false,
};

describe('kargo.verification', () => {
  it.each<[string, JsonObject, object]>([
    ['nothing', {}, { jobs: {} }],
    [
      'a cluster that runs jobs',
      { jobs: { cluster: { ...CLUSTER, namespace: 'checks' } } },
      {
        jobs: {},
        cluster: { name: 'verification', namespace: 'checks', access: ACCESS },
      },
    ],
    [
      'commands that may run here',
      { jobs: { processes: { images: ['alpine:*'], programs: ['sleep'] } } },
      { jobs: { processes: { images: ['alpine:*'], programs: ['sleep'] } } },
    ],
    [
      'an Argo Rollouts beside jobs of its own',
      {
        jobs: { processes: { images: ['a'], programs: ['b'] } },
        rollouts: { ...CLUSTER, name: 'checks', instanceId: 'kargo' },
      },
      {
        jobs: { processes: { images: ['a'], programs: ['b'] } },
        rollouts: { name: 'checks', instanceId: 'kargo', access: ACCESS },
      },
    ],
  ])('may say %s', (_, verification, expected) => {
    expect(read(verification)).toEqual(expected);
  });

  it.each<[string, JsonObject, string]>([
    [
      'a cluster for jobs beside commands',
      {
        jobs: { cluster: CLUSTER, processes: { images: [], programs: [] } },
      },
      'remove kargo.verification.jobs.containers and kargo.verification.jobs.processes',
    ],
    [
      'an Argo Rollouts without a way to it',
      { rollouts: { name: 'checks' } },
      "kargo.verification.rollouts must have exactly one of 'url'",
    ],
    [
      'an Argo Rollouts at what is no address',
      { rollouts: { url: 'k8s.example' } },
      'kargo.verification.rollouts.url must be an http(s) URL',
    ],
  ])('may not say %s', (_, verification, message) => {
    expect(() => read(verification)).toThrow(message);
  });
});
