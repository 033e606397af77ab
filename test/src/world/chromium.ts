import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { cacheFolder, packageFolder, repositoryRoot } from './paths';
import { unpackOnce } from './unpackOnce';

const run = promisify(execFile);

/** Unpacks the browser from an npm package, once per checkout, and returns its folder. */
async function unpackChromium(): Promise<string> {
  const source = packageFolder('@sparticuz/chromium');
  const { version } = JSON.parse(
    await readFile(join(source, 'package.json'), 'utf8'),
  ) as { version: string };
  const folder = join(cacheFolder, 'tools', `chromium-${version}`);
  return unpackOnce(folder, async staging => {
    // A process of its own, because the package unpacks into the temporary
    // folder of its process, and only brings the shared libraries that a
    // bare machine lacks when it believes to run in a serverless function.
    await run(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        "import chromium from '@sparticuz/chromium'; await chromium.executablePath();",
      ],
      {
        cwd: join(repositoryRoot, 'test'),
        env: {
          PATH: process.env.PATH,
          TMPDIR: staging,
          AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x',
        },
      },
    );
    await writeFile(
      join(staging, 'fonts', 'fonts.conf'),
      fontConfiguration(join(folder, 'fonts')),
    );
  });
}

/** Finds the fonts of the package, which expects them elsewhere, and those of the system. */
function fontConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(folder, 'cache')}</cachedir>
</fontconfig>
`;
}

/** Starts a headless browser that talks to loopback only as far as pages ask it to. */
export async function launchChromium(): Promise<Browser> {
  const folder = await unpackChromium();
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-default-apps',
      '--disable-domain-reliability',
      '--disable-sync',
      '--no-first-run',
      '--font-render-hinting=none',
    ],
    env: {
      ...definedEnvironment(),
      FONTCONFIG_PATH: join(folder, 'fonts'),
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
    },
  });
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
}
