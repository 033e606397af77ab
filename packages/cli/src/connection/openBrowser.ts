import { spawn } from 'node:child_process';

/** What opens an address, by platform. */
const OPENERS: Partial<Record<NodeJS.Platform, [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Opens an address in the browser of the person; whether there is one is not told. */
export async function openBrowser(url: string): Promise<void> {
  const [program, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, url], {
    detached: true,
    stdio: 'ignore',
  });
  child.unref();
  // Without a browser the address that was printed is what helps. An error is awaited by
  // itself: `once` of another event would reject with it.
  await new Promise<void>(resolve => {
    child.once('spawn', resolve);
    child.once('error', () => resolve());
  });
}
