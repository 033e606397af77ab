import { sha256Hex } from '../hash';

/** Longest name of a Job of Kubernetes, which is the value of a label, too. */
const LIMIT = 63;

/**
 * Name of the job of a measurement: `<uid of the run>.<metric>.<number>`, as Argo Rollouts
 * names them.
 *
 * @remarks
 * Differs from upstream where a metric's name is too long or no name of a resource: it is
 * made one and gets a hash, so that two metrics never share a job.
 */
export function analysisJobName(
  runUid: string,
  metric: string,
  number: number,
): string {
  const room = LIMIT - runUid.length - `${number}`.length - 2;
  const plain = metric
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (plain === metric && plain.length <= room) {
    return `${runUid}.${plain}.${number}`;
  }
  const hash = sha256Hex(metric).slice(0, 8);
  const kept = plain.slice(0, room - hash.length - 1).replace(/-$/, '');
  return `${runUid}.${kept ? `${kept}-` : ''}${hash}.${number}`;
}
