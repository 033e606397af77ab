/** Somebody to be in the demo. */
export interface Persona {
  /** Name of the User entity. */
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

/** The people of the demo; `examples/org.yaml` says which groups they are in. */
export const personas: readonly Persona[] = [
  {
    id: 'alice',
    name: 'Alice Archer',
    role: 'Developer: owns the guestbook, promotes it to test and uat',
  },
  {
    id: 'rita',
    name: 'Rita Reyes',
    role: 'Release manager: approves Freight and promotes everywhere',
  },
  {
    id: 'victor',
    name: 'Victor Vale',
    role: 'Viewer: sees everything, promotes nothing',
  },
  { id: 'guest', name: 'Guest', role: 'Just looking, in no team' },
];
