import { ANNOTATIONS } from 'backstage-plugin-kargo-common';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { APPLICATIONS, ArgoCdController } from '../world/argoCdController';
import { type DemoWorld, startDemoWorld } from '../world/demoWorld';
import {
  type KubernetesServer,
  startKubernetesServer,
} from '../world/kubernetesServer';
import { type Portal, startPortal } from '../world/portal';
import { eventually } from './ApiProgram';

const LIMIT_MS = 600_000;

/** From an image to a healthy cluster, as the guide tells it. */
const PIPELINE = (imageRepo: string, gitRepo: string) => `
apiVersion: kargo.akuity.io/v1alpha1
kind: Project
metadata:
  name: my-project
---
apiVersion: kargo.akuity.io/v1alpha1
kind: ProjectConfig
metadata:
  name: my-project
  namespace: my-project
spec:
  promotionPolicies:
  - stageSelector:
      name: production
    autoPromotionEnabled: true
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata:
  name: prod-warehouse
  namespace: my-project
spec:
  interval: 24h
  subscriptions:
  - image:
      repoURL: ${imageRepo}
      constraint: ^1.0.0
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata:
  name: production
  namespace: my-project
spec:
  vars:
  - name: imageRepo
    value: ${imageRepo}
  - name: gitRepo
    value: ${gitRepo}
  - name: gitBranch
    value: main
  - name: appName
    value: my-app
  requestedFreight:
  - origin:
      kind: Warehouse
      name: prod-warehouse
    sources:
      direct: true
  promotionTemplate:
    spec:
      steps:
      - uses: git-clone
        as: clone
        config:
          repoURL: \${{ vars.gitRepo }}
          checkout:
          - branch: \${{ vars.gitBranch }}
            path: ./out
      - uses: kustomize-set-image
        config:
          path: ./out/apps/guestbook/overlays/prod
          images:
          - image: \${{ vars.imageRepo }}
            tag: \${{ imageFrom(vars.imageRepo).Tag }}
      - uses: git-commit
        as: commit
        config:
          path: ./out
          message: |
            Promote to production
            Image: \${{ imageFrom(vars.imageRepo).Tag }}
      - uses: git-push
        as: push
        config:
          path: ./out
          targetBranch: \${{ vars.gitBranch }}
      - uses: argocd-update
        config:
          apps:
          - name: \${{ vars.appName }}
            sources:
            - repoURL: \${{ vars.gitRepo }}
              desiredRevision: \${{ outputs.push.commit }}
              updateTargetRevision: true
`;

describe('a complete Stage', () => {
  let stateDir: string;
  let world: DemoWorld;
  let cluster: KubernetesServer;
  let controller: ArgoCdController;
  let portal: Portal;

  beforeAll(async () => {
    stateDir = await mkdtemp(join(tmpdir(), 'complete-stage-'));
    world = await startDemoWorld({ stateDir: join(stateDir, 'world') });
    cluster = await startKubernetesServer({
      kinds: [APPLICATIONS],
    });
    controller = new ArgoCdController(cluster);
    controller.isAutomatic = true;
    cluster.put({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: {
        name: 'my-app',
        namespace: 'argocd',
        annotations: { [ANNOTATIONS.authorizedStage]: 'my-project:production' },
      },
      spec: { source: { repoURL: world.gitopsURL, targetRevision: 'main' } },
    });
    portal = await startPortal({
      stateDir: join(stateDir, 'portal'),
      extraConfig: {
        kargo: {
          argocd: {
            clusters: [
              {
                name: 'main',
                url: cluster.url,
                token: cluster.token,
                uiUrl: 'https://argocd.example.com',
              },
            ],
          },
        },
      },
    });
  }, LIMIT_MS);

  afterAll(async () => {
    await portal?.close();
    controller?.stop();
    await cluster?.close();
    await world?.close();
    await rm(stateDir, { recursive: true, force: true });
  });

  const read = async (path: string) => {
    const answer = await portal.fetch(`/api/kargo/v1beta1${path}`);
    expect([path, answer.status]).toEqual([path, 200]);
    return answer.json();
  };
  const health = async (expected: string) => {
    const stage = await read('/projects/my-project/stages/production');
    return stage.status?.health?.status === expected ? stage : undefined;
  };
  /** Written behind the status, so that whoever saw the health may have to wait for it. */
  const argocdContext = async () => {
    const stage = await read('/projects/my-project/stages/production');
    return stage.metadata.annotations?.[ANNOTATIONS.argocdContext];
  };
  const until = () => AbortSignal.timeout(LIMIT_MS);

  it(
    'brings an image through git and Argo CD into the cluster, and is as healthy as that',
    async () => {
      const created = await portal.fetch('/api/kargo/v1beta1/resources', {
        method: 'POST',
        headers: { 'content-type': 'application/yaml' },
        body: PIPELINE(world.guestbookRepository, world.gitopsURL),
      });
      expect(created.status).toBe(201);
      await eventually(() => health('Healthy'), until());
      const commit = await world.git.resolve('gitops', 'refs/heads/main');
      expect(cluster.find('argocd', 'my-app')?.spec.source).toEqual({
        repoURL: world.gitopsURL,
        targetRevision: commit,
      });
      const context = await eventually(argocdContext, until());
      expect(context).toBe('[{"name":"my-app","namespace":"argocd"}]');
      await expect(read('/system/server-config')).resolves.toMatchObject({
        argocdShards: {
          main: { url: 'https://argocd.example.com', namespace: 'argocd' },
        },
      });

      controller.finish('my-app', { health: 'Degraded' });
      const ill = await eventually(() => health('Unhealthy'), until());
      expect(ill.status.health.issues).toEqual([
        'Application "argocd/my-app" is Degraded',
      ]);
    },
    LIMIT_MS,
  );
});
