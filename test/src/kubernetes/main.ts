// Runs the contracts of what talks to clusters against a real API server: `yarn test:kubernetes`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { repositoryRoot } from '../world/paths';
import { type ApiServerClient } from './ApiServerClient';
import { buildPrograms, findObstacle } from './buildPrograms';
import { startApiServer } from './startApiServer';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Installs the definition of a kind, and waits until the kind is served. */
async function install(
  client: ApiServerClient,
  definition: string,
): Promise<void> {
  const { status, body } = await client.send('POST', DEFINITIONS, definition);
  if (status !== 201) {
    throw new Error(`the definition of a kind was refused: ${body}`);
  }
  const { group, names, versions } = JSON.parse(body).spec;
  const kind = `/apis/${group}/${versions[0].name}/${names.plural}`;
  while ((await client.send('GET', kind)).status !== 200) {
    await sleep(100);
  }
}

async function runContracts({ url, token }: ApiServerClient): Promise<number> {
  const running = spawn(
    'yarn',
    [
      ...['backstage-cli', 'repo', 'test', '--watchAll=false', '--verbose'],
      'adapters/.+Contract\\.test',
    ],
    {
      cwd: repositoryRoot,
      stdio: 'inherit',
      env: {
        ...process.env,
        CI: '1',
        KARGO_TEST_KUBERNETES_URL: url,
        KARGO_TEST_KUBERNETES_TOKEN: token,
      },
    },
  );
  const [code] = await once(running, 'exit');
  return code ?? 1;
}

async function main(): Promise<number> {
  const obstacle = await findObstacle();
  if (obstacle) {
    process.stdout.write(`Skipped: ${obstacle}.\n`);
    return 0;
  }
  const programs = await buildPrograms();
  const server = await startApiServer(programs);
  try {
    for (const file of programs.definitions) {
      await install(server.client, await readFile(file, 'utf8'));
    }
    return await runContracts(server.client);
  } finally {
    await server.close();
  }
}

// A terminal interrupts all that runs here, which is tidied up when it has ended.
process.on('SIGINT', () => {});

main().then(
  code => {
    process.exitCode = code;
  },
  error => {
    process.stderr.write(`${error}\n`);
    process.exitCode = 1;
  },
);
