// The SHA-256 of a file, slice by slice so that memory stays flat, and beside the page so that it does not stall.
import { sha256 } from "./vendor/hashes/sha2.js";

const SLICE_BYTES = 4 * 1024 * 1024;

self.addEventListener("message", async ({ data: file }) => {
  const hash = sha256.create();
  try {
    for (let at = 0; at < file.size; at += SLICE_BYTES) {
      hash.update(new Uint8Array(await file.slice(at, at + SLICE_BYTES).arrayBuffer()));
      self.postMessage({ done: Math.min(at + SLICE_BYTES, file.size) });
    }
  } catch {
    self.postMessage({ isUnreadable: true }); // moved or changed since it was chosen
    return;
  }
  const hex = [...hash.digest()].map((each) => each.toString(16).padStart(2, "0")).join("");
  self.postMessage({ sha256: hex });
});
self.postMessage({ isReady: true });
