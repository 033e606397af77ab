import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  OciRegistry as TestRegistry,
  OciRegistryOptions,
  startOciRegistry,
} from 'kargo-test';
import { ImageRepository } from '../../ports/ImageRegistry';
import { UndiciHttpClient } from '../http/UndiciHttpClient';
import { OciArtifacts } from './OciArtifacts';

const CONTENT = Buffer.from('the content');
const BLOB = {
  digest: `sha256:${createHash('sha256').update(CONTENT).digest('hex')}`,
  size: CONTENT.length,
};

async function* chunks(...parts: Buffer[]): AsyncGenerator<Buffer> {
  yield* parts;
}

describe('OciArtifacts', () => {
  let server: TestRegistry;
  let http: UndiciHttpClient;
  let artifacts: OciArtifacts;
  let web: ImageRepository;

  async function setUp(options?: OciRegistryOptions) {
    server = await startOciRegistry(options);
    web = { repoURL: server.imageURL('web') };
    http = UndiciHttpClient.create({ egress: { allowLoopback: true } });
    artifacts = OciArtifacts.create({
      http,
      clock: { now: () => 0, monotonic: () => 0, sleep: async () => {} },
      random: () => 0.5,
      maxPerSecond: 1_000,
      plainHttpHosts: [],
    });
  }
  async function tearDown() {
    await http.close();
    await server.close();
  }
  beforeEach(() => setUp());
  afterEach(tearDown);

  const read = async () => {
    const parts: Buffer[] = [];
    for await (const part of await artifacts.openBlob(web, BLOB)) {
      parts.push(part);
    }
    return Buffer.concat(parts).toString();
  };

  it('reads what it wrote', async () => {
    await expect(artifacts.hasBlob(web, BLOB)).resolves.toBe(false);
    await artifacts.pushBlob(
      web,
      BLOB,
      chunks(CONTENT.subarray(0, 3), CONTENT.subarray(3)),
    );
    await expect(artifacts.hasBlob(web, BLOB)).resolves.toBe(true);
    await expect(read()).resolves.toBe('the content');
    await expect(artifacts.findManifest(web, 'none')).resolves.toBeUndefined();
  }, 60_000);

  it('sends a blob where the registry refuses to say whether it is there', async () => {
    server.faults.always({ kind: 'status', status: 405 }, { method: 'HEAD' });
    await expect(artifacts.hasBlob(web, BLOB)).resolves.toBe(false);
    await artifacts.pushBlob(web, BLOB, chunks(CONTENT));
    await expect(artifacts.hasBlob(web, BLOB)).resolves.toBe(false);
    await expect(read()).resolves.toBe('the content');
  }, 60_000);

  it('goes on with an upload wherever on its host a registry says', async () => {
    await tearDown();
    await setUp({ uploadsElsewhere: true });
    await artifacts.pushBlob(web, BLOB, chunks(CONTENT));
    await expect(read()).resolves.toBe('the content');
  }, 60_000);

  describe('content that is too large to hold', () => {
    const large = Buffer.alloc(9 * 1024 * 1024, 'large');
    const blob = {
      digest: `sha256:${createHash('sha256').update(large).digest('hex')}`,
      size: large.length,
    };
    const parts = () =>
      Readable.from([large.subarray(0, 7), large.subarray(7)]);

    it.each([{}, { uploadsWhole: true }, { uploadsElsewhere: true }])(
      'is sent in one piece (%j)',
      async options => {
        await tearDown();
        await setUp(options);
        const content = parts();
        await artifacts.pushBlob(web, blob, content);
        await expect(artifacts.hasBlob(web, blob)).resolves.toBe(true);
        expect(content.destroyed).toBe(true);
        expect(
          server
            .stats()
            .log.filter(({ route }) => route === 'upload')
            .map(({ method, headers }) => [method, headers['content-range']]),
        ).toEqual([['POST'], ['PATCH'], ['PUT']].map(([m]) => [m, undefined]));
      },
      60_000,
    );

    it.each(['POST', 'PATCH', 'PUT'])(
      'is let go of when the %s fails',
      async method => {
        server.faults.always(
          { kind: 'status', status: 403 },
          { route: 'upload', method },
        );
        const content = parts();
        await expect(
          artifacts.pushBlob(web, blob, content),
        ).rejects.toMatchObject({ name: 'CredentialsRejectedError' });
        expect(content.destroyed).toBe(true);
      },
      60_000,
    );

    it('is not sent again when half of it may be there', async () => {
      server.faults.add(
        { kind: 'status', status: 503 },
        { route: 'upload', method: 'PATCH' },
      );
      await expect(
        artifacts.pushBlob(web, blob, parts()),
      ).rejects.toMatchObject({ name: 'UpstreamUnavailableError' });
      await artifacts.pushBlob(web, blob, parts());
      await expect(artifacts.hasBlob(web, blob)).resolves.toBe(true);
    }, 60_000);

    it('fails as its source does', async () => {
      async function* broken() {
        yield large.subarray(0, 7);
        throw new Error('the source broke');
      }
      await expect(artifacts.pushBlob(web, blob, broken())).rejects.toThrow(
        /^the source broke$/,
      );
    }, 60_000);
  });

  it('finds that a registry on this machine speaks without encryption', async () => {
    await expect(artifacts.speaksPlainHttp(web)).resolves.toBe(true);
  }, 60_000);

  it('does not take content for another', async () => {
    await artifacts.pushBlob(web, BLOB, chunks(CONTENT));
    server.faults.add({ kind: 'corrupt' }, { route: 'blob', method: 'GET' });
    await expect(read()).rejects.toThrow('sent something else than');
  }, 60_000);

  it('does not take half of a content for all', async () => {
    await artifacts.pushBlob(web, BLOB, chunks(CONTENT));
    server.faults.add(
      { kind: 'truncate', afterBytes: 4 },
      { route: 'blob', method: 'GET' },
    );
    await expect(read()).rejects.toMatchObject({
      name: 'UpstreamUnavailableError',
    });
  }, 60_000);

  it.each(['upload', 'blob'])(
    'asks again when a %s is answered with 503 once',
    async route => {
      server.faults.add({ kind: 'status', status: 503 }, { route });
      if (!(await artifacts.hasBlob(web, BLOB))) {
        await artifacts.pushBlob(web, BLOB, chunks(CONTENT));
      }
      await expect(read()).resolves.toBe('the content');
    },
    60_000,
  );

  it('is refused by the registry when the content is another than it says', async () => {
    const other = chunks(Buffer.from('something else'));
    await expect(artifacts.pushBlob(web, BLOB, other)).rejects.toThrow(
      'DIGEST_INVALID',
    );
  }, 60_000);
});
