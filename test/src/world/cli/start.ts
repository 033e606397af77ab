import { type Demo, startDemo } from '../demo';
import { readDemoSettings } from '../demoSettings';

/** Resolves when the demo shall end: on a signal, or when the script that started it is gone. */
function waitForEnd(): Promise<void> {
  const starter = process.env.KARGO_STARTED_BY;
  return new Promise(resolve => {
    // More than once: a terminal signals the whole group, and parents pass it on.
    process.on('SIGINT', () => resolve());
    process.on('SIGTERM', () => resolve());
    process.on('SIGHUP', () => resolve());
    setInterval(() => {
      if (starter && starter !== String(process.ppid)) resolve();
    }, 1000).unref();
  });
}

/** What a person does first: complete addresses, which terminals make links. */
function printAddresses({ addresses, portal }: Demo): void {
  const guestbook = `${addresses.portal}/catalog/default/component/guestbook`;
  const lines = [
    '',
    `  Portal            ${addresses.portal}/`,
    '                    enter as Alice Archer, who owns the guestbook; Rita Reyes',
    '                    approves and promotes to prod, Victor Vale only looks',
    `  Pipeline          ${guestbook}/kargo`,
    `  All projects      ${addresses.portal}/kargo`,
    `  API               ${addresses.api}/v1beta1/projects`,
    `                    with the header "Authorization: Bearer ${addresses.token}"`,
    `  GitOps repository ${addresses.git.repoURL}`,
    `  Image             ${addresses.registry.repository}`,
    `  Charts            ${addresses.charts}/index.yaml`,
    '',
    '  Publish a version in another terminal: npm run demo:publish -- 1.4.0',
    `  Stop: Ctrl+C (state stays; portal process ${portal.pid})`,
    '',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  process.stdout.write(`DEMO ${JSON.stringify(addresses)}\n`);
}

async function main(): Promise<void> {
  const end = waitForEnd();
  const demo = await startDemo(readDemoSettings(), message => {
    process.stdout.write(`${message}…\n`);
  });
  printAddresses(demo);
  const reason = await Promise.race([
    end.then(() => undefined),
    demo.portal.exited,
  ]);
  if (reason !== undefined) {
    process.stderr.write(`The portal ended by itself (${reason}).\n`);
    process.exitCode = 1;
  }
  await demo.close();
}

main().then(
  () => process.exit(),
  error => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    if (String(error).includes('EADDRINUSE')) {
      process.stderr.write('examples/README.md tells how to move the demo.\n');
    }
    process.exit(1);
  },
);
