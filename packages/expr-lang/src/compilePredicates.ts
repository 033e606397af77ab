import type { NodeCompiler } from './NodeCompiler';
import { fail } from './errors';
import type { Code, Frame } from './Frame';
import type { Meter } from './Meter';
import { NO_KEEP, PREDICATES, Pass } from './functions/predicateLoops';
import type { PredicateCall } from './rewrite';
import type { Scope } from './Scope';
import { toBytes } from './text/utf8';
import { isList, isPlainMap, typeName, Uint, Value } from './values';

/** Compiles the call of a built-in that runs a predicate over a list. */
export function compilePredicate(
  compiler: NodeCompiler,
  call: PredicateCall,
  scope: Scope,
): Code {
  const loop = PREDICATES.get(call.name);
  if (!loop) throw new Error(`there is no predicate built-in ${call.name}`);
  const [listNode, predicate, extraNode] = call.args;
  const list = compiler.compile(listNode, scope);
  const pass = predicate && compilePass(compiler, predicate, scope);
  const extra = extraNode && compiler.compile(extraNode, scope);
  const { at, threshold, mustFind } = call;
  return frame => {
    const value = list(frame);
    const option = extra?.(frame);
    frame.at = at;
    const elements = elementsOf(value, frame.meter);
    if (!pass) frame.meter.step(elements.length);
    const result = loop({ elements, pass, option, threshold, frame, at });
    if (result !== NO_KEEP) return result;
    if (!mustFind) return null;
    frame.at = at;
    return fail('index-range', 'no element passes the filter');
  };
}

/** The predicate as a function of element, position and accumulator. */
function compilePass(
  compiler: NodeCompiler,
  node: PredicateCall['args'][number],
  scope: Scope,
): Pass {
  if (node.kind !== 'predicate') throw new Error('a predicate is missing');
  const element = compiler.newSlot();
  const index = compiler.newSlot();
  const accumulator = compiler.newSlot();
  const body = compiler.compile(
    node.body,
    scope.withPointers(
      new Map([
        ['', element],
        ['index', index],
        ['acc', accumulator],
      ]),
    ),
  );
  const { weight } = node;
  const readsIndex = compiler.reads(index);
  return (frame: Frame, value: Value, position: number, acc: Value) => {
    frame.meter.step(weight);
    frame.slots[element] = value;
    if (readsIndex) frame.slots[index] = BigInt(position);
    frame.slots[accumulator] = acc;
    return body(frame);
  };
}

/** What a predicate runs over: the elements of a list, the bytes of a text, nothing of an empty map. */
function elementsOf(value: Value, meter: Meter): readonly Value[] {
  if (isList(value)) return value;
  if (typeof value === 'string') return elementsOf(toBytes(value), meter);
  if (value instanceof Uint8Array) {
    meter.step(value.length);
    return Array.from(value, byte => new Uint(BigInt(byte)));
  }
  if (isPlainMap(value) && Object.keys(value).length === 0) return [];
  return fail('not-a-list', `expected a list, found ${typeName(value)}`);
}
