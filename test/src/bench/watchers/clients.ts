import { get } from 'node:http';

/**
 * Opens watches and counts what arrives: says `open` when all are, `done` when as many
 * changes came as were expected.
 */
function main([url, watchers, changes]: string[]): void {
  const paths = JSON.parse(watchers) as string[];
  let opened = 0;
  let missing = Number(changes);
  paths.forEach(path => {
    get(`${url}${path}`, response => {
      let rest = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        const frames = (rest + text).split('\n\n');
        rest = frames.pop() ?? '';
        for (const frame of frames) {
          if (frame.startsWith('data: ')) {
            missing -= 1;
          } else if (frame === ': open') {
            opened += 1;
            if (opened === paths.length) process.stdout.write('open\n');
          }
        }
        if (missing === 0) {
          missing = -1;
          process.stdout.write('done\n');
        }
      });
      // The server ends last.
      response.on('error', () => process.exit(0));
    });
  });
}

main(process.argv.slice(2));
