import { Promotion, PromotionStatus } from 'backstage-plugin-kargo-common';
import { formatBytes, jsonBytes, MAX_RESOURCE_BYTES } from '../resourceSize';

/** Kept free for what is written later: messages, times and phases of the steps that follow. */
const RESERVED_BYTES = 128 * 1024;
/** How many other outputs a message names. */
const NAMED_OUTPUTS = 3;

/**
 * Why a Promotion cannot keep what a step returned, and what to shrink; nothing when it
 * can. Pure.
 *
 * @param status - with the output and the health check of the step
 * @param step - the alias of the step, and the bytes of JSON that it returned
 */
export function explainNoRoom(
  promotion: Promotion,
  status: PromotionStatus,
  step: { alias: string; bytes: number },
): string | undefined {
  const room = MAX_RESOURCE_BYTES - RESERVED_BYTES;
  if (jsonBytes({ ...promotion, status }) <= room) {
    return undefined;
  }
  const others = Object.entries(status.state ?? {})
    .filter(([alias]) => alias !== step.alias)
    .map(([alias, output]) => ({ alias, bytes: jsonBytes(output) }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, NAMED_OUTPUTS)
    .map(({ alias, bytes }) => `"${alias}" (${formatBytes(bytes)})`);
  const advice = others.length
    ? `shrink it, or the outputs of ${others.join(', ')}`
    : 'shrink it';
  return `there is no room for the output of step "${
    step.alias
  }", ${formatBytes(
    step.bytes,
  )}: a Promotion with the outputs of all its steps can take ${formatBytes(
    room,
  )}; ${advice}`;
}
