// Moves through the steps of tracks: by itself or by hand, and asks live tracks for more where nothing more is known.

import { orderOf } from "./track.js";

const FOR_PEOPLE = ["ApiError", "ModelError"]; // errors whose message says what happened; others are faults of the page

/** `at` events are shown. Calls `onChange` after every change; nothing is asked of a live track while it is paused. */
export class Player {
  /** @param {import("./track.js").Track[]} tracks @param {{at: number, speed: number, onChange: () => void}} options */
  constructor(tracks, { at, speed, onChange }) {
    this.tracks = tracks;
    this.onChange = onChange;
    this.speed = speed; // steps in a second
    this.order = orderOf(tracks);
    this.at = Math.min(at, this.known);
    this.playing = false;
    this.asking = null; // the track that is asked for a step
    this.error = null;
    this.failed = null; // the track that the error is of
    this.left = false;
  }

  get known() {
    return this.order.events.length;
  }

  /** Whether the end of everything is shown. */
  get over() {
    return this.at === this.known && !this.order.wanted;
  }

  play() {
    if (this.over) this.at = 0;
    this.playing = true;
    this.error = null;
    this.changed();
  }

  pause() {
    this.playing = false;
    this.changed();
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  /** Shows so many events, and stays there. */
  go(at) {
    this.playing = false;
    this.at = Math.min(Math.max(at, 0), this.known);
    this.changed();
  }

  /** The next event; at the end of what is known of a live track, one more step of it. */
  forward() {
    this.playing = false;
    if (this.at < this.known) return this.go(this.at + 1);
    this.error = null;
    this.changed();
    if (this.order.wanted) this.ask();
  }

  setSpeed(speed) {
    this.speed = speed;
    this.changed();
  }

  leave() {
    this.left = true;
    clearTimeout(this.timer);
    for (const track of this.tracks) track.stop?.();
  }

  changed() {
    clearTimeout(this.timer);
    this.onChange();
    if (this.left || !this.playing) return;
    if (this.at < this.known) this.timer = setTimeout(() => this.step(), 1_000 / this.speed);
    else if (this.order.wanted) this.ask();
    else this.pause();
  }

  step() {
    this.at += 1;
    this.changed();
  }

  async ask() {
    if (this.asking) return;
    const end = this.known;
    this.asking = this.order.wanted;
    this.onChange();
    try {
      if (!(await this.asking.next())) this.asking.live = false;
    } catch (error) {
      if (!this.left) this.fail(error, this.asking);
    }
    this.asking = null;
    if (this.left) return;
    this.order = orderOf(this.tracks);
    if (this.at === end) this.at = this.known;
    this.changed();
  }

  fail(error, track) {
    this.error = error;
    this.failed = track;
    this.playing = false;
    if (!FOR_PEOPLE.includes(error.name)) setTimeout(() => { throw error; });
  }
}
