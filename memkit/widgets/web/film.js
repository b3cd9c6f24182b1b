// A film: the pictures of a recording, step by step, in pieces that arrive one after the other.
// A piece is deflated JSON, {"events": [...], "panes": [[picture, ...], ...], "shared": [...]}: the
// events of its steps, for each pane as many pictures, and the lines of their words and what their
// parts hold, which would repeat from step to step (see memkit/pictures/film.py); without "shared"
// the pictures hold them themselves.

export async function inflate(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

export async function deflate(piece) {
  const stream = new Blob([JSON.stringify(piece)]).stream().pipeThrough(new CompressionStream("deflate"));
  return new DataView(await new Response(stream).arrayBuffer());
}

export class Film {
  events = [];
  panes = [];
  said = []; // for each pane the longest sentence that its pictures say
  taken = 0; // pieces that are read, or being read
  reading = Promise.resolve();

  // Reads the pieces from the first one that is new; a gap ends it until what is missing is there.
  // Resolves once they are in the film; rejects where one cannot be read.
  take(pieces) {
    while (pieces[this.taken]) {
      const piece = inflate(pieces[this.taken]);
      piece.catch(() => {}); // who waits for `reading` hears of it
      this.taken += 1;
      this.reading = this.reading.then(async () => this.append(await piece));
    }
    return this.reading;
  }

  append({ events, panes, shared }) {
    for (const event of events) this.events.push(event);
    panes.forEach((pictures, k) => {
      this.panes[k] ??= [];
      for (const picture of pictures) {
        if (shared && picture?.words) picture.words = picture.words.map((place) => shared[place]);
        const holds = shared && picture?.holds;
        for (const key in holds) holds[key] = shared[holds[key]];
        this.panes[k].push(picture);
        if ((picture?.sentence ?? "").length > this.longest(k).length) this.said[k] = picture.sentence;
      }
    });
  }

  longest(k) {
    return this.said[k] ?? "";
  }

  get length() {
    return this.events.length;
  }

  has(i) {
    return i >= 0 && i < this.length;
  }

  // The kinds of step there are: those of `first` in its order, then as they come.
  kinds(first = []) {
    const known = new Set(this.events);
    return [...new Set([...first.filter((kind) => known.has(kind)), ...this.events])];
  }

  // The next step of a kind after step i; -1 for none.
  next(kind, i) {
    return this.events.indexOf(kind, i + 1);
  }

  // The first of these kinds that still comes after step i; "" for none.
  telling(kinds, i) {
    return kinds.find((kind) => this.next(kind, i) >= 0) ?? "";
  }
}
