/**
 * As the JSON decoder of Go compares names of members: for Helm and Kustomize `Envs` and
 * `ENVS` are `envs`. Pure.
 */
export function foldName(name: string): string {
  return name.toUpperCase().toLowerCase();
}
