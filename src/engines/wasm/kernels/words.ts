/**
 * Reading a program: its words by their place after an operation's code. What they mean is the operation's business.
 */

/** The word at `index`, counted from the operation's code on. */
@inline
export function word(pc: usize, index: i32): i32 {
  return load<i32>(pc + (<usize>index << 2));
}

/** The same as an address. */
@inline
export function at(pc: usize, index: i32): usize {
  return <usize>load<u32>(pc + (<usize>index << 2));
}

/** The same as a float32. */
@inline
export function number(pc: usize, index: i32): f32 {
  return load<f32>(pc + (<usize>index << 2));
}
