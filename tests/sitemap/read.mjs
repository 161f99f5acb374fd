// What the npm package `sitemap` reads in a sitemap or an index, as JSON; it ends with an error where anything is against its rules.
import { createReadStream } from "node:fs";
import { ErrorLevel, XMLToSitemapIndexStream, XMLToSitemapItemStream } from "sitemap";

const [kind, file] = process.argv.slice(2);
const Reader = kind === "index" ? XMLToSitemapIndexStream : XMLToSitemapItemStream;
const items = [];
for await (const item of createReadStream(file).pipe(new Reader({ level: ErrorLevel.THROW }))) items.push(item);
process.stdout.write(JSON.stringify(items));
