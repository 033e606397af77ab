import { type ScenarioDatabase } from 'backstage-plugin-kargo-backend/src/testing/ScenarioDatabase';
import { seededRandom } from 'backstage-plugin-kargo-backend/src/testing/seededRandom';
import { findDifference } from '../conformance/rest/findDifference';
import { EngineRun, type Mistake } from './EngineRun';
import {
  drawOperations,
  drawPipeline,
  type Operation,
  STAGES,
} from './operations';
import { ReferenceModel, type View } from './ReferenceModel';

/**
 * Lets the sequence of a seed happen to an engine and to the reference model, and compares
 * them after each operation.
 *
 * @param mistake - what the engine does otherwise than it must, to see that it is found
 * @returns what the engine did otherwise, with all that led there; nothing when it did as it must
 */
export async function runSequence(
  seed: number,
  database: ScenarioDatabase,
  mistake?: Mistake,
): Promise<string | undefined> {
  const random = seededRandom(seed);
  const pipeline = drawPipeline(random);
  const model = ReferenceModel.create(pipeline);
  const engine = await EngineRun.start(pipeline, database, mistake);
  const done: Operation[] = [];
  try {
    const operations = drawOperations(random, one => model.allows(one));
    for (const operation of operations) {
      done.push(operation);
      const wrong = await takeStep(operation, model, engine).catch(
        error => `${error.stack}`,
      );
      if (wrong !== undefined) {
        return [
          `seed ${seed} on ${database.product}: ${wrong}`,
          `pipeline ${JSON.stringify(pipeline)}`,
          ...done.map((one, at) => `  ${at} ${JSON.stringify(one)}`),
          ...engine.takeLog(),
        ].join('\n');
      }
    }
    return undefined;
  } finally {
    await engine.stop();
  }
}

async function takeStep(
  operation: Operation,
  model: ReferenceModel,
  engine: EngineRun,
): Promise<string | undefined> {
  if (operation.do === 'advance') {
    await engine.advance(model.advance(operation.minutes));
  } else {
    const expected = model.apply(operation);
    const got = await engine.apply(operation);
    if (expected !== got) {
      return expected
        ? 'it was refused, and must be allowed'
        : 'it was allowed, and must be refused';
    }
  }
  const view = await engine.view();
  return findBrokenPromise(view, engine) ?? findDeviation(model.view(), view);
}

/** What must hold of any view, whatever the rules say of the sequence. */
function findBrokenPromise(view: View, engine: EngineRun): string | undefined {
  for (const name of STAGES) {
    const { promotions, why } = view.stages[name];
    if (promotions.filter(({ phase }) => phase === 'Running').length > 1) {
      return `two Promotions of Stage '${name}' run at once`;
    }
    const silent = [
      ...promotions.map(promotion => promotion.why),
      ...Object.values(why),
    ].some(reasons => reasons.length === 0);
    if (silent) {
      return `something of Stage '${name}' waits without a reason`;
    }
    if (Object.values(why).flat().includes('will-be-promoted')) {
      return `Stage '${name}' says that it promotes something, and does not`;
    }
  }
  const [often] = engine.actedTooOften();
  return often && `Promotion ${often[0]} acted ${often[1]} times`;
}

/** Compared both ways, so that nothing stands in one of them unseen. */
function findDeviation(expected: View, got: View): string | undefined {
  const [wanted, found] = [expected, got].map(
    view => JSON.parse(JSON.stringify(view)) as unknown,
  );
  return (
    findDifference(wanted, found, 'view') ??
    findDifference(found, wanted, 'model')
  );
}
