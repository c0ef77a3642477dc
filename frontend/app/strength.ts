/** How long a password would stand against somebody who guesses. Half a megabyte, so it is fetched when one is chosen. */
import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

const guesser = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });

/** From 0 (guessed at once) to 4; `known` are words that somebody who knows the person tries first. */
export function strength(password: string, known: string[]): number {
  // Guessing takes longer the longer it is, and nothing is learned after that many letters.
  return guesser.check(password.slice(0, 100), known).score;
}
