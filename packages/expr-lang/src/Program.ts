import type { Ast } from './ast';
import { Checker } from './Checker';
import { Compiler } from './Compiler';
import { ExpressionError, isExpressionError, isHostSignal } from './errors';
import type { Code, Frame } from './Frame';
import { FunctionDeclaration } from './FunctionDeclaration';
import { BUILTINS } from './functions/builtins';
import { DEFAULT_LIMITS, Limits, Meter, StepBudget } from './Meter';
import { Parser } from './Parser';
import { STEPS_PER_INSTRUCTION } from './Pattern';
import { PREDICATE_BUILTINS } from './predicates';
import { FunctionTable, Scope } from './Scope';
import { Location } from './time/Location';
import { Time } from './time/Time';
import { DEFAULT_SOURCE_LIMITS, SourceLimits } from './TokenReader';
import { Type, Types } from './types';
import { isPlainMap, Value, ValueMap } from './values';

/** How an expression is compiled. @public */
export interface CompileOptions {
  /** Functions of the host; they take precedence over built-ins of the same name. */
  readonly functions?: readonly FunctionDeclaration[];
  /**
   * False leaves out the static check and the optimiser's visible effects.
   *
   * @remarks
   * Upstream evaluates deep-link conditions that way.
   */
  readonly checked?: boolean;
  /**
   * Types of all variables of the environment, where they are known before the run: then a
   * name that is not among them is a mistake, and so is what does not fit its type.
   */
  readonly variables?: ReadonlyMap<string, Type>;
  readonly limits?: Partial<SourceLimits>;
}

/** What one run of an expression may use. @public */
export interface RunOptions {
  /** The instant `now()` gives; without it `now()` fails. */
  readonly now?: Date | Time;
  /** IANA name of the zone of `now()`, `Local()` and `timezone('Local')`; UTC when left out. */
  readonly timezone?: string;
  readonly limits?: Partial<Limits>;
  /** Steps that this run has together with others, within its own limit. */
  readonly budget?: StepBudget;
  /**
   * Handed to every declared function that the run calls, so that one compiled program
   * serves many callers.
   */
  readonly host?: unknown;
}

/** A compiled expression, which may be run any number of times and holds no state of a run. @public */
export class Program {
  private constructor(
    readonly ast: Ast,
    /** Static type of the result. */
    readonly type: Type,
    private readonly code: Code,
    private readonly slotCount: number,
    /** Elementary steps that compiling it took, about. */
    readonly compileSteps: number,
  ) {}

  /** Compiles a source; throws an ExpressionError of stage `parse` or `check`. */
  static compile(source: string, options: CompileOptions = {}): Program {
    const functions = new Map(
      (options.functions ?? []).map(declared => [declared.name, declared]),
    );
    return located(source, undefined, () => {
      const ast = parseWith(source, functions, options.limits);
      const checked = options.checked !== false;
      const checker = new Checker(source, functions, options.variables);
      const type = checked ? checker.check(ast.root) : Types.unknown;
      const compiler = new Compiler(functions, checked);
      const code = compiler.compile(ast.root, Scope.empty);
      return new Program(
        ast,
        type,
        code,
        compiler.slotCount,
        stepsToCompile(source, checker),
      );
    });
  }

  get source(): string {
    return this.ast.source;
  }

  /**
   * Evaluates the expression; `undefined` as environment means that there is none and every name is an error.
   *
   * @remarks
   * Throws an ExpressionError of stage `run`, or whatever HostSignal a host function throws.
   */
  run(env?: Value, options: RunOptions = {}): Value {
    const frame = this.frame(env, options);
    try {
      return located(this.source, frame, () => this.code(frame));
    } finally {
      frame.meter.settle();
    }
  }

  private frame(env: Value | undefined, options: RunOptions): Frame {
    const location = localZone(options.timezone);
    const { now } = options;
    return {
      env,
      variables:
        env !== undefined && isPlainMap(env) ? (env as ValueMap) : undefined,
      slots: this.slotCount > 0 ? new Array<Value>(this.slotCount) : [],
      meter: new Meter(
        options.limits
          ? { ...DEFAULT_LIMITS, ...options.limits }
          : DEFAULT_LIMITS,
        options.budget,
      ),
      now: now instanceof Date ? Time.fromDate(now, location) : now,
      location,
      host: options.host,
      at: 0,
    };
  }
}

/** Steps of any compilation, and those of one character. */
const COMPILATION = 100;
const STEPS_PER_CHARACTER = 8;

function stepsToCompile(source: string, { patternSize }: Checker): number {
  return (
    COMPILATION +
    source.length * STEPS_PER_CHARACTER +
    patternSize * STEPS_PER_INSTRUCTION
  );
}

/** Reads a source with the names of the host's functions. */
export function parseWith(
  source: string,
  functions: FunctionTable,
  limits: Partial<SourceLimits> | undefined,
): Ast {
  const parser = new Parser(source, {
    limits: { ...DEFAULT_SOURCE_LIMITS, ...limits },
    isBuiltin: name => BUILTINS.has(name) || PREDICATE_BUILTINS.has(name),
    isOverridden: name => functions.has(name),
  });
  return parser.parse();
}

function localZone(name: string | undefined): Location {
  if (name === undefined) return Location.utc;
  const zone = Location.find(name);
  if (zone) return zone;
  throw new ExpressionError('run', 'time-zone', `unknown time zone ${name}`);
}

/** Adds the place to errors that operations throw without one. */
function located<T>(
  source: string,
  frame: Frame | undefined,
  work: () => T,
): T {
  try {
    return work();
  } catch (error) {
    if (isHostSignal(error)) throw error;
    if (isExpressionError(error)) {
      if (error.source !== undefined) throw error;
      const { stage, code, reason, cause } = error;
      const offset = error.offset ?? frame?.at;
      throw new ExpressionError(stage, code, reason, offset, source, { cause });
    }
    if ((error as { name?: unknown })?.name === 'RangeError') {
      // A caller deep in its own stack may leave too little of it for a deep expression.
      const stage = frame ? 'run' : 'parse';
      throw new ExpressionError(
        stage,
        'nesting-limit',
        'the expression is nested too deeply',
        frame?.at,
        source,
      );
    }
    throw error;
  }
}
