// Carries one file to storage in parts, whatever happens to the connection. What has come, the server knows: whoever
// begins again with the same bytes, in another tab or on another day, goes on where it stopped.
const AT_ONCE = 2; // parts on their way, of all files together
const STALLED_MS = 30_000; // without a byte going out, or an answer coming back
const RESTS_MS = [1000, 2000, 4000, 8000, 15_000, 30_000];
const HOPELESS = 5; // times that the very first part was sent in vain
const LINK_AGE = 0.8; // of its lifetime, after which it is not used any more

// What the server will not take; `told` is what it says of it, for people.
export class Refused extends Error {
  constructor(status, told) {
    super(told.message ?? String(status));
    this.status = status;
    this.told = told;
  }
}
// No parts can be sent from this browser: the form itself still can.
export class Unable extends Error {}
class Dropped extends Error {}
class Anew extends Error {}

let hashing = Promise.resolve();
let free = AT_ONCE;
const queue = [];
let born = 0;

// A turn to send a part: of those who wait, the file that was chosen first.
function turn(order) {
  if (free > 0) {
    free -= 1;
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    queue.push({ order, resolve });
    queue.sort((one, other) => one.order - other.order);
  });
}

function yieldTurn() {
  const next = queue.shift();
  if (next) next.resolve();
  else free += 1;
}

export class Carrier {
  // `tell(state, more)` hears of each step: hashing, sending (share), waiting, joining, and in the end what became of it.
  constructor(file, { begin, hasher, token, replaces }, tell) {
    Object.assign(this, { file, begin, hasher, token, replaces, tell, order: born++, sending: new Map(), isPaused: false });
    this.sleepers = new Set();
    this.begun = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
    this.begun.catch(() => {}); // told by run(), too
  }

  async run() {
    try {
      const turnToHash = hashing.catch(() => {}).then(() => this.#hash());
      hashing = turnToHash;
      const { name, size } = this.file;
      const announced = { name, size, sha256: await turnToHash, replaces: this.replaces };
      let answer;
      do {
        const begun = await this.#ask(this.begin, announced);
        if (begun.twin) answer = begun;
        else {
          this.addresses = begun;
          this.resolve(begun);
          answer = await this.#carry(begun);
        }
      } while (answer.is_gone);
      if (answer.twin) this.reject(new Dropped());
      this.tell(answer.twin ? "twin" : "arrived", answer);
    } catch (error) {
      this.reject(error);
      if (error instanceof Dropped) return;
      this.tell(error instanceof Unable ? "unable" : "refused", error);
    }
  }

  pause() {
    this.isPaused = true;
    for (const request of this.sending.keys()) request.abort();
    this.tell("paused");
  }

  resume() {
    this.isPaused = false;
    this.tell("sending", this.#share());
    this.#wake();
  }

  async drop() {
    this.isDropped = true;
    this.worker?.terminate();
    this.resume();
    for (const request of this.sending.keys()) request.abort();
    if (this.addresses) await this.#fetch(this.addresses.drop, {}).catch(() => {}); // else swept in time
  }

  // Says what the file is, as soon as the server knows of it. Throws Refused.
  async describe(fields) {
    const { describe } = await this.begun;
    return this.#ask(describe, fields, () => {});
  }

  async #hash() {
    this.#check();
    this.tell("hashing", 0);
    try {
      this.worker = new Worker(this.hasher, { type: "module" });
    } catch {
      throw new Unable();
    }
    try {
      return await new Promise((resolve, reject) => {
        this.worker.addEventListener("error", () => reject(new Unable()));
        this.worker.addEventListener("message", ({ data }) => {
          if (data.isReady) this.worker.postMessage(this.file);
          else if (data.sha256) resolve(data.sha256);
          else if (data.isUnreadable) reject(new Refused(0, { isUnreadable: true }));
          else this.tell("hashing", data.done / this.file.size);
        });
      });
    } finally {
      this.worker.terminate();
    }
  }

  async #carry(begun) {
    this.partBytes = begun.part_bytes;
    this.there = new Set();
    this.links = new Map();
    for (let tries = 0; ; tries++) {
      try {
        if (!begun.has_arrived) {
          await this.#look(1);
          this.tell("sending", this.#share());
          await Promise.all(Array.from({ length: AT_ONCE }, () => this.#porter()));
        }
      } catch (error) {
        if (!(error instanceof Anew)) throw error;
      }
      this.tell("joining");
      try {
        return await this.#ask(begun.complete, {});
      } catch (error) {
        if (error.status !== 409 || tries > HOPELESS) throw error;
        this.there.clear(); // a part is missing after all
        await this.#rest(tries);
      }
    }
  }

  async #porter() {
    for (let number = this.#next(); number; number = this.#next()) {
      this.taken.add(number);
      for (let tries = 0; !(await this.#deliver(number)); tries++) {
        if (this.isPaused) continue;
        if (tries >= HOPELESS && this.there.size === 0) await this.#look(number);
        if (tries > HOPELESS && this.there.size === 0) throw new Unable(); // we are reached, storage is not
        await this.#rest(tries);
      }
    }
  }

  #next() {
    const count = Math.ceil(this.file.size / this.partBytes);
    for (let number = 1; number <= count; number++) {
      if (!this.there.has(number) && !this.taken.has(number)) return number;
    }
    return 0;
  }

  async #deliver(number) {
    await this.#going();
    const link = await this.#link(number);
    if (!link) return true;
    await turn(this.order);
    try {
      this.#check();
      if (this.isPaused) return false;
      const status = await this.#put(link, number);
      if (status === 200) this.there.add(number);
      return status === 200;
    } catch (error) {
      if (error instanceof TypeError) return false; // the connection
      throw error;
    } finally {
      this.links.delete(number); // if it was in vain: whether it came all the same, and where it goes, is asked anew
      yieldTurn();
    }
  }

  async #link(number) {
    const known = this.links.get(number);
    if (!known || known.until < Date.now()) await this.#look(number);
    return this.there.has(number) ? "" : this.links.get(number).address;
  }

  // Which parts have come, and where the next ones go.
  async #look(start) {
    const answer = await this.#ask(`${this.addresses.parts}?start=${start}`);
    if (answer.is_gone || answer.has_arrived) throw new Anew();
    if (start === 1) this.taken = new Set();
    for (const number of answer.there) this.there.add(number);
    const until = Date.now() + answer.lifetime_s * 1000 * LINK_AGE;
    for (const [number, address] of Object.entries(answer.links)) this.links.set(Number(number), { address, until });
  }

  #put(address, number) {
    const part = this.file.slice((number - 1) * this.partBytes, number * this.partBytes);
    const request = new XMLHttpRequest();
    let watch = 0;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => request.abort(), STALLED_MS);
    };
    return new Promise((resolve, reject) => {
      const lost = () => reject(new TypeError("the connection is gone"));
      for (const failure of ["error", "abort", "timeout"]) request.addEventListener(failure, lost);
      request.addEventListener("load", () => resolve(request.status));
      request.upload.addEventListener("progress", (event) => {
        alive();
        this.sending.set(request, event.loaded);
        if (!this.isPaused) this.tell("sending", this.#share());
      });
      this.sending.set(request, 0);
      alive();
      request.open("PUT", address);
      request.send(part);
    }).finally(() => {
      clearTimeout(watch);
      this.sending.delete(request);
    });
  }

  #share() {
    if (!this.there) return 0;
    const whole = [...this.there].reduce((sum, number) => sum + this.#bytesOf(number), 0);
    const going = [...this.sending.values()].reduce((sum, loaded) => sum + loaded, 0);
    return Math.min(1, (whole + going) / this.file.size);
  }

  #bytesOf(number) {
    return Math.min(this.partBytes, this.file.size - (number - 1) * this.partBytes);
  }

  // Asks the server until it answers: what the connection swallows, and what fails there for now, is asked again.
  async #ask(address, body, wait = () => this.#going()) {
    for (let tries = 0; ; tries++) {
      await wait();
      this.#check();
      try {
        const response = await this.#fetch(address, body);
        if (response.status < 500 && response.status !== 429) {
          const answer = await response.json();
          if (response.ok) return answer;
          throw new Refused(response.status, answer);
        }
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
      await this.#rest(tries);
    }
  }

  async #fetch(address, body) {
    const patience = new AbortController();
    const watch = setTimeout(() => patience.abort(), STALLED_MS * 2);
    try {
      return await fetch(address, {
        method: body ? "POST" : "GET",
        headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: body && JSON.stringify(body),
        signal: patience.signal,
      });
    } finally {
      clearTimeout(watch);
    }
  }

  #check() {
    if (this.isDropped) throw new Dropped();
  }

  async #going() {
    while (this.isPaused && !this.isDropped) await new Promise((resolve) => this.sleepers.add(resolve));
    this.#check();
  }

  // Waits a while, less long where the connection comes back or somebody asks to go on.
  async #rest(tries) {
    this.#check();
    this.tell("waiting");
    const wake = () => this.#wake();
    const watch = setTimeout(wake, RESTS_MS[Math.min(tries, RESTS_MS.length - 1)]);
    window.addEventListener("online", wake);
    await new Promise((resolve) => this.sleepers.add(resolve));
    clearTimeout(watch);
    window.removeEventListener("online", wake);
    this.#check();
  }

  #wake() {
    for (const resolve of this.sleepers) resolve();
    this.sleepers.clear();
  }
}
