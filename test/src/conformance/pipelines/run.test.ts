import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '../../world/paths';
import { runPipelines } from './run';

const CORPUS = join(repositoryRoot, 'test', 'corpus', 'pipelines');
const LIMIT_MS = 600_000;

/** Another folder of pipelines, to be run as well. */
const { KARGO_TEST_PIPELINES: others } = process.env;

/** A pipeline that stops in its first Stage. */
const BROKEN = `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata: {name: broken}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata: {name: app, namespace: broken}
spec: {subscriptions: [{image: {repoURL: registry.example.com/acme/broken}}]}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: first, namespace: broken}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: app}, sources: {direct: true}}]
  promotionTemplate: {spec: {steps: [{uses: fail, config: {message: so it is}}]}}
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: {name: second, namespace: broken}
spec:
  requestedFreight: [{origin: {kind: Warehouse, name: app}, sources: {stages: [first]}}]
  promotionTemplate: {spec: {steps: [{uses: fail}]}}
`;

describe('runPipelines', () => {
  let folder: string;
  let printed: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pipelines-of-test-'));
    printed = '';
    jest.spyOn(process.stdout, 'write').mockImplementation(text => {
      printed += text;
      return true;
    });
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(folder, { recursive: true, force: true });
  });

  it(
    'brings pipelines to their last Stage, and tells what stopped one that did not come there',
    async () => {
      await cp(CORPUS, folder, { recursive: true });
      await mkdir(join(folder, 'broken', 'kargo'), { recursive: true });
      await writeFile(join(folder, 'broken', 'kargo', 'all.yaml'), BROKEN);
      const result = await runPipelines(folder);
      expect(printed.split('\n')).toEqual([
        'PASS awaited: 1 of 1 Stages are Healthy and Verified',
        'FAIL broken/kargo: 0 of 2 Stages are Healthy and Verified',
        expect.stringMatching(
          /^ {2}first: Promotion first\.\S+ is Failed: .*so it is/,
        ),
        '  second: no Freight was promoted from first',
        'PASS charts: 2 of 2 Stages are Healthy and Verified',
        'PASS guided/commits: 2 of 2 Stages are Healthy and Verified',
        'PASS guided/helm: 2 of 2 Stages are Healthy and Verified',
        'PASS guided/kustomize: 2 of 2 Stages are Healthy and Verified',
        'PASS hosted: 2 of 2 Stages are Healthy and Verified',
        'PASS images: 2 of 2 Stages are Healthy and Verified',
        'PASS origins: 3 of 3 Stages are Healthy and Verified',
        '',
      ]);
      expect(result).toEqual({ passed: 8, failed: 1 });
    },
    LIMIT_MS,
  );

  (others ? describe : describe.skip)('of KARGO_TEST_PIPELINES', () => {
    it(
      'brings the pipelines of that folder to their last Stage',
      async () => {
        const { failed } = await runPipelines(others!);
        expect({ failed, printed }).toEqual({ failed: 0, printed });
      },
      LIMIT_MS,
    );
  });
});
