import {
  JsonObject,
  JsonValue,
  Promotion,
  PromotionStatus,
  keyOf,
} from 'backstage-plugin-kargo-common';
import { createRedactor } from 'backstage-plugin-kargo-node';
import { setOwn } from '../../expressions/setOwn';
import { SecretIdentity, SecretSealer } from '../../ports/SecretSealer';

/** What is sealed: the outputs that are shown masked, and the secrets found in them. */
interface SealedContent {
  outputs: JsonObject;
  secrets: string[];
}

/** What is recorded of outputs in the status of a Promotion. */
export type RecordedOutputs = Pick<PromotionStatus, 'state' | 'sealedOutputs'>;

/** How an output is added. */
export interface AddOutputOptions {
  /** The names under which it is found: that of the step, or also that of its task. */
  alias: string;
  task?: string;
  /** The secrets that the step had in hand; absent when the step wants its output shown. */
  secrets?: Iterable<string>;
}

/**
 * The outputs of a Promotion's steps: as later steps read them, and as everybody may see
 * them.
 *
 * @remarks
 * An output in which a secret of its step shows, in one of the forms that `createRedactor`
 * knows, is masked in `status.state` and kept encrypted in `status.sealedOutputs` for as
 * long as the Promotion runs. The secrets found are kept with it: what a later step says is
 * to be masked too. A value of this class never changes.
 */
export class PromotionOutputs {
  /**
   * Reads what was recorded.
   *
   * @throws Error when the key that opens it is gone
   */
  static open(
    promotion: Promotion,
    status: PromotionStatus,
    sealer: SecretSealer,
  ): PromotionOutputs {
    const identity = identityOf(promotion);
    const { state = {}, sealedOutputs } = status;
    const content: SealedContent = sealedOutputs
      ? JSON.parse(sealer.unseal(sealedOutputs, identity))
      : { outputs: {}, secrets: [] };
    const hidden = Object.entries(content.outputs).filter(([alias]) =>
      Object.hasOwn(state, alias),
    );
    return new PromotionOutputs(
      { ...state, ...Object.fromEntries(hidden) },
      state,
      content.secrets,
    );
  }

  private constructor(
    /** As later steps read them, by alias. */
    readonly clear: JsonObject,
    /** As they are shown; the same object where nothing is masked. */
    private readonly shown: JsonObject,
    /** Secrets that showed in outputs. */
    readonly secrets: readonly string[],
  ) {}

  without(alias: string): PromotionOutputs {
    const { [alias]: _clear, ...clear } = this.clear;
    const { [alias]: _shown, ...shown } = this.shown;
    return new PromotionOutputs(clear, shown, this.secrets);
  }

  with(output: JsonObject, options: AddOutputOptions): PromotionOutputs {
    const { alias, task, secrets } = options;
    const masked = secrets
      ? maskJson(output, [...secrets])
      : { value: output, found: [] };
    const add = (outputs: JsonObject, added: JsonValue) => ({
      ...outputs,
      [alias]: added,
      ...(task && {
        [task]: { ...(outputs[task] as JsonObject), ...(added as JsonObject) },
      }),
    });
    return new PromotionOutputs(
      add(this.clear, output),
      add(this.shown, masked.value),
      [...new Set([...this.secrets, ...masked.found])],
    );
  }

  /** @throws ServiceUnavailableError when something is to be sealed, and no key is configured. */
  record(promotion: Promotion, sealer: SecretSealer): RecordedOutputs {
    const hidden = Object.keys(this.clear).filter(
      alias =>
        JSON.stringify(this.clear[alias]) !== JSON.stringify(this.shown[alias]),
    );
    if (hidden.length === 0) {
      return { state: this.shown, sealedOutputs: undefined };
    }
    const content: SealedContent = {
      outputs: Object.fromEntries(
        hidden.map(alias => [alias, this.clear[alias]]),
      ),
      secrets: [...this.secrets],
    };
    return {
      state: this.shown,
      sealedOutputs: sealer.seal(
        JSON.stringify(content),
        identityOf(promotion),
      ),
    };
  }
}

/** Whether a secret shows anywhere in a value. */
export function showsSecret(
  value: unknown,
  secrets: Iterable<string>,
): boolean {
  const text = JSON.stringify(value) ?? '';
  return createRedactor(secrets)(text) !== text;
}

/** Masks secrets in texts, numbers and names of members, and tells which there were. */
function maskJson(
  output: JsonObject,
  secrets: readonly string[],
): { value: JsonObject; found: string[] } {
  if (!showsSecret(output, secrets)) {
    return { value: output, found: [] };
  }
  const redactor = createRedactor(secrets);
  const touched: string[] = [];
  const maskText = (text: string) => {
    const masked = redactor(text);
    if (masked !== text) {
      touched.push(text);
    }
    return masked;
  };
  const visit = (value: JsonValue): JsonValue => {
    if (typeof value === 'string') {
      return maskText(value);
    }
    if (typeof value === 'number') {
      const masked = maskText(String(value));
      return masked === String(value) ? value : masked;
    }
    if (typeof value !== 'object' || value === null) {
      return value;
    }
    if (Array.isArray(value)) {
      return value.map(visit);
    }
    const members: JsonObject = {};
    for (const [name, member] of Object.entries(value)) {
      setOwn(members, maskText(name), visit(member as JsonValue));
    }
    return members;
  };
  const value = visit(output) as JsonObject;
  const text = JSON.stringify(touched);
  return {
    value,
    found: secrets.filter(secret => createRedactor([secret])(text) !== text),
  };
}

function identityOf(promotion: Promotion): SecretIdentity {
  return { ...keyOf(promotion), uid: promotion.metadata.uid };
}
