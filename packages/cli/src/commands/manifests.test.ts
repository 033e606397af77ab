import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordedRequest, runAgainst, withFolder } from '../testing/runAgainst';

const STAGE = `apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata: { name: dev, namespace: shop }
`;
const SECRET = `apiVersion: v1
kind: Secret
metadata: { name: git, namespace: shop }
`;

interface Named {
  metadata: { name: string };
}

/** A server that writes what it is sent, except what is called `bad`. */
function answer(field: string) {
  return ({ body }: RecordedRequest) => ({
    results: (body as Named[]).map(manifest =>
      manifest.metadata.name === 'bad'
        ? { error: 'spec: required' }
        : { [field]: manifest },
    ),
  });
}

const ANSWERS = {
  'PUT /resources?upsert=true': answer('updatedResourceManifest'),
  'POST /resources': answer('createdResourceManifest'),
  'DELETE /resources': answer('deletedResourceManifest'),
  'GET https://example.com/stage.yaml': () => new Response(STAGE),
  'GET https://example.com/gone.yaml': () => new Response('', { status: 410 }),
  'GET https://example.com/away.yaml': () => {
    throw new TypeError('fetch failed', { cause: new Error('it is away') });
  },
};

function sentNames({ body }: RecordedRequest): string[] {
  return (body as Named[]).map(({ metadata }) => metadata.name);
}

describe('commands with manifests', () => {
  it.each<[string, string, string]>([
    ['apply', 'PUT /resources?upsert=true', 'configured'],
    ['create', 'POST /resources', 'created'],
    ['delete', 'DELETE /resources', 'deleted'],
  ])('%s sends all documents in one request', async (verb, line, done) => {
    const run = await runAgainst([verb, '-f', '-'], {
      answers: ANSWERS,
      input: `${STAGE}---\n# nothing\n---\n${SECRET}`,
    });
    expect(run).toMatchObject({
      code: 0,
      err: '',
      out: `stage.kargo.akuity.io/dev ${done}\nsecret/git ${done}\n`,
    });
    expect(run.requests.map(request => request.line)).toEqual([line]);
    expect(sentNames(run.requests[0])).toEqual(['dev', 'git']);
  });

  it.each(['apply', 'create', 'delete'])(
    '%s says what is passed over, and what is not',
    async verb => {
      const namespace = 'apiVersion: v1\nkind: Namespace\n';
      const run = await runAgainst([verb, '-f', '-'], {
        answers: ANSWERS,
        input: `${namespace}metadata: { name: shop }\n---\n${namespace}metadata: { name: bad }\n`,
      });
      expect(run.out).toBe('namespace/shop skipped\n');
      expect(run.err).toContain('namespace/bad: spec: required');
    },
  );

  it('takes apart what get prints of several', async () => {
    const items = ['dev', 'prod'].map(name => STAGE.replace('dev', name));
    const list = `apiVersion: v1\nkind: List\nitems:\n${items
      .map(item => `- ${item.trimEnd().replaceAll('\n', '\n  ')}`)
      .join('\n')}\n`;
    const run = await runAgainst(['apply', '-f', '-'], {
      answers: ANSWERS,
      input: list,
    });
    expect(sentNames(run.requests[0])).toEqual(['dev', 'prod']);
  });

  it('tells created from configured', async () => {
    const run = await runAgainst(['apply', '-f', '-'], {
      input: STAGE,
      answers: {
        'PUT /resources?upsert=true': answer('createdResourceManifest'),
      },
    });
    expect(run.out).toBe('stage.kargo.akuity.io/dev created\n');
  });

  it('reads files, directories and URLs, and sends the token only to the server', async () => {
    await withFolder(async workingDirectory => {
      const sub = join(workingDirectory, 'pipeline', 'sub');
      await mkdir(sub, { recursive: true });
      const named = (name: string) => STAGE.replace('dev', name);
      await writeFile(join(workingDirectory, 'any.txt'), named('file'));
      await writeFile(join(sub, '..', 'b.yml'), named('b'));
      await writeFile(join(sub, '..', 'a.yaml'), named('a'));
      await writeFile(join(sub, '..', 'c.json'), '[{"metadata":{"name":"c"}}]');
      await writeFile(join(sub, '..', 'README.md'), '# not a manifest');
      await writeFile(join(sub, 'd.yaml'), named('d'));
      const files = ['-f', 'any.txt,pipeline'];
      const world = { answers: ANSWERS, workingDirectory };

      const flat = await runAgainst(['apply', ...files], world);
      expect(sentNames(flat.requests[0])).toEqual(['file', 'a', 'b', 'c']);

      const deep = await runAgainst(
        ['apply', ...files, '-R', '-f', 'https://example.com/stage.yaml'],
        world,
      );
      const [download, apply] = deep.requests;
      expect(sentNames(apply)).toEqual(['file', 'a', 'b', 'c', 'd', 'dev']);
      expect(download.headers.has('authorization')).toBe(false);
      expect(apply.headers.get('authorization')).toBe('Bearer secret-token');
      expect(apply.headers.get('x-kargo-cli-version')).toBe('1.2.3');
    });
  });

  it('prints what worked and then every failure with its file', async () => {
    const run = await runAgainst(['apply', '-f', '-'], {
      answers: ANSWERS,
      input: `${STAGE.replace('dev', 'bad')}---\n${SECRET}---\n${STAGE.replace(
        'dev',
        'bad',
      )}`,
    });
    expect(run).toMatchObject({
      code: 1,
      out: 'secret/git configured\n',
      err: 'Error: standard input: stage.kargo.akuity.io/bad: spec: required\nstandard input: stage.kargo.akuity.io/bad: spec: required\n',
    });
  });

  it.each<[string, string[], string | undefined]>([
    ['manifests are required: use --filename', ['apply'], undefined],
    ['no manifests in -', ['apply', '-f', '-'], '---\n# empty\n'],
    [
      'standard input: expected a resource in every document',
      ['apply', '-f', '-'],
      'just text',
    ],
    [
      'cannot read https://example.com/gone.yaml: the answer was 410',
      ['apply', '-f', 'https://example.com/gone.yaml'],
      undefined,
    ],
    [
      'cannot reach https://example.com/away.yaml: it is away',
      ['apply', '-f', 'https://example.com/away.yaml'],
      undefined,
    ],
  ])('fails with: %s', async (message, args, input) => {
    const run = await runAgainst(args, { answers: ANSWERS, input });
    expect(run).toMatchObject({ code: 1, out: '', err: `Error: ${message}\n` });
  });

  it.each<[RegExp, string[], string]>([
    [/^Error: cannot read nowhere\.yaml: ENOENT/, ['-f', 'nowhere.yaml'], ''],
    [
      /^Error: standard input: .* at line 1, column 4\n$/,
      ['-f', '-'],
      'a: b\n c: d: e',
    ],
  ])('fails with %s', async (message, args, input) => {
    const run = await runAgainst(['create', ...args], { input });
    expect(run.err).toMatch(message);
    expect(run.requests).toEqual([]);
  });
});

describe('kargo create project', () => {
  it('creates a project', async () => {
    const run = await runAgainst(['create', 'project', 'shop', '-o', 'name'], {
      answers: ANSWERS,
    });
    expect(run).toMatchObject({
      code: 0,
      err: '',
      out: 'project.kargo.akuity.io/shop\n',
    });
    expect(run.requests[0].body).toEqual([
      {
        apiVersion: 'kargo.akuity.io/v1alpha1',
        kind: 'Project',
        metadata: { name: 'shop' },
      },
    ]);
  });
});
