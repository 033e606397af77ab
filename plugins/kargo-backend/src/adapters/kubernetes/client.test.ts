import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

jest.setTimeout(300_000);

const SCRIPT = `
const [plugin, client] = process.argv.slice(1);
const isLoaded = () => Object.keys(require.cache).some(
  file => file.includes('@kubernetes/client-node'),
);
require(plugin);
const before = isLoaded();
require(client).kubernetesClient();
console.log(before, isLoaded());
`;

it('is loaded only when somebody asks for it', async () => {
  // In a process of its own: Jest has its own way to load modules.
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--require',
    require.resolve('@backstage/cli/config/nodeTransform.cjs'),
    ...['-e', SCRIPT, require.resolve('../../plugin')],
    require.resolve('./client'),
  ]);
  expect(stdout).toBe('false true\n');
});
