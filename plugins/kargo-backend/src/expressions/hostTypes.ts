import {
  ArtifactReference,
  Chart,
  DiscoveredCommit,
  DiscoveredImageReference,
  FreightOrigin,
  GitCommit,
  Image,
} from 'backstage-plugin-kargo-common';
import {
  HostMember,
  HostMethod,
  HostObject,
  HostType,
  Location,
  Named,
  Time,
  TIME_METHODS,
  Type,
  TypedMap,
  Types,
  Value,
} from 'backstage-plugin-kargo-expr';
import { FoundCredentials } from './lookups';

/** A host type of members; JSON names are given, or absent to keep a member out of JSON. */
function define(
  name: string,
  members: Record<string, [Type, string?, ('omitEmpty' | undefined)?]>,
  methods?: ReadonlyMap<string, HostMethod>,
): HostType {
  return {
    name,
    members: new Map(
      Object.entries(members).map(
        ([member, [type, json, empty]]): [string, HostMember] => [
          member,
          { type, ...(json && { json }), omitEmpty: empty === 'omitEmpty' },
        ],
      ),
    ),
    ...(methods && { methods }),
  };
}

const optionalText = (json: string): [Type, string, 'omitEmpty'] => [
  Types.string,
  json,
  'omitEmpty',
];

const ORIGIN_KIND = 'FreightOriginKind';

/** Names a Warehouse; the optional last argument of the freight functions. */
export const FREIGHT_ORIGIN = define('FreightOrigin', {
  Kind: [Types.named(ORIGIN_KIND, 'string'), 'kind'],
  Name: [Types.string, 'name'],
});

/** A commit of Freight. */
export const GIT_COMMIT = define('GitCommit', {
  RepoURL: optionalText('repoURL'),
  ID: optionalText('id'),
  Branch: optionalText('branch'),
  Tag: optionalText('tag'),
  Message: optionalText('message'),
  Author: optionalText('author'),
  Committer: optionalText('committer'),
  SubscriptionName: optionalText('subscriptionName'),
});

/** An image of Freight. */
export const IMAGE = define('Image', {
  RepoURL: optionalText('repoURL'),
  Tag: optionalText('tag'),
  Digest: optionalText('digest'),
  Annotations: [Types.stringMap, 'annotations', 'omitEmpty'],
  SubscriptionName: optionalText('subscriptionName'),
});

/** A chart of Freight. */
export const CHART = define('Chart', {
  RepoURL: optionalText('repoURL'),
  Name: optionalText('name'),
  Version: optionalText('version'),
  SubscriptionName: optionalText('subscriptionName'),
});

/** What a repository is asked with. The small letters are for those who know them from texts. */
const REPO_CREDENTIALS = define('RepoCredentials', {
  Username: [Types.string, 'Username'],
  Password: [Types.string, 'Password'],
  SSHPrivateKey: [Types.string, 'SSHPrivateKey'],
  username: [Types.string],
  password: [Types.string],
  sshPrivateKey: [Types.string],
});

/** An artifact of another kind. Its JSON names are those of the members. */
export const ARTIFACT = define('ArtifactReference', {
  ArtifactType: [Types.string, 'ArtifactType'],
  SubscriptionName: [Types.string, 'SubscriptionName'],
  Version: [Types.string, 'Version'],
  Metadata: [Types.map, 'Metadata'],
});

const wrapperMethods = new Map<string, HostMethod>();

/**
 * A time of discovery: offers what a time offers through `.Time` and its methods, without
 * being a time for operators.
 */
const TIME_WRAPPER: HostType = {
  ...define('Time', { Time: [Types.time] }, wrapperMethods),
  toJson: timeOf,
  toText: self => String(callTime('String', self, [])),
};

for (const [name, { parameters, result }] of TIME_METHODS) {
  wrapperMethods.set(name, {
    parameters,
    result,
    call: (self, args) => callTime(name, self, args),
  });
}

// Compared with their own kind, unlike in the other methods.
for (const name of ['Before', 'Equal']) {
  wrapperMethods.set(name, {
    parameters: [Types.object(TIME_WRAPPER)],
    result: Types.bool,
    call: (self, [other]) =>
      callTime(name, self, [timeOf(other as HostObject)]),
  });
}

function timeOf(wrapper: HostObject): Time {
  return wrapper.fields.get('Time') as Time;
}

function callTime(
  method: string,
  wrapper: HostObject,
  args: readonly Value[],
): Value {
  return TIME_METHODS.get(method)?.call(timeOf(wrapper), args) ?? null;
}

/** A commit that discovery found. */
export const DISCOVERED_COMMIT = define('DiscoveredCommit', {
  ID: optionalText('id'),
  Branch: optionalText('branch'),
  Tag: optionalText('tag'),
  Subject: optionalText('subject'),
  Author: optionalText('author'),
  Committer: optionalText('committer'),
  CreatorDate: [Types.object(TIME_WRAPPER), 'creatorDate', 'omitEmpty'],
});

/** An image that discovery found; it has no RepoURL. */
export const DISCOVERED_IMAGE = define('DiscoveredImageReference', {
  Tag: [Types.string, 'tag'],
  Digest: [Types.string, 'digest'],
  Annotations: [Types.stringMap, 'annotations', 'omitEmpty'],
  CreatedAt: [Types.object(TIME_WRAPPER), 'createdAt', 'omitEmpty'],
});

/** A host object; members that are undefined read as the zero value of their type. */
function object(
  type: HostType,
  members: Record<string, Value | undefined>,
): HostObject {
  const fields = new Map<string, Value>();
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (value !== undefined) {
      fields.set(name, value);
    }
  }
  return new HostObject(type, fields);
}

/** A string map, whose missing keys read as `""`. */
export function stringMap(entries: Record<string, string>): TypedMap {
  return new TypedMap(new Map(Object.entries(entries)), '');
}

export function toOrigin(origin: FreightOrigin): HostObject {
  return object(FREIGHT_ORIGIN, {
    Kind: new Named(ORIGIN_KIND, origin.kind, origin.kind),
    Name: origin.name,
  });
}

export function toGitCommit(commit: GitCommit): HostObject {
  return object(GIT_COMMIT, {
    RepoURL: commit.repoURL,
    ID: commit.id,
    Branch: commit.branch,
    Tag: commit.tag,
    Message: commit.message,
    Author: commit.author,
    Committer: commit.committer,
    SubscriptionName: commit.subscriptionName,
  });
}

export function toImage(image: Image): HostObject {
  return object(IMAGE, {
    RepoURL: image.repoURL,
    Tag: image.tag,
    Digest: image.digest,
    Annotations: stringMap(image.annotations ?? {}),
    SubscriptionName: image.subscriptionName,
  });
}

export function toChart(chart: Chart): HostObject {
  return object(CHART, {
    RepoURL: chart.repoURL,
    Name: chart.name,
    Version: chart.version,
    SubscriptionName: chart.subscriptionName,
  });
}

export function toRepoCredentials({
  username,
  password,
  sshPrivateKey,
}: FoundCredentials): HostObject {
  return object(REPO_CREDENTIALS, {
    Username: username,
    Password: password,
    SSHPrivateKey: sshPrivateKey,
    username,
    password,
    sshPrivateKey,
  });
}

export function toArtifact(artifact: ArtifactReference): HostObject {
  return object(ARTIFACT, {
    ArtifactType: artifact.artifactType,
    Metadata: (artifact.metadata ?? {}) as Value,
    SubscriptionName: artifact.subscriptionName,
    Version: artifact.version,
  });
}

export function toDiscoveredCommit(commit: DiscoveredCommit): HostObject {
  return object(DISCOVERED_COMMIT, {
    ID: commit.id,
    Branch: commit.branch,
    Tag: commit.tag,
    Subject: commit.subject,
    Author: commit.author,
    Committer: commit.committer,
    CreatorDate: toTimeWrapper(commit.creatorDate),
  });
}

export function toDiscoveredImage(image: DiscoveredImageReference): HostObject {
  return object(DISCOVERED_IMAGE, {
    Tag: image.tag,
    Digest: image.digest,
    Annotations: stringMap(image.annotations ?? {}),
    CreatedAt: toTimeWrapper(image.createdAt),
  });
}

function toTimeWrapper(timestamp: string | undefined): HostObject | undefined {
  if (!timestamp) {
    return undefined;
  }
  const time = Time.fromDate(new Date(timestamp), Location.utc);
  return object(TIME_WRAPPER, { Time: time });
}
