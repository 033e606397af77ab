import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { parse } from 'yaml';
import { packageChart } from './chartArchive';
import { type ChartServer, startChartServer } from './chartServer';
import { digestOf } from './ociArtifact';

const open: ChartServer[] = [];
async function start(
  ...args: Parameters<typeof startChartServer>
): Promise<ChartServer> {
  const server = await startChartServer(...args);
  open.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map(server => server.close()));
});

async function unpack(archive: Buffer): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const reader = extract();
  reader.end(gunzipSync(archive));
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    files[entry.header.name] = Buffer.concat(chunks).toString();
  }
  return files;
}

describe('packageChart', () => {
  it('packages the files of a chart, the same bytes every time', async () => {
    const chart = {
      name: 'web',
      version: '1.2.3',
      appVersion: '4.5',
      values: { image: { tag: '4.5' } },
    };
    const archive = await packageChart(chart);
    const files = await unpack(archive);
    expect(Object.keys(files)).toEqual([
      'web/Chart.yaml',
      'web/values.yaml',
      'web/templates/configmap.yaml',
    ]);
    expect(parse(files['web/Chart.yaml'])).toMatchObject({
      apiVersion: 'v2',
      name: 'web',
      version: '1.2.3',
      appVersion: '4.5',
    });
    expect(await packageChart(chart)).toEqual(archive);
  });
});

describe('startChartServer', () => {
  it('lists charts, newest version first, with the digests of their archives', async () => {
    const server = await start();
    await server.addChart({ name: 'web', version: '1.0.0' });
    await server.addChart({ name: 'web', version: '1.1.0' });
    const index = parse(
      await (await fetch(`${server.url}/index.yaml`)).text(),
    ) as {
      entries: Record<
        string,
        Array<{ version: string; urls: string[]; digest: string }>
      >;
    };
    expect(index.entries.web.map(entry => entry.version)).toEqual([
      '1.1.0',
      '1.0.0',
    ]);
    const [newest] = index.entries.web;
    const archive = await fetch(new URL(newest.urls[0], `${server.url}/`));
    const bytes = Buffer.from(await archive.arrayBuffer());
    expect(digestOf(bytes)).toBe(`sha256:${newest.digest}`);
    expect(server.stats().byRoute).toEqual({ index: 1, chart: 1 });
  });

  it('answers 304 until something changes', async () => {
    const server = await start();
    await server.addChart({ name: 'web', version: '1.0.0' });
    const first = await fetch(`${server.url}/index.yaml`);
    const etag = first.headers.get('etag') ?? '';
    const since = first.headers.get('last-modified') ?? '';
    const ask = async (headers: Record<string, string>) =>
      (await fetch(`${server.url}/index.yaml`, { headers })).status;

    expect(await ask({ 'if-none-match': etag })).toBe(304);
    expect(await ask({ 'if-modified-since': since })).toBe(304);
    await server.addChart({ name: 'web', version: '1.1.0' });
    expect(await ask({ 'if-none-match': etag })).toBe(200);
    expect(await ask({ 'if-modified-since': since })).toBe(200);
  });

  it('keeps its charts over a restart', async () => {
    const root = await mkdtemp(join(tmpdir(), 'charts-'));
    const first = await start({ root });
    await first.addChart({ name: 'web', version: '1.0.0' });
    const before = await (await fetch(`${first.url}/index.yaml`)).text();
    const second = await start({ root });
    const after = await (await fetch(`${second.url}/index.yaml`)).text();
    expect((parse(after) as { entries: unknown }).entries).toEqual(
      (parse(before) as { entries: unknown }).entries,
    );
    const archive = await fetch(`${second.url}/charts/web-1.0.0.tgz`);
    expect(archive.status).toBe(200);
    await rm(root, { recursive: true });
  });

  it('asks for a password when it has one', async () => {
    const server = await start({ auth: { username: 'u', password: 'p' } });
    expect((await fetch(`${server.url}/index.yaml`)).status).toBe(401);
    const authorization = `Basic ${Buffer.from('u:p').toString('base64')}`;
    const reply = await fetch(`${server.url}/index.yaml`, {
      headers: { authorization },
    });
    expect(reply.status).toBe(200);
  });
});
