import DataLoader from 'dataloader';
import { Knex } from 'knex';
import { answerInTime } from './databaseError';
import { isPostgres } from './dialect';

/**
 * Each may be about several resources of 1.5 MiB. On SQLite, which works within the call, no
 * more than what lets the event loop turn within milliseconds.
 */
const MOST_TOGETHER = { postgres: 32, sqlite: 8 };

/**
 * How many statements are under way at a time. A single one on SQLite, which has a single
 * connection; on PostgreSQL so many that a slow answer does not hold up all that follow.
 */
const MOST_AT_ONCE = { postgres: 4, sqlite: 1 };

/**
 * Makes one question to the database of those that wait for their turn anyway, so that many
 * who ask at the same time cost little more than one. Who comes alone is served at once.
 *
 * @param answerAll - the answers in the order of the questions; an error for those that
 * have none
 */
export function askTogether<Question, Answer>(
  knex: Knex,
  answerAll: (
    questions: readonly Question[],
  ) => Promise<ReadonlyArray<Answer | Error>>,
): (question: Question) => Promise<Answer> {
  const database = isPostgres(knex) ? 'postgres' : 'sqlite';
  const waiting: Array<() => void> = [];
  let underWay = 0;
  const sendNext = () => {
    while (underWay < MOST_AT_ONCE[database] && waiting.length > 0) {
      underWay += 1;
      waiting.shift()!();
    }
  };
  const loader = new DataLoader<Question, Answer>(
    async questions => {
      try {
        // On a connection that has died without a word no answer ever comes.
        return await answerInTime(answerAll(questions));
      } finally {
        underWay -= 1;
        sendNext();
      }
    },
    {
      // What is stored may have changed since it was asked.
      cache: false,
      maxBatchSize: MOST_TOGETHER[database],
      batchScheduleFn: send => {
        waiting.push(send);
        // Who asks in the same turn is to come along.
        queueMicrotask(sendNext);
      },
    },
  );
  return question => loader.load(question);
}
