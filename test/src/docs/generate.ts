// Writes the pages that are made from declarations: `yarn docs:generate`.
import { writeFile } from 'node:fs/promises';
import {
  configurationPage,
  createConfigurationPage,
} from './configurationPage';

writeFile(configurationPage, createConfigurationPage()).catch(error => {
  process.stderr.write(`${error}\n`);
  process.exitCode = 1;
});
