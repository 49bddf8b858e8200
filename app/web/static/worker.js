// Opens a champion's pages without a network, as they were, and sends what waits on this phone.
// The server writes before this: BUILD, FILES, QUEUE.
"use strict";
importScripts(QUEUE);
const PAGES = "pages", PATIENCE = 2500;
const OURS = /^\/(home|claims\/\d+(\/(hand-out|met|box|close))?)$/;
const SOMEBODY_ELSE = /^\/(sign-out|sign-in\/(code|go|demo)|me\/erase|me\/sessions\/\d+\/end|membership\/open)$/;

const name = (url) => url.pathname + (url.searchParams.has("design") ? `?design=${url.searchParams.get("design")}` : "");
const plain = (url) => [...url.searchParams.keys()].every((one) => one === "design");
const keep = async (url, answer) => {
  if (!answer.ok || answer.redirected || !plain(url)) return "";
  const text = await answer.text(), headers = new Headers(answer.headers);
  for (const one of ["Content-Encoding", "Content-Length", "Set-Cookie", "Vary"]) headers.delete(one);
  const copy = new Response(text.replace("<html", `<html data-copy="${Date.now()}"`), { headers });
  await (await caches.open(PAGES)).put(name(url), copy);
  return text;
};
// A line that is slow is worse than none: after a while, what is here is shown.
const first = async (answer, copy) => {
  if (!copy) return answer;
  const said = await Promise.race([answer.catch(() => {}), new Promise((done) => setTimeout(done, PATIENCE))]);
  return said && said.status < 500 ? said : copy;
};
// Whoever is sent to sign in is not signed in any more, wherever that was ended.
const over = (answer) => answer.type === "opaqueredirect" || answer.status === 401;
// What waits here may be of somebody who was erased; of others, it goes on waiting.
const left = () => Promise.all([caches.delete(PAGES), entries.send(true)]);
const page = async (event, url) => {
  const answer = fetch(event.request);
  event.waitUntil(answer.then((said) => over(said) ? left() : keep(url, said.clone())).catch(() => {}));
  return first(answer, await caches.match(name(url), { cacheName: PAGES, ignoreVary: true }));
};
// A file of before, which the server would send as it is now, is sent as it is in this build.
const file = async (request, url) => {
  const known = await caches.match(request, { ignoreVary: true });
  if (known) return known;
  const end = url.pathname.replace(/^\/static\/[^/]*/, ""), cache = await caches.open(BUILD);
  const same = FILES.find((one) => one.endsWith(end));
  return first(fetch(request), same && await cache.match(same));
};
const save = async (paths) => {
  for (const path of paths) {
    const url = new URL(path, location);
    const text = await keep(url, await fetch(url, { headers: { Accept: "text/html" }, redirect: "error" }));
    if (!text) throw path;
    if (!url.search) await save(Array.from(text.matchAll(/href="(\/claims\/\d+\/hand-out\?design=\d+)"/g), (found) => found[1]));
  }
};

addEventListener("install", (event) => {
  event.waitUntil(caches.open(BUILD).then((cache) => cache.addAll(FILES)).then(() => skipWaiting()));
});
addEventListener("activate", (event) => {
  const old = async () => {
    for (const one of await caches.keys()) if (one !== BUILD && one !== PAGES) await caches.delete(one);
    await clients.claim();
  };
  event.waitUntil(old());
});
addEventListener("message", (event) => {
  if (event.data === "send") event.waitUntil(entries.send(true));
  else event.waitUntil(save(event.data.save).then(() => true, () => false).then((done) => event.ports[0].postMessage(done)));
});
addEventListener("sync", (event) => event.waitUntil(entries.send(true)));
addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (url.origin !== location.origin) return;
  // What is here was for whoever was signed in. The request itself is left alone.
  if (request.method === "POST" && SOMEBODY_ELSE.test(url.pathname)) event.waitUntil(caches.delete(PAGES));
  if (request.method !== "GET") return;
  if (url.pathname.startsWith("/static/")) event.respondWith(file(request, url));
  else if (OURS.test(url.pathname)) event.respondWith(page(event, url));
});
