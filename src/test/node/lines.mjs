// Answers requests, one JSON object a line, with one JSON object a line each.
import { createInterface } from "node:readline";

export const base64 = (bytes) => Buffer.from(bytes).toString("base64").replace(/=+$/, "");
export const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));

export async function answer(verbs) {
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    try {
      console.log(JSON.stringify(await verbs[request.do](request)));
    } catch (error) {
      console.log(JSON.stringify({ failed: String(error) }));
    }
  }
}
