import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Config } from '@backstage/config';
import { sha256Hex } from '../logic/hash';

/**
 * The folder for everything that one installation of the portal keeps on disk.
 *
 * @remarks
 * Two portals of a host may be given the same place, or none, and must not clear away what
 * the other works with. What tells them apart is the database: it is also what replicas,
 * which may share a folder, have in common.
 */
export function locateWorkingDirectory(root: Config): string {
  const place =
    root.getOptionalString('kargo.workingDirectory') ??
    join(tmpdir(), `backstage-kargo-${userId()}`);
  const installation = sha256Hex(JSON.stringify(describeInstallation(root)));
  return join(place, `portal-${installation.slice(0, 12)}`);
}

/** Containers run as users of whom no list knows more than this; Windows has none. */
function userId(): number {
  return process.getuid?.() ?? -1;
}

function describeInstallation(root: Config): unknown[] {
  const database = root.getOptionalConfig('backend.database');
  const connection = database?.getOptional('connection');
  const isInMemory = connection === undefined || connection === ':memory:';
  return [
    process.cwd(),
    database?.getOptionalString('client'),
    database?.getOptionalString('prefix'),
    withoutSecrets(connection),
    isInMemory ? root.getOptionalString('backend.baseUrl') : undefined,
  ];
}

/** A name on disk must tell nothing of a password, and not change with it. */
function withoutSecrets(connection: unknown): unknown {
  if (typeof connection === 'string') {
    return connection.replace(/\/\/[^/]*@/, '//');
  }
  if (typeof connection === 'object' && connection !== null) {
    const { password, ssl, user, ...rest } = connection as Record<
      string,
      unknown
    >;
    return rest;
  }
  return connection;
}
