import {
  FreightReference,
  originKey,
  Subscription,
} from 'backstage-plugin-kargo-common';
import {
  FunctionDeclaration,
  HostObject,
  HostType,
  StepCounter,
  Types,
  Value,
} from 'backstage-plugin-kargo-expr';
import { normalizeGitURL } from '../../logic/repoUrls';
import { HostScope } from '../HostScope';
import {
  ARTIFACT,
  CHART,
  FREIGHT_ORIGIN,
  GIT_COMMIT,
  IMAGE,
  toArtifact,
  toChart,
  toGitCommit,
  toImage,
  toOrigin,
} from '../hostTypes';
import { declare, overload, requireText } from './declare';

const ORIGIN = Types.object(FREIGHT_ORIGIN);

/** What one of the functions looks for. */
interface Search {
  /** What the artifact is called in messages, which must not show arguments: they may be secret. */
  what: string;
  isSubscribed(subscription: Subscription): boolean;
  /** What there is of its kind, as it could be asked for. */
  names(freight: FreightReference): string[];
  find(freight: FreightReference): HostObject | undefined;
}

/** Functions over the Freight in use: promotion steps and verification arguments. */
export const FREIGHT_FUNCTIONS: FunctionDeclaration[] = [
  declare('warehouse', [overload(ORIGIN, Types.string)], ([name]) =>
    toOrigin({ kind: 'Warehouse', name: requireText(name, 'The name') }),
  ),
  finder('commitFrom', GIT_COMMIT, url => {
    const wanted = normalizeGitURL(url);
    // Most are spelled alike, and normalising is the dearer part of a search.
    const isWanted = (repoURL: string) =>
      repoURL === url || normalizeGitURL(repoURL) === wanted;
    return {
      what: 'commit',
      isSubscribed: ({ git }) => !!git && isWanted(git.repoURL),
      names: ({ commits = [] }) => commits.map(({ repoURL }) => repoURL),
      find: ({ commits = [] }) =>
        map(
          commits.find(commit => isWanted(commit.repoURL)),
          toGitCommit,
        ),
    };
  }),
  finder('imageFrom', IMAGE, url => ({
    what: 'image',
    isSubscribed: ({ image }) => image?.repoURL === url,
    names: ({ images = [] }) => images.map(({ repoURL }) => repoURL),
    find: ({ images = [] }) =>
      map(
        images.find(image => image.repoURL === url),
        toImage,
      ),
  })),
  declare(
    'chartFrom',
    [
      overload(Types.object(CHART), Types.string),
      overload(Types.object(CHART), Types.string, Types.string),
      overload(Types.object(CHART), Types.string, ORIGIN),
      overload(Types.object(CHART), Types.string, Types.string, ORIGIN),
    ],
    callChartFrom,
  ),
  finder('artifactFrom', ARTIFACT, name => ({
    what: 'artifact',
    isSubscribed: subscription =>
      subscription.name === name && !isBuiltIn(subscription),
    names: ({ artifacts = [] }) =>
      artifacts.map(({ subscriptionName }) => subscriptionName),
    find: ({ artifacts = [] }) =>
      map(
        artifacts.find(artifact => artifact.subscriptionName === name),
        toArtifact,
      ),
  })),
];

/** Whether the artifacts of a subscription have a function of their own. */
function isBuiltIn({ git, image, chart }: Subscription): boolean {
  return !!(git ?? image ?? chart);
}

function finder(
  name: string,
  type: HostType,
  search: (key: string) => Search,
): FunctionDeclaration {
  const result = Types.object(type);
  return declare(
    name,
    [overload(result, Types.string), overload(result, Types.string, ORIGIN)],
    ([key, origin], scope, steps) =>
      findArtifact(scope, search(key as string), { origin, steps })?.found ??
      null,
  );
}

function callChartFrom(
  args: readonly Value[],
  scope: HostScope,
  steps: StepCounter,
): Value {
  const [url, second, third] = args;
  const origin = [second, third].find(arg => arg instanceof HostObject);
  const isNamed = typeof second === 'string';
  if (isNamed && origin) {
    requireText(second, 'The name of the chart');
  }
  const name = isNamed ? second : '';
  const result = findArtifact(
    scope,
    {
      what: 'chart',
      isSubscribed: ({ chart }) =>
        chart?.repoURL === url && (chart?.name ?? '') === name,
      names: ({ charts = [] }) =>
        charts.map(chart =>
          [chart.repoURL, chart.name].filter(Boolean).join(' '),
        ),
      find: ({ charts = [] }) =>
        map(
          charts.find(
            chart => chart.repoURL === url && (chart.name ?? '') === name,
          ),
          toChart,
        ),
    },
    { origin, steps },
  );
  if (!result) {
    throw new Error('no requested Warehouse subscribes to this chart');
  }
  return result.found ?? null;
}

/** What comparing one address of a repository costs. */
const STEPS_PER_NAME = 5;

function artifactCount(freight: readonly FreightReference[]): number {
  return freight.reduce(
    (count, { commits = [], images = [], charts = [], artifacts = [] }) =>
      count + commits.length + images.length + charts.length + artifacts.length,
    freight.length,
  );
}

/**
 * The first matching artifact of the resolved origin; `undefined` when no origin could be
 * resolved, an empty result when the origin does not hold one.
 */
function findArtifact(
  scope: HostScope,
  search: Search,
  { origin, steps }: { origin: Value | undefined; steps: StepCounter },
): { found?: HostObject } | undefined {
  const key = origin
    ? keyOfOrigin(origin as HostObject)
    : resolveOrigin(scope, search, steps);
  steps.step(STEPS_PER_NAME * artifactCount(scope.freight));
  if (key === undefined) {
    tellMissing(scope, search, scope.freight);
    return undefined;
  }
  const ofOrigin = scope.freight.filter(
    freight => originKey(freight.origin) === key,
  );
  for (const freight of ofOrigin) {
    const found = search.find(freight);
    if (found) {
      return { found };
    }
  }
  tellMissing(scope, search, ofOrigin);
  return {};
}

/** How many names a sentence lists. */
const MOST_NAMES = 5;

function tellMissing(
  scope: HostScope,
  { what, names }: Search,
  searched: FreightReference[],
): void {
  const whose =
    searched.length < scope.freight.length
      ? 'the Freight of this Warehouse'
      : 'the Freight';
  const known = [...new Set(searched.flatMap(names))];
  const listed = known.slice(0, MOST_NAMES).join(', ');
  const more = known.length > MOST_NAMES ? ', …' : '';
  scope.tellMissing?.(
    known.length > 0
      ? `${whose} has no such ${what}, only ${listed}${more}`
      : `${whose} has no ${what}`,
  );
}

function keyOfOrigin(origin: HostObject): string {
  return `Warehouse/${origin.fields.get('Name')}`;
}

/** The one requested Warehouse that subscribes to it. */
function resolveOrigin(
  scope: HostScope,
  search: Search,
  steps: StepCounter,
): string | undefined {
  const keys = scope.requests.flatMap(({ origin }) => {
    const found = scope.lookups.require({
      kind: 'Warehouse',
      name: origin.name,
    });
    if (found?.kind !== 'Warehouse') {
      throw new Error(`Warehouse '${origin.name}' does not exist`);
    }
    steps.step(STEPS_PER_NAME * (1 + found.subscriptions.length));
    return found.subscriptions
      .filter(subscription => search.isSubscribed(subscription))
      .map(() => originKey(origin));
  });
  if (keys.length > 1) {
    throw new Error(
      `more than one requested Warehouse or more than one of its subscriptions could provide this ${search.what}; name the Warehouse with warehouse(…) as the last argument`,
    );
  }
  return keys.at(0);
}

function map<T>(
  value: T | undefined,
  convert: (value: T) => HostObject,
): HostObject | undefined {
  return value === undefined ? undefined : convert(value);
}
