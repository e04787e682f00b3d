/** How many members of one server are deployed to at once by this process, whichever rollout they belong to. */
const busy = new Map<string, number>();

/** @returns gives the slot back; undefined while all of them are taken */
export function takeSlot(server: string, limit: number | undefined): (() => void) | undefined {
  const taken = busy.get(server) ?? 0;
  if (limit !== undefined && taken >= limit) return undefined;
  busy.set(server, taken + 1);
  return () => {
    const left = busy.get(server)! - 1;
    if (left === 0) busy.delete(server);
    else busy.set(server, left);
  };
}
