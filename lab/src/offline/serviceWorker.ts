/**
 * The service worker: keeps the files of one build, so that the lab opens without its server, and answers with the headers
 * that isolate a page, for hosts that send none. Nothing of the lab needs it. lab/build/offline.ts writes the constants.
 */
declare const FILES: readonly (readonly [path: string, integrity: string])[];
/** Of all files and of this script: no two builds that differ have the same. */
declare const VERSION: string;
declare const HEADERS: Readonly<Record<string, string>>;

interface LifeEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface RequestEvent extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}
// The compiler knows `self` as a window; this is the part of a service worker that is used here.
const worker = self as unknown as {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: LifeEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: RequestEvent) => void): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
};

/** Where this lab lies; another on the same host has caches of its own. */
const { scope } = worker.registration;
const ours = `gradus-lab ${scope} `;
const addressOf = (path: string): string => new URL(path, scope).href;
const kept = new Set(FILES.map(([path]) => addressOf(path)));
const version = ours + VERSION;

/** All files, or none: one whose hash is another's (a host in the middle of an upload) ends it, and the old version stays. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(version);
  try {
    await Promise.all(
      FILES.map(async ([path, integrity]) => {
        const address = addressOf(path);
        const before = path.startsWith("assets/") ? await caches.match(address) : undefined;
        const response = before ?? (await fetch(address, { integrity, cache: "no-cache" }));
        if (!response.ok) throw new Error(`${address} was answered with ${response.status}.`);
        await cache.put(address, response);
      }),
    );
  } catch (error) {
    await caches.delete(version);
    throw error;
  }
}

async function forgetOthers(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith(ours) && name !== version);
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function answer(address: string, request: Request): Promise<Response> {
  const found = (await caches.match(address, { cacheName: version })) ?? (await fetch(request));
  if (!found.ok) return found;
  const headers = new Headers(found.headers);
  for (const name of ["content-encoding", "content-length"]) headers.delete(name); // the body is unpacked already
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  return new Response(found.body, { status: found.status, headers });
}

worker.addEventListener("install", (event) => event.waitUntil(keepAll()));
worker.addEventListener("activate", (event) => event.waitUntil(forgetOthers().then(() => worker.clients.claim())));
worker.addEventListener("message", ({ data }) => {
  if (data === "replace") void worker.skipWaiting();
});
worker.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  const address = `${origin}${pathname}`.replace(/\/index\.html$/, "/");
  if (event.request.method === "GET" && kept.has(address)) event.respondWith(answer(address, event.request));
});
