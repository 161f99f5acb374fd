// Reads feeds with feedsmith and prints as JSON what a feed reader would see of each: one object for each path given.
//
// Runs where node_modules is: tests/all installs it in target/node, and the tests start this file from there.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const packages = createRequire(join(process.env.NEWSWIRE_TEST_NODE, "package.json"));
const { parseAtomFeed, parseJsonFeed, parseOpml, parseRssFeed } = await import(pathToFileURL(packages.resolve("feedsmith")));

const text = (given) => (typeof given === "object" ? given?.value : given) ?? null;
const names = (people) => (people ?? []).map((person) => person.name ?? person);
const media = (found) => ({
  media: (found?.contents ?? []).map((one) => [one.url ?? null, one.type ?? null, one.fileSize ?? null]),
  thumbnails: (found?.thumbnails ?? []).map((one) => one.url),
  credits: (found?.contents ?? []).flatMap((one) => one.credits ?? []).map((credit) => credit.value),
  captions: (found?.contents ?? []).map((one) => one.description?.value).filter(Boolean),
});
const seconds = (date) => (date ? Math.floor(Date.parse(date) / 1000) : null);

const rss = (feed) => ({
  title: feed.title,
  description: feed.description ?? null,
  link: feed.link,
  language: feed.language ?? null,
  updated: seconds(feed.lastBuildDate),
  self: feed.atom?.links?.find((link) => link.rel === "self")?.href,
  entries: (feed.items ?? []).map((item) => ({
    id: item.guid?.value,
    link: item.link,
    title: item.title,
    summary: item.description ?? "",
    html: item.content?.encoded ?? null,
    published: seconds(item.pubDate),
    updated: seconds(item.atom?.updated ?? item.pubDate),
    authors: item.dc?.creators ?? [],
    contributors: item.dc?.contributors ?? [],
    tags: (item.categories ?? []).map((category) => category.name),
    language: item.xml?.lang ?? null,
    enclosures: (item.enclosures ?? []).map((one) => [one.url, one.type, one.length]),
    rights: item.dc?.rights?.[0] ?? null,
    ...media(item.media),
  })),
});

const atom = (feed) => ({
  title: text(feed.title),
  description: text(feed.subtitle),
  link: feed.links?.find((link) => link.rel === "alternate" && link.type === "text/html")?.href,
  language: feed.xml?.lang ?? null,
  updated: seconds(feed.updated),
  self: feed.links?.find((link) => link.rel === "self")?.href,
  entries: (feed.entries ?? []).map((entry) => ({
    id: entry.id,
    link: entry.links?.find((link) => link.rel === "alternate")?.href,
    title: text(entry.title),
    summary: text(entry.summary) ?? "",
    html: text(entry.content),
    published: seconds(entry.published),
    updated: seconds(entry.updated),
    authors: names(entry.authors),
    contributors: names(entry.contributors),
    tags: (entry.categories ?? []).map((category) => category.term),
    language: entry.xml?.lang ?? null,
    enclosures: (entry.links ?? []).filter((one) => one.rel === "enclosure").map((one) => [one.href, one.type ?? null, one.length ?? null]),
    rights: text(entry.rights),
    ...media(entry.media),
  })),
});

const json = (feed) => ({
  title: feed.title,
  description: feed.description ?? null,
  link: feed.home_page_url,
  language: feed.language ?? null,
  updated: null,
  self: feed.feed_url,
  entries: (feed.items ?? []).map((item) => ({
    id: item.id,
    link: item.url,
    title: item.title,
    summary: item.summary ?? "",
    html: item.content_html ?? null,
    published: seconds(item.date_published),
    updated: seconds(item.date_modified),
    authors: names(item.authors),
    contributors: [],
    tags: item.tags ?? [],
    language: item.language ?? null,
    enclosures: (item.attachments ?? []).map((one) => [one.url, one.mime_type, one.size_in_bytes ?? null]),
    image: item.image ?? null,
  })),
});

const read = (path) => {
  const bytes = readFileSync(path, "utf8");
  if (path.endsWith(".rss")) return rss(parseRssFeed(bytes));
  if (path.endsWith(".atom")) return atom(parseAtomFeed(bytes));
  if (path.endsWith(".opml")) return parseOpml(bytes);
  return json(parseJsonFeed(bytes));
};

process.stdout.write(JSON.stringify(process.argv.slice(2).map(read)));
