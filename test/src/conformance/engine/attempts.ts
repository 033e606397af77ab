import { TerminalError } from 'backstage-plugin-kargo-node';
import { type Attempt } from 'backstage-plugin-kargo-backend/src/testing/ScriptedStep';

/**
 * What an attempt of a `scripted` step does: `ok`, `ok {"an":"output"}`, `health` (ok, and
 * leaves a health check), `skip`, `wait`, `fail MESSAGE` and `refuse MESSAGE` (no, for now or
 * for good), `error MESSAGE` and `break MESSAGE` (could not find out, or never will).
 *
 * @throws Error when it is none of them.
 */
export function toAttempt(written: string): Attempt {
  const [word, rest] = split(written);
  const reason = rest || word;
  switch (word) {
    case 'ok':
      return () => ({
        kind: 'succeeded',
        ...(rest && { output: JSON.parse(rest) }),
      });
    case 'health':
      return () => ({
        kind: 'succeeded',
        healthCheck: { uses: 'scripted', config: {} },
      });
    case 'skip':
      return () => ({ kind: 'skipped', reason });
    case 'wait':
      return () => ({ kind: 'waiting', reason });
    case 'fail':
    case 'refuse':
      return () => ({ kind: 'failed', reason, final: word === 'refuse' });
    case 'error':
      return () => {
        throw new Error(reason);
      };
    case 'break':
      return () => {
        throw new TerminalError(reason);
      };
    default:
      throw new Error(`unknown attempt '${written}' of a step`);
  }
}

function split(written: string): [string, string] {
  const at = written.indexOf(' ');
  return at < 0 ? [written, ''] : [written.slice(0, at), written.slice(at + 1)];
}
