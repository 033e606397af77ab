import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../e2e/support/eventually';
import { startPortal } from '../../world/portal';
import { type RestTarget } from './RestClient';

/** Uses a portal of one's own, or the one that `--url` and `--token` name. */
export async function withTarget<T>(
  options: readonly string[],
  use: (target: RestTarget) => Promise<T>,
): Promise<T> {
  const url = optionOf('--url', options);
  if (url !== undefined) {
    const token = optionOf('--token', options) ?? '';
    return use({ api: apiOf(url), token });
  }
  const stateDir = await mkdtemp(join(tmpdir(), 'kargo-conformance-'));
  try {
    const portal = await startPortal({ stateDir });
    try {
      await eventually('the engine', () => findReadiness(portal));
      return await use(portal);
    } finally {
      await portal.close();
    }
  } finally {
    await rm(stateDir, { recursive: true, force: true });
  }
}

/** The portal answers before the engine has started. */
async function findReadiness({ api }: RestTarget): Promise<true | undefined> {
  const { ok } = await fetch(`${api}/v1beta1/system/readiness`);
  return ok || undefined;
}

/** The value behind an option; `undefined` when it is not there. */
export function optionOf(
  name: string,
  options: readonly string[],
): string | undefined {
  const index = options.indexOf(name);
  return index < 0 ? undefined : options[index + 1];
}

/** A portal, or its API. */
function apiOf(url: string): string {
  const address = new URL(url);
  const path = address.pathname.replace(/\/(v1beta1\/?)?$/, '');
  return `${address.origin}${path || '/api/kargo'}`;
}
