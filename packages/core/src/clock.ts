/** The only place where the core meets the wall clock; pure functions take `now`. */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };
