// Entries are kept on this phone until the server has said that it has them. The worker uses the first half of this.
(() => {
  "use strict";
  const sum = (list) => list.reduce((all, one) => all + one, 0);
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const uuid = () => {
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = b[6] & 15 | 64;
    b[8] = b[8] & 63 | 128;
    return Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };

  // An entry is open while it has `taps`. Then it is sealed: its body and its id stay as they are, since it may have
  // arrived though nobody was told. It is `done` when the server's answer names it, and has `words` when that refuses it.
  let opened, memory;
  const open = () => opened ??= new Promise((done, fail) => {
    const asked = indexedDB.open("champions", 1);
    setTimeout(fail, 5000);
    asked.onupgradeneeded = () => asked.result.createObjectStore("entries", { keyPath: "seq", autoIncrement: true });
    asked.onerror = () => fail(asked.error);
    asked.onsuccess = () => {
      const db = asked.result;
      db.onclose = db.onversionchange = () => {
        db.close();
        opened = undefined;
      };
      done(db);
    };
  });
  // Looks at all entries and changes some: all of that, for good, or nothing, whatever other tabs do.
  const change = async (work) => {
    for (let tries = 0; !memory && tries < 2; tries++) {
      try {
        const db = await open();
        return await new Promise((done, fail) => {
          const step = db.transaction("entries", "readwrite", { durability: "strict" }), store = step.objectStore("entries");
          const all = store.getAll();
          let given;
          all.onsuccess = () => { given = work(all.result, (one) => store.put(one), (one) => store.delete(one.seq)); };
          step.oncomplete = () => done(given);
          step.onabort = step.onerror = () => fail(step.error);
        });
      } catch {
        opened = undefined;
      }
    }
    // This phone keeps nothing: what is entered lives as long as the page.
    memory ??= new Map();
    return work([...memory.values()].map((one) => structuredClone(one)), (one) => memory.set(one.seq ??= uuid(), one), (one) => memory.delete(one.seq));
  };

  const channel = self.BroadcastChannel && new BroadcastChannel("entries");
  const post = async (one) => {
    const body = new URLSearchParams(one.body);
    body.set("entry_id", one.id);
    body.set("entry_of", one.who);
    if (!body.has("request_key")) body.set("seconds_ago", Math.max(0, Math.round((Date.now() - one.at) / 1000)));
    let answer, said;
    try {
      answer = await fetch(one.to, { method: "POST", body, redirect: "error", keepalive: `${body}`.length < 30000, signal: AbortSignal.timeout?.(30000), headers: { Accept: "application/json" } });
      said = await answer.json();
    } catch { /* It may have arrived, so it stays. */ }
    const ours = said?.entry === one.id;
    if (ours && answer.ok) return { taken: said };
    if (ours && said.gone) return { gone: true };
    if (ours && answer.status === 401) return { state: "over" };
    if (ours && said.refused && answer.status < 500 && answer.status !== 429) return { words: said.refused };
    // Refused before anybody has read which entry it is, as one that is too large: it would be so for ever.
    const problem = answer?.headers.get("Content-Type")?.startsWith("application/problem+json");
    if (problem && [400, 403, 413].includes(answer.status)) return { words: { "": said?.detail ?? said?.title ?? "" } };
    return { state: answer?.status === 429 || answer?.status > 499 ? "busy" : "away" };
  };
  const seal = (one) => {
    one.n = sum(one.taps);
    one.body += `&quantity=${one.n}`;
    one.were = one.taps;
    delete one.taps;
  };
  const due = (one) => {
    const now = Date.now();
    return now - one.last >= 3000 || now - one.at >= 15000 || now < one.last;
  };
  // A number; the mark behind it tells the server that this phone has had a page of theirs. Older entries have none, and
  // one of before the server's key was lost is none: what their last page says holds for all that is theirs.
  const owner = (one) => one.who.split(".")[0];
  // What goes in its order: a final count must not overtake the taps before it.
  const road = (one) => owner(one) + one.to.match(/^\/\w+\/\d+|.*/)[0];
  const round = async (all) => {
    const skipped = new Set();
    let state = "";
    for (;;) {
      const one = await change((list, put, drop) => {
        list.filter((e) => e.done && Date.now() - (e.gone ?? e.at) > 7 * 864e5).forEach(drop);
        // What an entry has made is known once it has arrived; only then can that be taken back.
        for (const back of list.filter((e) => e.of && !(e.number || e.words))) {
          const one = list.find((e) => e.id === back.of);
          if (one?.words) [one, back].forEach(drop);
          else if (one && !one.done) continue;
          else if (one?.made) put(Object.assign(back, { number: one.made, body: `${back.body}&number=${one.made}` }));
          else put(Object.assign(back, { words: {} }));
        }
        const free = (e) => !(e.done || e.words || e.of && !e.number || skipped.has(owner(e)) || skipped.has(road(e)));
        let next = list.find((e) => free(e) && !e.taps);
        // As long as something is stuck, taps go on gathering.
        if (!next && !state && (next = list.find((e) => free(e) && (all || due(e))))) {
          seal(next);
          put(next);
        }
        const known = next && list.filter((e) => owner(e) === owner(next) && e.who.includes(".")).pop();
        return known ? { ...next, who: known.who } : next;
      });
      if (!one) return state;
      const { taken, words, gone, state: stuck } = await post(one);
      if (stuck) {
        state = stuck;
        if (stuck === "away") return state;
        skipped.add(stuck === "over" ? owner(one) : road(one));
        continue;
      }
      await change((list, put, drop) => {
        // Of somebody who was erased, nothing stays here either.
        if (gone) return list.filter((e) => owner(e) === owner(one)).forEach(drop);
        if (!list.some((e) => e.seq === one.seq)) return;
        // Who was met, and what was noted, is no matter of the phone's any more.
        put(taken ? { ...one, body: "", done: taken.at, gone: Date.now(), made: taken.made, where: taken.to, late: taken.late, n: taken.late ? 0 : one.n } : { ...one, words });
      });
      channel?.postMessage("");
      await self.entries.told?.();
    }
  };
  // One sender for all tabs and the worker: on a slow line, two would be one too many.
  let asked, whole = false;
  const send = (all = false) => {
    whole ||= all;
    const work = () => {
      const seals = whole;
      asked = undefined;
      whole = false;
      return round(seals);
    };
    return asked ??= navigator.locks ? navigator.locks.request("entries", work) : Promise.resolve().then(work);
  };
  self.entries = { send };
  if (!self.document) return;

  const at = (id) => document.getElementById(id), sync = at("sync");
  if (!sync) return;
  const here = location.pathname, { who } = sync.dataset, language = document.documentElement.lang;
  const own = (one) => owner(one) === owner({ who });
  let list = [], busy = 0, state = "", sent = "", shown = false, timer = 0, pause = 2000, kept, renewing;
  const mine = () => list.filter(own);
  const unsent = () => mine().filter((one) => !one.done && !one.words);
  const size = (one) => one.taps ? sum(one.taps) : one.n ?? 0;
  const base = () => at("sums")?.dataset;
  // What the figures of the page do not know yet.
  const more = (design) => mine().filter((one) => one.to === here && !one.words && !(one.done <= +base().at) && (!design || one.design === design));
  const make = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text }, more);
  const form = () => at("adds")?.querySelector("form");
  const last = () => {
    const all = more(), undone = new Set(all.flatMap((one) => [one.of, one.number]).filter(Boolean)), when = (e) => e.last ?? e.at;
    const one = all.filter((e) => size(e) > 0 && !undone.has(e.id) && !undone.has(e.made)).sort((a, b) => when(a) - when(b)).pop();
    if (one?.taps) return { n: one.taps.at(-1), design: one.design, said: one.said, of: one.id, open: true };
    if (one) return { n: one.n, design: one.design, said: one.said, of: one.id, number: one.made };
    const { number, n, design } = document.querySelector("[data-undo]")?.dataset ?? {};
    return number && !undone.has(+number) ? { n: +n, design, number: +number } : undefined;
  };

  const draw = () => {
    if (base()) counter();
    line();
    waiting();
  };
  const counter = () => {
    const { out, left } = base(), plus = sum(more().map(size)), words = (n) => n.toLocaleString(language);
    const part = `${100 * (+out + plus) / (+out + +left || 1)}%`, adds = at("adds"), undo = document.querySelector("[data-undo]"), back = last();
    at("out").textContent = words(+out + plus);
    at("left").textContent = words(left - plus);
    at("reached").setAttribute("width", part);
    at("end").setAttribute("x", part);
    if (adds) {
      const rest = adds.dataset.left - sum(more(adds.dataset.design).map(size));
      for (const each of adds.children) each.querySelector("button").disabled = each.dataset.tap > rest;
    }
    if (!undo) return;
    undo.hidden = !back;
    if (back) undo.querySelector("span").textContent = at("undo").dataset.said.replace("{n}", back.n);
  };
  const line = () => {
    const waits = unsent(), n = sum(waits.map((one) => Math.abs(size(one)) || 1)), refused = mine().filter((one) => one.words).length;
    const said = sync.dataset, copy = document.documentElement.dataset.copy;
    const saved = new Date(+copy), today = saved.toDateString() === new Date().toDateString();
    let text = waits.length ? said[memory ? "lost" : state === "over" ? "over" : "waits"].replace("{n}", n) : refused ? said.aside.replace("{n}", refused) : sent ? said[sent] : "";
    if (copy && !sent) text = `${text} ${said.copy.replace("{time}", saved.toLocaleString(language, { dateStyle: today ? undefined : "short", timeStyle: "short" }))}`.trim();
    if (!text && !shown) return;
    shown = true;
    sync.hidden = !text;
    sync.classList.toggle("ok", !(waits.length || refused || sent === "late" || copy && !sent));
    if (sync.firstChild?.textContent !== text) sync.replaceChildren(text);
    if (waits.length && state === "over" && !sync.querySelector("a")) sync.append(" ", make("a", said.again, { href: `/sign-in?next=${encodeURIComponent(here)}` }));
  };
  const told = (one) => `${one.said}${one.n || one.taps ? `: ${size(one) > 0 ? "+" : ""}${size(one)}` : ""}`;
  const why = (one) => one.words && (Object.values(one.words).join(" ") || sync.dataset.late);
  const waiting = () => {
    const box = at("waiting"), all = mine().filter((one) => !one.done && one.id !== document.querySelector("form[data-edit]")?.dataset.edit);
    if (!box) return;
    box.hidden = !all.length;
    if (all.some((one) => one.words)) box.open = true;
    box.querySelector("ul").replaceChildren(...all.map((one) => {
      const item = make("li", `${new Date(one.at).toLocaleTimeString(language, { timeStyle: "short" })} · ${told(one)}`);
      if (!one.words) return item;
      const row = make("p", "", { className: "row" }), button = (said, act) => make("button", said, { type: "button", className: "button plain", onclick: act });
      if (!one.of && !one.number) row.append(button(box.dataset.edit, () => one.to === here ? edit(one) : location.assign(`${one.to}#edit-${one.id}`)));
      row.append(button(box.dataset.discard, () => step((all, _, drop) => all.filter((e) => e.id === one.id).forEach(drop))));
      item.append(make("p", why(one), { className: "error" }), row);
      return item;
    }));
  };

  // Shows a change at once, and then what was really kept.
  const step = async (work) => {
    busy++;
    await change(work);
    busy--;
    channel?.postMessage("");
    await refresh();
  };
  const refresh = async () => {
    if (busy) return;
    const all = await change((all) => all);
    if (busy) return;
    const fresh = all.filter((one) => own(one) && one.done && list.some((e) => e.id === one.id && !e.done));
    if (fresh.length) sent = fresh.some((one) => one.late) ? "late" : "sent";
    list = all;
    draw();
    if (base() && more().some((one) => one.done)) renew();
    const one = kept && list.find((e) => e.id === kept.id);
    if (one?.done) location.assign(one.where);
    else if (one?.words) refuse(kept.form, one);
  };
  // The server's own figures, and what it has in its list.
  const renew = () => renewing ??= (async () => {
    try {
      const shown = new URL(location);
      shown.searchParams.delete("done");
      const answer = await fetch(shown, { headers: { Accept: "text/html" }, redirect: "error", signal: AbortSignal.timeout(10000) });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok || fresh.documentElement.dataset.copy || !fresh.getElementById("sums")) return;
      for (const id of ["sums", "undo", "made", "chips"]) at(id)?.replaceWith(fresh.getElementById(id) ?? "");
      if (at("adds")) at("adds").dataset.left = fresh.getElementById("adds")?.dataset.left ?? 0;
      delete document.documentElement.dataset.copy;
      draw();
    } catch { /* The figures of before and what was sent since add up, too. */ } finally {
      renewing = undefined;
    }
  })();
  const go = async (all) => {
    clearTimeout(timer);
    state = await send(all === true);
    await refresh();
    const waits = unsent();
    if (!state || !waits.length) pause = 2000;
    clearTimeout(timer);
    if (waits.length) timer = setTimeout(go, state ? pause = Math.min(2 * pause, 60000) : 1000);
    if (state) navigator.serviceWorker?.getRegistration().then((known) => known?.sync?.register("entries")).catch(() => {});
  };

  const tap = (n) => {
    const adds = at("adds"), { design, said } = adds.dataset, now = Date.now(), id = uuid();
    const add = (all, put) => {
      const one = all.find((e) => e.taps && own(e) && e.to === here && e.design === design) ?? { id, who, to: here, body: `design_id=${design}`, design, said, at: now, taps: [] };
      one.taps.push(n);
      one.last = now;
      put(one);
    };
    add(list, (one) => list.includes(one) || list.push(one));
    draw();
    step(add);
    clearTimeout(timer);
    timer = setTimeout(go, Math.min(3000, 15000 - now + list.find((one) => one.taps && one.to === here).at));
  };
  const opposite = (n, design, said, of, number, more) => {
    const id = uuid(), known = number ? `&number=${number}` : "";
    return { id, who, to: here, body: `verb=undo&request_key=${id}${known}`, of, number, n: -n, design, said: said ?? at("adds")?.dataset.said ?? document.title, at: Date.now(), ...more };
  };
  const undo = () => {
    const { open, n, design, said, of, number } = last() ?? {};
    if (!n) return;
    if (open) {
      const less = (all, put, drop) => {
        const one = all.find((e) => e.id === of), next = all.find((e) => e.taps && own(e) && e.to === here && e.design === design);
        const gathers = one?.taps ? one : (!one || all.some((e) => e.of === of)) && next;
        if (gathers) {
          gathers.taps.pop();
          return gathers.taps.length ? put(gathers) : drop(gathers);
        }
        // Meanwhile it was sealed: all of it is taken back, and what was tapped before comes anew.
        const rest = one?.were?.slice(0, -1);
        if (!rest || one.words) return;
        if (one.late) return put(opposite(n, design, said, of, 0, { words: {} }));
        put(opposite(one.n, design, said, of, one.made));
        if (next) put({ ...next, taps: [...rest, ...next.taps] });
        else if (rest.length) put({ id: uuid(), who, to: here, body: `design_id=${design}`, design, said, at: one.at, last: Date.now(), taps: rest });
      };
      less(list, () => {}, (one) => { list = list.filter((e) => e !== one); });
      draw();
      return step(less);
    }
    const one = opposite(n, design, said, of, number);
    list.push(one);
    draw();
    step((all, put) => put(structuredClone(one))).then(go);
  };

  const refuse = (form, one) => {
    kept = undefined;
    form.hidden = form.inert = false;
    form.dataset.edit = one.id;
    const box = make("div", "", { className: "note bad stack", role: "alert", tabIndex: -1 }), items = make("ul", "");
    for (const [field, said] of Object.entries(one.words)) {
      const item = make("li", ""), input = field && form.elements[field];
      item.append(input?.id ? make("a", said, { href: `#${field}` }) : said);
      items.append(item);
      if (!input?.id) continue;
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", `${field}-error`);
      input.before(make("p", said, { className: "error", id: `${field}-error` }));
    }
    const title = make("p", "");
    title.append(make("b", sync.dataset.refused));
    box.append(title, items);
    form.prepend(box);
    draw();
    box.focus();
  };
  const clean = (form) => {
    for (const each of form.querySelectorAll(".error, .note.bad")) each.remove();
    for (const each of form.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
  };
  const edit = (one) => {
    const form = document.querySelector("form[data-entry]");
    if (!form) return;
    clean(form);
    for (const [name, value] of new URLSearchParams(one.body)) {
      const field = form.elements[name];
      if (field?.type === "checkbox") field.checked = true;
      else if (field && "value" in field) field.value = value;
    }
    refuse(form, one);
  };
  const enter = async (form, submitter) => {
    if (kept) return;
    const body = new URLSearchParams(new FormData(form, submitter)), once = form.dataset.entry === "once";
    for (const name of ["request_key", "entry_id"]) body.delete(name);
    const number = body.get("quantity") ?? "", design = body.get("design_id") ?? undefined;
    const one = { id: uuid(), who, to: new URL(form.action).pathname, body: `${body}`, said: form.dataset.said, design, at: Date.now() };
    if (/^\d{1,6}$/.test(number)) one.n = +number;
    kept = { id: one.id, form };
    clean(form);
    form.inert = true;  // what would be typed now would go when the form is emptied
    await step((all, put, drop) => {
      all.filter((e) => e.id === form.dataset.edit).forEach(drop);
      // What was tapped before goes before.
      for (const e of all.filter((e) => e.taps && own(e))) {
        seal(e);
        put(e);
      }
      put(one);
    });
    delete form.dataset.edit;
    await Promise.race([go(true), wait(4000)]);
    await refresh();
    form.inert = false;
    if (!kept || kept.id !== one.id || list.find((e) => e.id === one.id)?.done) return;
    if (once) form.hidden = true;
    else {
      kept = undefined;
      form.reset();
      for (const field of form.elements) field.dispatchEvent(new Event("input"));
    }
    sync.scrollIntoView({ block: "center" });
  };

  document.addEventListener("submit", (event) => {
    const { tap: n, undo: back, entry } = event.target.dataset;
    if (event.target.getAttribute("action") === "/sign-out" && unsent().length && !confirm(sync.dataset.leave.replace("{n}", unsent().length))) event.preventDefault();
    if (event.defaultPrevented || !(n || entry || back !== undefined)) return;
    event.preventDefault();
    if (n) tap(+n);
    else if (entry) enter(event.target, event.submitter);
    else undo();
  });
  at("copy")?.addEventListener("click", async ({ target }) => {
    const fields = (one) => [...new URLSearchParams(one.body)].filter(([name]) => !/_id$|_key$/.test(name)).map((pair) => pair.join("=")).join(", ");
    const lines = mine().filter((one) => !one.done).map((one) => [new Date(one.at).toLocaleString(language), told(one), fields(one), why(one)].filter(Boolean).join(" · "));
    await navigator.clipboard.writeText(lines.join("\n"));
    target.textContent = target.dataset.copied;
  });
  if (at("copy")) at("copy").hidden = !navigator.clipboard;
  // Whoever leaves the page leaves the rest to the worker, or to the next page.
  const leave = () => {
    const worker = navigator.serviceWorker?.controller;
    if (worker) worker.postMessage("send");
    else send(true);
  };
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => document.hidden ? leave() : go());
  addEventListener("online", go);
  addEventListener("pageshow", (event) => { if (event.persisted) go(true); });
  addEventListener("beforeunload", (event) => { if (memory && unsent().length) event.preventDefault(); });
  channel?.addEventListener("message", refresh);
  self.entries.told = refresh;

  // Without a network, the worker opens what is saved here.
  const within = (promise, ms) => Promise.race([promise, wait(ms)]);
  const copy = async (path) => (await caches.open("pages")).match(path, { ignoreVary: true });
  const save = async (paths) => {
    await navigator.serviceWorker.register("/sw.js");
    const known = await within(navigator.serviceWorker.ready, 20000), line = new MessageChannel();
    if (!known) return false;
    const answer = new Promise((done) => { line.port1.onmessage = ({ data }) => done(data); });
    known.active.postMessage({ save: paths }, [line.port2]);
    return await within(answer, 60000) || (await Promise.all(paths.map(copy))).every(Boolean);
  };
  const ready = at("ready"), paths = ready ? ready.dataset.pages.split(" ") : [here, ...Array.from(document.querySelectorAll(".tabs a"), (one) => one.pathname)];
  const prepare = async () => {
    const button = ready.querySelector("button"), tick = (id, done) => {
      at(id).hidden = false;
      at(id).classList.toggle("no", !done);
      at(id).querySelector("span").textContent = at(id).dataset[done ? "done" : "not"];
      return done;
    };
    navigator.storage?.persist?.();
    await change(() => {});
    button.hidden = [tick("keeps", !memory), tick("saved", await save(paths).catch(() => false))].every(Boolean);
  };
  if (ready && paths.length > 1) {
    ready.hidden = false;
    ready.querySelector("button").addEventListener("click", prepare);
    navigator.serviceWorker?.getRegistration().then((known) => known?.active && prepare()).catch(() => {});
  } else if (!ready && paths.length > 1 && navigator.serviceWorker && self.caches) copy(here).then((known) => known || save(paths)).catch(() => {});
  const name = (all, put) => all.filter((e) => own(e) && e.who !== who).forEach((e) => put(Object.assign(e, { who })));
  change(name).then(refresh).then(() => {
    const one = list.find((e) => `#edit-${e.id}` === location.hash && e.words);
    if (one) edit(one);
    const same = unsent().find((e) => e.to === here && !e.n && !e.taps), entered = document.querySelector("form[data-entry=once]");
    if (same && entered) {
      entered.hidden = true;
      kept = { id: same.id, form: entered };
    }
    go(true);
  });
})();
