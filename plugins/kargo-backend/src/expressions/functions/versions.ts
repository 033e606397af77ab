import {
  FunctionDeclaration,
  HostMethod,
  HostObject,
  HostType,
  Type,
  Types,
  Uint,
  Value,
} from 'backstage-plugin-kargo-expr';
import {
  compareVersions,
  findVersion,
  SemverVersion,
} from '../../logic/selection/semver';
import { declare, overload } from './declare';

/** What a method does: the version it is called on, and its arguments. */
type Run = (version: SemverVersion, args: readonly Value[]) => Value;

function method(result: Type, parameters: Type[], run: Run): HostMethod {
  return {
    parameters,
    result,
    call: (self, args) => run(self.payload as SemverVersion, args),
  };
}

const number = (read: (version: SemverVersion) => bigint) =>
  method(Types.uint, [], version => new Uint(read(version)));
const text = (read: (version: SemverVersion) => string) =>
  method(Types.string, [], read);

const COMMON: Array<[string, HostMethod]> = [
  ['Major', number(version => version.major)],
  ['Minor', number(version => version.minor)],
  ['Patch', number(version => version.patch)],
  ['Prerelease', text(version => version.prerelease.join('.'))],
  ['Metadata', text(version => version.metadata)],
  ['String', text(print)],
];

const shape = (name: string, methods: Map<string, HostMethod>): HostType => ({
  name,
  members: new Map(),
  methods,
  toJson: self => print(self.payload as SemverVersion),
  toText: self => print(self.payload as SemverVersion),
});

/** The result of raising a version: it has no original text and no comparisons. */
const RAISED = shape('Version', new Map(COMMON));
addRaising(RAISED);

/** A parsed version. */
const PARSED = shape('ParsedVersion', new Map(COMMON));
addRaising(PARSED);
addComparisons(PARSED);

/** Steps that reading two versions takes. */
const COMPARING = 20;

/** Functions over semantic versions. */
export const VERSION_FUNCTIONS: FunctionDeclaration[] = [
  declare(
    'semverDiff',
    [overload(Types.string, Types.string, Types.string)],
    ([a, b], _scope, steps) => {
      steps.step(COMPARING);
      return semverDiff(a as string, b as string);
    },
  ),
  declare(
    'semverParse',
    [overload(Types.object(PARSED), Types.string)],
    ([source]) => {
      const version = findVersion(source as string);
      if (!version) {
        throw new Error('the text is not a semantic version');
      }
      return wrap(PARSED, version);
    },
  ),
];

/** The first component in which two versions differ; prereleases are ignored. */
function semverDiff(a: string, b: string): string {
  const [left, right] = [findVersion(a), findVersion(b)];
  if (!left || !right) {
    return 'Incomparable';
  }
  if (left.major !== right.major) {
    return 'Major';
  }
  if (left.minor !== right.minor) {
    return 'Minor';
  }
  if (left.patch !== right.patch) {
    return 'Patch';
  }
  return left.metadata === right.metadata ? 'None' : 'Metadata';
}

function print(version: SemverVersion): string {
  const { major, minor, patch, prerelease, metadata } = version;
  const suffix = prerelease.length > 0 ? `-${prerelease.join('.')}` : '';
  return `${major}.${minor}.${patch}${suffix}${metadata && `+${metadata}`}`;
}

/** The fields are there for equality alone: all components and the spelling count. */
function wrap(type: HostType, version: SemverVersion): HostObject {
  return new HostObject(
    type,
    new Map<string, Value>([
      ['printed', print(version)],
      ['original', version.original],
    ]),
    version,
  );
}

/** @throws Error when a number grows too large. */
function raised(major: bigint, minor: bigint, patch: bigint): HostObject {
  return wrapRaised(`${major}.${minor}.${patch}`);
}

function wrapRaised(printed: string): HostObject {
  const version = findVersion(printed);
  if (!version) {
    throw new Error('the result is not a semantic version');
  }
  return wrap(RAISED, version);
}

/** Replaces a suffix. @throws Error when the result is no version. */
function withSuffix(
  version: SemverVersion,
  change: Partial<{ prerelease: string; metadata: string }>,
): HostObject {
  const prerelease = change.prerelease ?? version.prerelease.join('.');
  const metadata = change.metadata ?? version.metadata;
  return wrapRaised(
    `${version.major}.${version.minor}.${version.patch}` +
      `${prerelease && `-${prerelease}`}${metadata && `+${metadata}`}`,
  );
}

function addRaising(type: HostType): void {
  const result = Types.object(RAISED);
  const methods = type.methods as Map<string, HostMethod>;
  const add = (name: string, parameters: Type[], run: Run) =>
    methods.set(name, method(result, parameters, run));
  add('IncMajor', [], ({ major }) => raised(major + 1n, 0n, 0n));
  add('IncMinor', [], ({ major, minor }) => raised(major, minor + 1n, 0n));
  add('IncPatch', [], ({ major, minor, patch, prerelease }) =>
    // Leaving a prerelease is the step to its release.
    raised(major, minor, prerelease.length > 0 ? patch : patch + 1n),
  );
  add('SetPrerelease', [Types.string], (version, [value]) =>
    withSuffix(version, { prerelease: value as string }),
  );
  add('SetMetadata', [Types.string], (version, [value]) =>
    withSuffix(version, { metadata: value as string }),
  );
}

function addComparisons(type: HostType): void {
  const methods = type.methods as Map<string, HostMethod>;
  const compare = (version: SemverVersion, [other]: readonly Value[]) =>
    compareVersions(version, (other as HostObject).payload as SemverVersion);
  const test = (name: string, isTrue: (order: number) => boolean) =>
    methods.set(
      name,
      method(Types.bool, [Types.object(type)], (version, args) =>
        isTrue(compare(version, args)),
      ),
    );
  test('LessThan', order => order < 0);
  test('LessThanEqual', order => order <= 0);
  test('GreaterThan', order => order > 0);
  test('GreaterThanEqual', order => order >= 0);
  test('Equal', order => order === 0);
  methods.set(
    'Compare',
    method(Types.int, [Types.object(type)], (version, args) =>
      BigInt(Math.sign(compare(version, args))),
    ),
  );
  methods.set(
    'Original',
    text(version => version.original),
  );
}
