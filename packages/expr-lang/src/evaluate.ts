import type { Ast } from './ast';
import { CompileOptions, parseWith, Program, RunOptions } from './Program';
import type { SourceLimits } from './TokenReader';
import type { Value } from './values';

/** Compiles an expression; throws an ExpressionError of stage `parse` or `check`. @public */
export function compile(source: string, options?: CompileOptions): Program {
  return Program.compile(source, options);
}

/** Compiles and runs an expression once. @public */
export function evaluate(
  source: string,
  env?: Value,
  options: CompileOptions & Omit<RunOptions, 'limits'> = {},
): Value {
  return compile(source, options).run(env, {
    now: options.now,
    timezone: options.timezone,
  });
}

/** Reads an expression without checking it; throws an ExpressionError of stage `parse`. @public */
export function parse(
  source: string,
  options: { limits?: Partial<SourceLimits> } = {},
): Ast {
  return parseWith(source, new Map(), options.limits);
}
