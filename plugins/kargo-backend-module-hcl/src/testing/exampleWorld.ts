import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const FILE = 'src/environments/test/main.tf';
const TEXT = `module "web" {
  source   = "../../modules/web"
  version  = "1.3.0" # of the image, too
  replicas = 2
}
`;

/** What the examples of the page find, and what has become of it when they have run. */
export function createExampleWorld() {
  let file = '';
  return {
    given: {},
    /** Puts the files into the Promotion's folder. */
    async fill(folder: string) {
      file = join(folder, FILE);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, TEXT);
    },
    read: () => readFile(file, 'utf8'),
    expected: TEXT.replace('"1.3.0"', '"1.4.0"').replace('= 2', '= 3'),
  };
}
