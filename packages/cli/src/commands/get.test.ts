import { aFreight, aPromotion, aStage, listOf } from '../testing/resources';
import { runAgainst, withFolder } from '../testing/runAgainst';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const READY = {
  conditions: [
    {
      type: 'Ready',
      status: 'True' as const,
      reason: 'Verified',
      message: 'Freight is verified\nand more',
      lastTransitionTime: '2026-03-01T11:00:00Z',
    },
  ],
  freightSummary: '9c1f00',
  health: { status: 'Healthy' as const },
};

const ANSWERS = {
  'GET /projects': {
    items: [
      {
        apiVersion: 'kargo.akuity.io/v1alpha1',
        kind: 'Project',
        metadata: { name: 'shop', creationTimestamp: '2026-02-27T12:00:00Z' },
        status: READY,
      },
    ],
    total: 1,
  },
  'GET /projects/shop/stages': listOf([
    aStage('dev', {
      status: READY,
      spec: { shard: 'eu', requestedFreight: [] },
    }),
    aStage('prod'),
  ]),
  'GET /projects/shop/stages/dev': aStage('dev', { status: READY }),
  'GET /projects/shop/stages/prod': aStage('prod'),
  'GET /projects/shop/freight': {
    groups: { '': { items: [aFreight('9c1f00', 'brisk-otter')] } },
    resourceVersion: '7',
  },
  'GET /projects/shop/freight?origins=web&origins=api': {
    groups: {
      '': {
        items: [
          {
            ...aFreight('41b200', 'quiet-walrus'),
            discoveredAt: '2026-02-27T12:00:00Z',
          },
        ],
      },
    },
    resourceVersion: '7',
  },
  'GET /projects/shop/freight/brisk-otter': aFreight('9c1f00', 'brisk-otter'),
  'GET /projects/shop/freight/9c1f00': aFreight('9c1f00', 'brisk-otter'),
  'GET /projects/shop/promotions?stage=prod': listOf([
    aPromotion('prod.01a.f1', { phase: 'Succeeded' }),
    aPromotion('prod.01b.f1'),
  ]),
  'GET /projects/shop/warehouses': listOf([]),
  'GET /projects/shop/config': {
    apiVersion: 'kargo.akuity.io/v1alpha1',
    kind: 'ProjectConfig',
    metadata: { name: 'shop', creationTimestamp: '2026-03-01T11:59:00Z' },
  },
};

const ENVELOPE = { answers: ANSWERS };

describe('kargo get', () => {
  it.each<[string, string[]]>([
    [
      `NAME   READY   STATUS                AGE
shop   True    Freight is verified   2d
`,
      ['projects'],
    ],
    [
      `NAME   SHARD   CURRENT FREIGHT   HEALTH    READY   STATUS                AGE
dev    eu      9c1f00            Healthy   True    Freight is verified   12m
prod                                                                     12m
`,
      ['stages', '-p', 'shop'],
    ],
    [
      `NAME     ALIAS         ORIGIN          AGE
9c1f00   brisk-otter   Warehouse/web   12m
`,
      ['freight', '-p', 'shop'],
    ],
    [
      `41b200   quiet-walrus   Warehouse/web   2d
`,
      [
        'freight',
        '--project=shop',
        '--warehouse=web',
        '--origin=api',
        '--no-headers',
      ],
    ],
    [
      `NAME          SHARD   STAGE   FREIGHT   PHASE       AGE
prod.01a.f1           prod    f1        Succeeded   12m
prod.01b.f1           prod    f1        Pending     12m
`,
      ['promos', '-p', 'shop', '--stage', 'prod'],
    ],
    ['NAME   AGE\nshop   60s\n', ['projectconfig', '-p', 'shop']],
    ['', ['warehouses', '-p', 'shop']],
  ])('prints\n%s', async (table, args) => {
    const run = await runAgainst(['get', ...args], ENVELOPE);
    expect(run.err).toBe('');
    expect(run.out).toBe(table);
    expect(run.code).toBe(0);
  });

  it.each<[string, string[], string]>([
    [
      'names',
      ['stages', '-o', 'name'],
      'stage.kargo.akuity.io/dev\nstage.kargo.akuity.io/prod\n',
    ],
    [
      'a template over a list',
      ['stages', '-o', 'jsonpath={.items[*].metadata.name}'],
      'dev prod',
    ],
    [
      'a template over one resource',
      ['stage', 'dev', '-o', 'jsonpath={.status.health.status}'],
      'Healthy',
    ],
    [
      'a list for several names',
      ['stages', 'dev', 'prod', '-o', 'jsonpath={.kind}'],
      'List',
    ],
    [
      'Freight by alias',
      ['freight', '--alias', 'brisk-otter', '-o', 'name'],
      'freight.kargo.akuity.io/9c1f00\n',
    ],
    [
      'YAML',
      ['freight', '--name', '9c1f00', '-o', 'yaml'],
      `alias: brisk-otter
apiVersion: kargo.akuity.io/v1alpha1
kind: Freight
metadata:
  creationTimestamp: "2026-03-01T11:48:00Z"
  generation: 1
  name: 9c1f00
  namespace: shop
  resourceVersion: "7"
  uid: uid-9c1f00
origin:
  kind: Warehouse
  name: web
`,
    ],
  ])('prints %s', async (_, args, out) => {
    const run = await runAgainst(['get', ...args, '-p', 'shop'], ENVELOPE);
    expect(run.err).toBe('');
    expect(run.out).toBe(out);
  });

  it('prints YAML of a list as Kubernetes does', async () => {
    const run = await runAgainst(
      ['get', 'stages', '-p', 'shop', '-o', 'yaml'],
      ENVELOPE,
    );
    expect(run.out).toMatch(
      /^apiVersion: v1\nitems:\n- apiVersion: kargo\.akuity\.io\/v1alpha1\n {2}kind: Stage\n/,
    );
  });

  it('prints JSON that is the resource', async () => {
    const run = await runAgainst(
      ['get', 'stage', 'prod', '-p', 'shop', '-o', 'json'],
      ENVELOPE,
    );
    expect(JSON.parse(run.out)).toEqual(aStage('prod'));
    expect(run.out).toMatch(/"apiVersion".*"kind".*"metadata".*"spec"/s);
  });

  it('reads a template from a file', async () => {
    await withFolder(async workingDirectory => {
      await writeFile(join(workingDirectory, 'names'), '{..name}');
      const run = await runAgainst(
        ['get', 'stage', 'dev', '-p', 'shop', '-o', 'jsonpath-file=names'],
        { ...ENVELOPE, workingDirectory },
      );
      expect(run.out).toBe('dev');
    });
  });

  it('prints what it found before it reports what it did not', async () => {
    const run = await runAgainst(
      ['get', 'stages', 'gone', 'dev', 'lost', '-p', 'shop', '-o', 'name'],
      ENVELOPE,
    );
    expect(run).toMatchObject({
      code: 1,
      out: 'stage.kargo.akuity.io/dev\n',
      err: 'Error: no answer for GET /projects/shop/stages/gone\nno answer for GET /projects/shop/stages/lost\n',
    });
  });

  it.each<[string, string[]]>([
    [
      "Error: no Freight of project 'shop' has alias '9c1f00'\n",
      ['freight', '--alias', '9c1f00', '-p', 'shop'],
    ],
    ...['--warehouse', '--origin'].map((option): [string, string[]] => [
      'Error: use either --name and --alias, or --warehouse\n',
      ['freight', '--name', '9c1f00', option, 'web', '-p', 'shop'],
    ]),
    [
      "Error: output format 'go-template={{.kind}}' is not supported; use json, yaml, name, jsonpath=TEMPLATE, jsonpath-as-json=TEMPLATE or jsonpath-file=FILE\n",
      ['stages', '-p', 'shop', '-o', 'go-template={{.kind}}'],
    ],
    [
      "Error: jsonpath: expected '}' at the end of the template\n",
      ['stages', '-p', 'shop', '-o', 'jsonpath={.kind'],
    ],
    [
      "Error: a project is required: use --project, or 'kargo config set-project NAME' for a default\n",
      ['stages'],
    ],
  ])('fails with %s', async (err, args) => {
    expect(await runAgainst(['get', ...args], ENVELOPE)).toMatchObject({
      code: 1,
      out: '',
      err,
    });
  });
});
