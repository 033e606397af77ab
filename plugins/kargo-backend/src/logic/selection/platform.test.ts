import {
  ImagePlatform,
  judgeImagePlatform,
  judgeIndexPlatform,
  parsePlatform,
  PlatformEntry,
  reportedAnnotations,
} from './platform';

/** An index entry written `os/architecture+variant`; a dash has no platform. */
function entry(text: string): PlatformEntry {
  if (text === '-') return {};
  const [base, variant] = text.split('+');
  const [os, architecture] = base.split('/');
  const platform: ImagePlatform = {
    os,
    architecture,
    ...(variant && { variant }),
  };
  return { platform };
}

describe('parsePlatform', () => {
  it.each([
    ['linux/amd64', { os: 'linux', architecture: 'amd64' }],
    ['linux/arm/v7', { os: 'linux', architecture: 'arm', variant: 'v7' }],
    ['linux/arm/v7/x', { os: 'linux', architecture: 'arm', variant: 'v7/x' }],
  ])('reads %j', (text, expected) => {
    expect(parsePlatform(text)).toEqual(expected);
  });

  it('asks for a slash', () => {
    expect(() => parsePlatform('linux')).toThrow(
      'must have the form <os>/<architecture>',
    );
  });
});

describe('judgeIndexPlatform', () => {
  it.each([
    ['', 'linux/amd64', 'kept'],
    ['linux/amd64', 'linux/amd64 linux/arm64', 'kept'],
    ['linux/arm64', 'linux/amd64 linux/arm64+v8', 'dropped'],
    ['linux/arm64/v8', 'linux/amd64 linux/arm64+v8', 'kept'],
    ['linux/arm', 'linux/arm+v6 linux/arm+v7', 'dropped'],
    ['linux/arm/v7', 'linux/arm+v6 linux/arm+v7', 'kept'],
    ['Linux/amd64', 'linux/amd64', 'dropped'],
    ['linux/x86_64', 'linux/amd64', 'dropped'],
    ['linux/amd64', 'linux/amd64 unknown/unknown', 'kept'],
    ['unknown/unknown', 'linux/amd64 unknown/unknown', 'dropped'],
    ['linux/arm/v7/x', 'linux/arm+v7', 'dropped'],
  ])('for %j over %j is %s', (constraint, entries, kind) => {
    const verdict = judgeIndexPlatform(
      entries.split(' ').map(entry),
      constraint ? parsePlatform(constraint) : undefined,
    );
    expect(verdict.kind).toBe(kind);
  });

  it.each([
    ['nothing', []],
    ['attestations', [entry('unknown/unknown'), entry('-')]],
    ['half a platform', [entry('linux/unknown'), entry('/amd64')]],
  ])('refuses an index that holds %s', (_name, entries) => {
    expect(() => judgeIndexPlatform(entries, undefined)).toThrow(
      'holds no image',
    );
  });

  it('chooses the first entry of the platform', () => {
    const first = { ...entry('windows/amd64'), annotations: { os: '17763' } };
    const second = { ...entry('windows/amd64'), annotations: { os: '20348' } };
    const verdict = judgeIndexPlatform(
      [first, second],
      parsePlatform('windows/amd64'),
    );
    expect(verdict).toEqual({ kind: 'kept', entry: first });
  });
});

describe('judgeImagePlatform', () => {
  it.each([
    [undefined, undefined, 'kept'],
    ['linux/amd64', undefined, 'kept'],
    ['linux/amd64', 'linux/amd64', 'kept'],
    ['linux/amd64', 'linux/arm64', 'dropped'],
    ['linux/arm64/v8', 'linux/arm64', 'dropped'],
    [undefined, 'linux/amd64', 'dropped'],
  ])(
    'of an image recorded as %j for %j is %s',
    (recorded, constraint, kind) => {
      const verdict = judgeImagePlatform(
        recorded ? parsePlatform(recorded) : undefined,
        constraint ? parsePlatform(constraint) : undefined,
      );
      expect(verdict).toEqual({ kind });
    },
  );
});

describe('reportedAnnotations', () => {
  it('lays those of the chosen entry over those of the index', () => {
    const top = { title: 'index', vendor: 'acme' };
    expect(reportedAnnotations(top, undefined)).toEqual(top);
    expect(
      reportedAnnotations(top, { annotations: { title: 'amd64' } }),
    ).toEqual({
      title: 'amd64',
      vendor: 'acme',
    });
  });
});
