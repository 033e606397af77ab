/** A JSON value. @public */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | JsonValue[]
  | { [key: string]: JsonValue };

/** A JSON object. @public */
export type JsonObject = { [key: string]: JsonValue };
