/**
 * Taking memory back from other cores before it is written.
 *
 * A line of the cache that another core has read must be taken back before it can be written, which takes 10 to 60 ns a
 * line. For an update after each step, whose weights all threads have read, that was up to three quarters of its time.
 * While the multipliers are busy it costs a third as much: so the product whose result is the gradient takes the weights'
 * lines on its way, by storing what is there.
 */

const LINE: usize = 64;

let next: usize = 0;
let end: usize = 0;
let portion: usize = 0;

/**
 * @param start where nobody but this thread writes before `takeNoMore`, so that storing what is there loses nothing
 * @param bytes how many, of whole float32
 * @param portions how often `takeSome` will be called, about
 */
export function takeDuring(start: usize, bytes: usize, portions: i32): void {
  next = start;
  end = start + bytes;
  portion = (bytes / LINE / <usize>portions + 1) * LINE;
}

/** Where what is to be taken begins; 0 where there is nothing. */
@inline
export function toTake(): usize {
  return next < end ? next : 0;
}

export function takeNoMore(): void {
  end = 0;
}

/** Takes the next lines, if there are any. */
@inline
export function takeSome(): void {
  if (next < end) takePortion();
}

function takePortion(): void {
  const until = min(next + portion, end);
  for (; next < until; next += LINE) store<u32>(next, load<u32>(next));
}
