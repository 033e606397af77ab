/** What a numeric column of 64 bits arrives as: PostgreSQL's driver hands out text. */
export type DatabaseInteger = number | string;

/** A row of `resources`. */
export interface ResourceRow {
  id: DatabaseInteger;
  kind: string;
  namespace: string;
  name: string;
  uid: string;
  revision: DatabaseInteger;
  document: string;
  status: string | null;
  sealed: string | null;
  key_id: string | null;
}

/** A row of `resource_terms`. */
export interface TermRow {
  resource_id: DatabaseInteger;
  kind: string;
  term: string;
  value: string;
  namespace: string;
  name: string;
}

/** A row of `resource_changes`. */
export interface ChangeRow {
  revision: DatabaseInteger;
  kind: string;
  namespace: string;
  name: string;
  uid: string;
  type: 'created' | 'updated' | 'deleted';
  document: string;
  status: string | null;
  sealed: string | null;
  key_id: string | null;
  terms_before: string | null;
  terms_after: string | null;
}

/** The row of `store_revision`. */
export interface RevisionRow {
  value: DatabaseInteger;
  compacted: DatabaseInteger;
  index_version: string | null;
}
