/** The smallest pipeline that does something, for a project that has none. */
export function exampleManifests(project: string): string {
  return `apiVersion: kargo.akuity.io/v1alpha1
kind: Warehouse
metadata:
  name: my-app
  namespace: ${project}
spec:
  subscriptions:
    - image:
        repoURL: registry.example.com/my-app
        constraint: ^1.0.0
---
apiVersion: kargo.akuity.io/v1alpha1
kind: Stage
metadata:
  name: test
  namespace: ${project}
spec:
  requestedFreight:
    - origin:
        kind: Warehouse
        name: my-app
      sources:
        direct: true
  promotionTemplate:
    spec:
      steps:
        - uses: git-clone
          config:
            repoURL: https://git.example.com/my-app-config.git
            checkout:
              - branch: main
                path: ./src
        - uses: yaml-update
          config:
            path: ./src/test/values.yaml
            updates:
              - key: image.tag
                value: \${{ imageFrom("registry.example.com/my-app").Tag }}
        - uses: git-commit
          config:
            path: ./src
            message: Promote to test
        - uses: git-push
          config:
            path: ./src
`;
}
