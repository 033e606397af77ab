import { KargoClient } from 'backstage-plugin-kargo-common';
import { findRunningDemo } from '../demo';
import { readDemoSettings } from '../demoSettings';
import { demoRepositories, describeDemoImage } from '../demoWorld';
import { buildImage } from '../ociArtifact';
import { pushArtifact } from '../ociPush';
import { endWithUsage, explainWhenAsked } from '../scriptOptions';

const usage = `usage: npm run demo:publish -- TAG [${Object.keys(
  demoRepositories,
).join('|')}]`;

const TAG = /^\w[\w.-]{0,127}$/;

/** Pushes an image of the demo under a new tag and asks its Warehouse to look. */
async function main([tag, image = 'guestbook']: string[]): Promise<number> {
  if (!TAG.test(tag ?? '')) {
    return endWithUsage(usage, `"${tag ?? ''}" is not a tag`);
  }
  if (!Object.hasOwn(demoRepositories, image)) {
    return endWithUsage(usage, `the demo has no image "${image}"`);
  }
  const demo = await findRunningDemo(readDemoSettings().stateDir);
  if (!demo) {
    process.stderr.write('No demo is running; start one: npm run demo\n');
    return 1;
  }
  process.stdout.write(`Pushing ${image}:${tag}…\n`);
  const repository = demoRepositories[image as keyof typeof demoRepositories];
  const digest = await pushArtifact(
    { registry: `http://${demo.registry.host}`, repository, tag },
    buildImage({
      content: `${repository}:${tag}`,
      ...describeDemoImage(tag, new Date().toISOString()),
    }),
  );
  process.stdout.write(
    `${demo.registry.host}/${repository}:${tag} ${digest}\n`,
  );
  const kargo = KargoClient.create({
    baseUrl: demo.api,
    fetch: (url, request) => {
      const headers = new Headers(request?.headers);
      headers.set('authorization', `Bearer ${demo.token}`);
      return fetch(url, { ...request, headers });
    },
  });
  await kargo.refreshWarehouse({ project: image, name: image });
  process.stdout.write(
    `Warehouse ${image} looks for it now: ${demo.portal}/catalog/default/component/${image}/kargo\n`,
  );
  return 0;
}

explainWhenAsked(usage);
main(process.argv.slice(2)).then(
  code => process.exit(code),
  error => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  },
);
