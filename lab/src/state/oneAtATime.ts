/** Work of which one is under way at most; what is asked for meanwhile is done once after it. */
export function oneAtATime(work: () => Promise<void>): () => void {
  let isBusy = false;
  let isAsked = false;
  const begin = async (): Promise<void> => {
    isBusy = true;
    try {
      do {
        isAsked = false;
        await work();
      } while (isAsked);
    } finally {
      isBusy = false;
    }
  };
  return () => {
    isAsked = true;
    if (!isBusy) void begin();
  };
}
