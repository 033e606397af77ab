import { sha256Hex } from '../hash';

/** Where receivers are served, below the plugin's own path. */
export const WEBHOOK_BASE_PATH = '/webhook';

/**
 * The path of a receiver, below the plugin's own.
 *
 * @remarks
 * Kargo's own rule: project, name and secret are hashed as they are, one after another, a
 * newline at the end of the secret included. So another secret is another address.
 *
 * @param receiver.project - empty for a receiver of the installation
 */
export function receiverPath(receiver: {
  type: string;
  project: string;
  name: string;
  secret: Uint8Array;
}): string {
  const { type, project, name, secret } = receiver;
  const hash = sha256Hex(Buffer.concat([Buffer.from(project + name), secret]));
  return `${WEBHOOK_BASE_PATH}/${type}/${hash}`;
}
