// Tracks: who plays, and what is known of the episode so far; and the order in which the steps of tracks are shown.

/**
 * @typedef {object} Track
 * @property {string} name who plays
 * @property {object} episode an Episode; of a live track, as far as it was played
 * @property {boolean} live whether it may grow by `next`
 * @property {string|null} note what is to be said of it in one sentence
 * @property {string|null} [endedId] an ended episode of this server of the same incident, of which the truth may be asked
 * @property {(() => Promise<object>)|null} [debrief] gives what `debrief.js` takes as data, where another door than that of
 *   this server's episodes tells it
 * @property {() => Promise<boolean>} [next] plays one more step; false when the episode is over
 * @property {() => void} [stop] aborts a call under way
 */

/** A track of an episode that is known whole. @returns {Track} */
export function recorded(episode, { name = episode.agent ?? "An agent", note = null } = {}) {
  return { name, episode, live: false, note };
}

/** What was known after so many steps of an episode. @param {object} episode @param {number} n @returns {object} an Episode */
export function until(episode, n) {
  const steps = episode.steps.slice(0, Math.max(0, n));
  if (steps.length === episode.steps.length) return episode;
  const last = steps.at(-1);
  const reward = steps.reduce((sum, step) => sum + step.reward, 0);
  return { ...episode, steps, reward, minute: last ? last.minute + last.took : 0, done: false, resolved: false, grade: null };
}

/**
 * The steps of all tracks as they are shown: by the minute in which they began, then by their number. A live track at
 * the end of what is known of it holds back what began after its own next step will.
 * @param {Track[]} tracks
 * @returns {{events: {lane: number, count: number, step: object}[], wanted: Track|null}} `lane` is the place of the
 *   track among `tracks`, `count` its steps up to this one; `wanted` is the track to be asked for what comes next
 */
export function orderOf(tracks) {
  const events = [];
  const counts = tracks.map(() => 0);
  for (;;) {
    const first = tracks.map(({ episode, live }, lane) => {
      const step = episode.steps[counts[lane]];
      if (!step && !live) return null;
      return { lane, step, minute: step ? step.minute : episode.minute, number: counts[lane] + 1 };
    }).filter(Boolean).sort((a, b) => a.minute - b.minute || a.number - b.number || a.lane - b.lane)[0];
    if (!first) return { events, wanted: null };
    if (!first.step) return { events, wanted: tracks[first.lane] };
    counts[first.lane] += 1;
    events.push({ lane: first.lane, count: counts[first.lane], step: first.step });
  }
}

/** How many steps each track has taken after so many events. @returns {number[]} */
export function countsAt(tracks, events, at) {
  const counts = tracks.map(() => 0);
  for (const { lane, count } of events.slice(0, at)) counts[lane] = count;
  return counts;
}
