declare const brand: unique symbol

/** A value that looks like `T` but must not be mixed up with other `T`s. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }
