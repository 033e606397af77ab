// Writes the declarations that the entry points of packages lead to below `dist-types`, from
// where `backstage-cli package build` takes them: `emitDeclarations.ts ROOT ENTRY.ts…`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  createProgram,
  flattenDiagnosticMessageText,
  parseJsonConfigFileContent,
  preProcessFile,
  readConfigFile,
  resolveModuleName,
  sys,
} from 'typescript';

const [root, ...entries] = process.argv.slice(2);
const { config } = readConfigFile(join(root, 'tsconfig.json'), sys.readFile);
const { options } = parseJsonConfigFileContent(
  // The types themselves are checked once, for the whole repository.
  {
    ...config,
    files: entries,
    include: [],
    compilerOptions: { ...config.compilerOptions, noCheck: true },
  },
  sys,
  root,
);
const program = createProgram(
  entries.map(entry => join(root, entry)),
  // Packages are linked: by their real places no type of theirs could be named.
  { ...options, incremental: false, preserveSymlinks: true },
);

const written = new Set<string>();

/** Only what is reached: declaring the insides of the backend takes longer than all the rest. */
function declare(file: string): void {
  const source = program.getSourceFile(file);
  if (written.has(file) || !source) return;
  written.add(file);
  const emit = (name: string, text: string) => {
    mkdirSync(dirname(name), { recursive: true });
    writeFileSync(name, text);
    for (const { fileName } of preProcessFile(text).importedFiles) {
      const { resolvedModule } = resolveModuleName(
        fileName,
        file,
        options,
        sys,
      );
      if (resolvedModule && fileName.startsWith('.')) {
        declare(resolvedModule.resolvedFileName);
      }
    }
  };
  const { emitSkipped, diagnostics } = program.emit(
    source,
    emit,
    undefined,
    true,
  );
  if (emitSkipped) {
    const problems = diagnostics.map(({ messageText }) =>
      flattenDiagnosticMessageText(messageText, '\n'),
    );
    throw new Error(`${file} cannot be declared: ${problems.join('; ')}`);
  }
}

entries.forEach(entry => declare(join(root, entry)));
