import {
  ProgramArgument,
  ProgramCall,
  ProgramOutput,
  StepPrograms,
} from 'backstage-plugin-kargo-node';
import { FolderScope } from '../../ports/CapabilityFactories';
import { ProgramRunner } from '../../ports/ProgramRunner';

const DEFAULT_TIMEOUT_MS = 2 * 60_000;
const DEFAULT_OUTPUT_BYTES = 32 * 1024 * 1024;

/** Programs in a Promotion's folder: judges the paths that they are given. */
export class PromotionPrograms implements StepPrograms {
  constructor(
    private readonly runner: ProgramRunner,
    private readonly scope: Pick<FolderScope, 'files' | 'signal' | 'workspace'>,
  ) {}

  async run(program: string, call: ProgramCall): Promise<ProgramOutput> {
    const { files, signal, workspace } = this.scope;
    await files.complete('.');
    const args: string[] = [];
    for (const argument of call.args) {
      args.push(await this.resolve(argument));
    }
    for (const tree of call.trees ?? []) {
      await files.assertContained(tree);
    }
    return this.runner.run({
      program,
      args,
      programs: call.programs ?? [],
      network: call.network ?? [],
      settings: call.settings ?? {},
      cwd: await files.locate(call.folder ?? '.'),
      privateDir: workspace.privateDir,
      env: call.env ?? {},
      stdin: call.stdin ?? '',
      timeoutMs: call.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      maxOutputBytes: call.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES,
      accept: call.accept ?? [],
      signal,
    });
  }

  has(program: string): Promise<boolean> {
    return this.runner.has(program);
  }

  private async resolve(argument: ProgramArgument): Promise<string> {
    if (typeof argument === 'string') {
      return argument;
    }
    if ('tree' in argument) {
      await this.scope.files.assertContained(argument.tree);
      return this.scope.files.locate(argument.tree);
    }
    return this.scope.files.locate(argument.path);
  }
}
