import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes a program to be found in a folder by a name, wherever it is installed.
 *
 * @remarks
 * Kustomize asks Helm for its version with `version -c --short` to learn whether it is new
 * enough. Helm 4 has no `-c` any more and refuses, although all else that Kustomize asks of
 * it goes well. So the question is answered for a Helm that does not understand it.
 */
export async function writeLauncher(
  folder: string,
  name: string,
  program: string,
): Promise<void> {
  const file = `'${program.replaceAll("'", `'\\''`)}'`;
  const lines = [
    '#!/bin/sh',
    ...(name === 'helm'
      ? [
          'if [ "$1 $2" = "version -c" ]; then',
          `  ${file} "$@" 2>/dev/null || echo v3.12.0+newer`,
          '  exit',
          'fi',
        ]
      : []),
    `exec ${file} "$@"`,
  ];
  await writeFile(join(folder, name), `${lines.join('\n')}\n`, { mode: 0o700 });
}
