/** Makes a value with its first use and keeps it: what is costly to make must not cost those who only import the package. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
