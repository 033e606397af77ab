import {
  DiscoveredArtifacts,
  Freight,
  FreightReference,
  FreightRequest,
  JsonObject,
  KARGO_API_VERSION,
  Stage,
  StepExecutionMetadata,
  StepStatus,
  Subscription,
} from 'backstage-plugin-kargo-common';
import { HostScope } from 'backstage-plugin-kargo-backend/src/expressions/HostScope';
import {
  Found,
  Lookup,
  LookupNeeded,
  LookupTable,
} from 'backstage-plugin-kargo-backend/src/expressions/lookups';

/** An instant after every date of the corpus, which compares `now()` with them. */
export const NOW = new Date('2026-01-02T03:04:05.678Z');

const PROJECT = 'p1';
const W1 = { kind: 'Warehouse', name: 'w1' } as const;
const W2 = { kind: 'Warehouse', name: 'w2' } as const;

const REQUESTS: FreightRequest[] = [W1, W2].map(origin => ({
  origin,
  sources: { direct: true },
}));

const git = (repoURL: string) => ({ git: { repoURL } } as Subscription);
const image = (repoURL: string) => ({ image: { repoURL } } as Subscription);
const chart = (repoURL: string, name?: string) =>
  ({ chart: { repoURL, name } } as Subscription);

const SUBSCRIPTIONS: Record<string, Subscription[]> = {
  w1: [
    git('https://github.com/acme/app.git'),
    image('ghcr.io/acme/app'),
    image('ghcr.io/acme/shared'),
    chart('https://charts.acme.io', 'web'),
    chart('oci://ghcr.io/acme/charts/web'),
    { name: 'pkgs', packages: {} },
  ],
  w2: [
    git('https://github.com/acme/lib'),
    image('ghcr.io/acme/shared'),
    image('ghcr.io/acme/w2only'),
  ],
};

const FREIGHT: FreightReference[] = [
  {
    name: 'f1',
    origin: W1,
    commits: [
      {
        repoURL: 'https://github.com/acme/app.git',
        id: '9f3c1ab5d2',
        branch: 'main',
        message: 'feat: <x>',
        author: 'Jo <jo@acme.io>',
      },
    ],
    images: [
      {
        repoURL: 'ghcr.io/acme/app',
        tag: '1.10',
        digest: 'sha256:aa11',
        annotations: { k: 'v' },
      },
      { repoURL: 'ghcr.io/acme/shared', tag: 's1', digest: 'sha256:bb22' },
    ],
    charts: [
      { repoURL: 'https://charts.acme.io', name: 'web', version: '4.5.6' },
      { repoURL: 'oci://ghcr.io/acme/charts/web', version: '0.9.0' },
    ],
    artifacts: [
      {
        artifactType: 'application/x',
        subscriptionName: 'pkgs',
        version: '7',
        metadata: { size: 3 },
      },
    ],
  },
  {
    name: 'f2',
    origin: W2,
    images: [
      { repoURL: 'ghcr.io/acme/shared', tag: 's2', digest: 'sha256:cc33' },
    ],
  },
];

/** Newest results of discovery, for Freight creation criteria. */
export const DISCOVERED: DiscoveredArtifacts = {
  discoveredAt: NOW.toISOString(),
  git: [
    {
      repoURL: 'https://github.com/acme/app.git',
      commits: [
        { id: 'd1', tag: 'v1.0.0', creatorDate: '2024-05-06T07:08:09Z' },
      ],
    },
    { repoURL: 'https://github.com/acme/lib', commits: [] },
    { repoURL: 'https://github.com/acme/nodate', commits: [{ id: 'd9' }] },
  ],
  images: [
    {
      repoURL: 'ghcr.io/acme/app',
      references: [{ tag: 'v1.0.0', digest: 'sha256:dd44' }],
    },
    {
      repoURL: 'nginx',
      references: [{ tag: '1.27.0', digest: 'sha256:ee55' }],
    },
    { repoURL: 'ghcr.io/acme/empty', references: [] },
  ],
  charts: [
    { repoURL: 'oci://ghcr.io/acme/charts/web', versions: ['0.9.0', '0.8.0'] },
    { repoURL: 'https://charts.acme.io', name: 'web', versions: ['4.5.6'] },
  ],
  results: [
    {
      name: 'pkgs',
      artifactReferences: [
        {
          artifactType: 'application/x',
          subscriptionName: 'pkgs',
          version: '7',
        },
      ],
    },
  ],
};

const step = (
  alias: string,
  status: StepStatus,
  continueOnError?: boolean,
): StepExecutionMetadata => ({ alias, status, continueOnError });

const STEPS = [
  step('s1', 'Succeeded'),
  step('s2', 'Failed', true),
  step('s3', 'Skipped'),
  step('task::a', 'Succeeded'),
];

/** One more recorded step, which failed the Promotion. */
export const FAILED_STEP = step('bad', 'Errored');

const CONFIG_MAPS: Record<string, Record<string, string>> = {
  'project/cm': { k: 'v', n: '42', t: 'true' },
  'shared/scm': { k: 'shared' },
};

const SECRETS: Record<string, [Record<string, string>, string?]> = {
  'project/sec': [{ token: 's3cr3t' }],
  'shared/gen': [{ token: 'shared' }, 'generic'],
  'shared/repo-cred': [{ password: 'hidden' }, 'git'],
};

const REPO_CREDENTIALS: Record<
  string,
  { username?: string; password?: string; sshPrivateKey?: string }
> = {
  'git https://h/o/r.git': { username: 'git-robot', password: 'p-git' },
  'image https://h/o/r.git': { username: 'image-robot', password: 'p-image' },
};

/**
 * The status of Freight. The corpus gives f1 one more entry of metadata when it is read
 * with `freightMetadata()` than when it is read as part of `freightStatus()`.
 */
function freightStatus(
  name: string,
  source: string,
): Freight['status'] | undefined {
  if (name === 'f2') return {};
  if (name === 'approved') {
    return { approvedFor: { prod: { approvedAt: '2024-05-06T07:08:09Z' } } };
  }
  if (name !== 'f1') return undefined;
  const more: JsonObject = source.includes('freightStatus(')
    ? {}
    : { cfg: { n: 3 } };
  return {
    currentlyIn: { test: { since: '2024-05-06T07:08:09Z' } },
    metadata: { ...more, s: 'x' },
  };
}

/** The Stage of the corpus. */
export const STAGE: Stage = {
  apiVersion: KARGO_API_VERSION,
  kind: 'Stage',
  metadata: {
    name: 'test',
    namespace: PROJECT,
    uid: 'u1',
    resourceVersion: '1',
    generation: 1,
    creationTimestamp: NOW.toISOString(),
  },
  spec: { requestedFreight: REQUESTS },
  status: { metadata: { 'aws-region': 'us-east-1' } },
};

/** What a look-up of the corpus finds. */
function find(lookup: Lookup, source: string): Found | undefined {
  if (lookup.kind === 'RepoCredentials') {
    const { kind, type, repoURL } = lookup;
    const credentials = REPO_CREDENTIALS[`${type} ${repoURL}`];
    return credentials && { kind, ...credentials };
  }
  const { kind, name } = lookup;
  switch (kind) {
    case 'ConfigMap': {
      const data = CONFIG_MAPS[`${lookup.scope}/${name}`];
      return data && { kind, data };
    }
    case 'Secret': {
      const secret = SECRETS[`${lookup.scope}/${name}`];
      return secret && { kind, data: secret[0], credentialType: secret[1] };
    }
    case 'Freight': {
      const status = freightStatus(name, source);
      return status && { kind, freight: freightOf(name, status) };
    }
    case 'Stage':
      return name === 'test' ? { kind, stage: STAGE } : undefined;
    default: {
      const subscriptions = SUBSCRIPTIONS[name];
      return subscriptions && { kind, subscriptions };
    }
  }
}

function freightOf(name: string, status: Freight['status']): Freight {
  return {
    apiVersion: KARGO_API_VERSION,
    kind: 'Freight',
    metadata: { name, namespace: PROJECT },
    origin: W1,
    status,
  } as Freight;
}

/** What expressions of the corpus are evaluated from, besides their environment. */
export function scopeOf(
  lookups: LookupTable,
  stepAlias = 's9',
  more: StepExecutionMetadata[] = [],
): HostScope {
  return {
    requests: REQUESTS,
    freight: FREIGHT,
    steps: [...STEPS, ...more],
    stepAlias,
    lookups,
  };
}

/** Evaluates again and again until nothing has to be looked up any more. */
export function withLookups<T>(
  source: string,
  evaluation: (lookups: LookupTable) => T,
): T {
  const lookups = new LookupTable();
  for (;;) {
    try {
      return evaluation(lookups);
    } catch (error) {
      if (!(error instanceof LookupNeeded)) throw error;
      lookups.add(error.lookup, find(error.lookup, source));
    }
  }
}
