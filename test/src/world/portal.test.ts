import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPortal } from './portal';

describe('startPortal', () => {
  it('keeps its state when killed and started again', async () => {
    const stateDir = await mkdtemp(join(tmpdir(), 'portal-'));
    const first = await startPortal({ stateDir });
    const registered = await first.fetch('/api/catalog/locations', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        type: 'url',
        target: 'https://example.com/catalog-info.yaml',
      }),
    });
    expect(registered.status).toBe(201);
    await first.kill('SIGKILL');
    expect(await first.exited).toBe('SIGKILL');

    const second = await startPortal({ stateDir });
    const reply = await second.fetch('/api/catalog/locations');
    expect(JSON.stringify(await reply.json())).toContain(
      'https://example.com/catalog-info.yaml',
    );
    const alice = await second.tokenOf('alice');
    const asAlice = await second.fetch('/api/catalog/entities', {
      token: alice,
    });
    expect(asAlice.status).toBe(200);
    const nobody = await second.fetch('/api/catalog/entities', { token: 'no' });
    expect(nobody.status).toBe(401);
    const refresh = (headers: Record<string, string>) =>
      fetch(`${second.url}/api/auth/demo/refresh`, { headers });
    const xhr = { 'x-requested-with': 'XMLHttpRequest' };
    expect((await refresh(xhr)).status).toBe(401);
    const stranger = { ...xhr, 'x-demo-persona': 'mallory' };
    expect((await refresh(stranger)).status).toBe(404);
    await second.close();
    await rm(stateDir, { recursive: true, force: true });
  }, 600_000);

  it('reports why the portal did not start', async () => {
    const stateDir = await mkdtemp(join(tmpdir(), 'portal-'));
    await expect(
      startPortal({
        stateDir,
        extraConfig: { backend: { listen: { port: 'no port' } } },
      }),
    ).rejects.toThrow(/the portal ended with 1:[^]*backend\.listen\.port/);
    await rm(stateDir, { recursive: true, force: true });
  }, 600_000);
});
