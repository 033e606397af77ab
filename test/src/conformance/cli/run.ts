import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { approveSignIn } from '../../world/approveSignIn';
import { createCommandLine } from '../../world/commandLine';
import { startPortal } from '../../world/portal';
import { optionOf } from '../rest/withTarget';
import { CLI_ADMIN_PASSWORD, CLI_PORTAL_CONFIG } from './cliPortal';
import type { ConformanceResult } from '../runCases';
import { runCommandsOn } from './runCommands';

/**
 * Runs a list of commands against a portal of its own: those of the command line of this
 * repository, or of the program that `--kargo` names.
 */
export async function runCli(
  file: string,
  options: readonly string[] = [],
): Promise<ConformanceResult> {
  const program = optionOf('--kargo', options);
  const folder = await mkdtemp(join(tmpdir(), 'kargo-commands-'));
  try {
    const portal = await startPortal({
      stateDir: join(folder, 'portal'),
      extraConfig: CLI_PORTAL_CONFIG,
    });
    try {
      const { home, invoke } = await createCommandLine({
        ...{ folder, program },
        // Other addresses, such as that of a dashboard, ask nobody for anything.
        browse: async address => {
          if (new URL(address).pathname.endsWith('/authorize')) {
            await approveSignIn(portal, 'rita', address);
          }
        },
      });
      return await runCommandsOn(
        {
          invoke,
          workingDirectory: home,
          values: {
            portal: program ? portal.api : portal.url,
            api: portal.api,
            token: portal.token,
            password: CLI_ADMIN_PASSWORD,
          },
          isOurs: program === undefined,
        },
        file,
      );
    } finally {
      await portal.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
