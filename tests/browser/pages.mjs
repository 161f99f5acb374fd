// What people see, in a browser: every page without serious fault for those who cannot see it, in light and in dark, on narrow and on
// wide screens, by keyboard, on paper, and without a script.
//
//   node pages.mjs BASE SITE FOLDER
//
// BASE is where newswire serves, SITE the address that its pages name, FOLDER its feeds folder. Prints what is wrong, a line each.

import { createRequire } from "node:module";
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";

const modules = process.env.NEWSWIRE_TEST_BROWSER;
if (!modules) throw new Error("NEWSWIRE_TEST_BROWSER is not set: run tests/all, which installs what this needs and names it there");
const require = createRequire(join(modules, "package.json"));
const { chromium } = require("playwright-core");
const axe = await readFile(require.resolve("axe-core/axe.min.js"), "utf8");

const [base, site, folder] = process.argv.slice(2);
const wrong = [];
const say = (where, what) => wrong.push(`${where}: ${what}`);
const expect = (where, what, found, wanted) => {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) say(where, `${what}: ${JSON.stringify(found)}, expected ${JSON.stringify(wanted)}`);
};

const PAGES = {
  front: "/",
  article: "/articles/harbour",
  "article in Arabic": "/articles/arabic",
  "feed at its own address": "/feeds/all.rss",
  "feed's page": "/feeds/all.html",
  "feed without entries": "/feeds/empty.atom",
  missing: "/articles/none",
  withdrawn: "/articles/withdrawn",
};
const WIDTHS = [320, 768, 1280];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || "/usr/bin/chromium", args: ["--no-sandbox"] });
const began = Date.now();

/** A page that reports whatever its console says. */
async function open(where, options = {}, url = PAGES[where] && base + PAGES[where]) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("console", (message) => {
    // A browser notes the status of a page that says why there is nothing to show.
    const status = /Failed to load resource: the server responded with a status of 4(04|10)/.test(message.text());
    const own = message.location().url === url;
    if (["error", "warning"].includes(message.type()) && !(status && own)) say(where, `the console says: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => say(where, `a script fails: ${error}`));
  await page.goto(url, { waitUntil: "load" });
  return page;
}

const EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function judge(where, page, rules = EVERYTHING) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate((runOnly) => window.axe.run(document, { runOnly }), rules);
  for (const { id, impact, help, nodes } of violations) say(where, `axe ${id} (${impact}): ${help}: ${nodes.map((node) => node.html).join(" | ")}`);
}

async function everyPage(where) {
  const page = await open(where, { colorScheme: "light" });
  const background = async (scheme) => {
    const colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).map(Number));
    expect(where, `its background is ${scheme}`, colour[0] > 128 ? "light" : "dark", scheme);
  };
  await background("light");
  await judge(`${where}, light`, page);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(where, `how far it reaches beyond a screen of ${width} pixels`, over, 0);
  }
  await page.emulateMedia({ colorScheme: "dark" });
  await background("dark");
  await judge(`${where}, dark`, page, ["color-contrast", "link-in-text-block"]);
  await page.emulateMedia({ media: "print" });
  const left = await page.evaluate(() => [...document.querySelectorAll(".skip, .button, .colophon")].filter((element) => element.checkVisibility()).length);
  expect(where, "what only helps on a screen and stands on paper", left, 0);
  await page.context().close();
}

/** What has the focus: its text or name, and whether that can be seen. */
const focused = () => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const seen = box.width > 0 && box.bottom > 0 && box.top < innerHeight && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return { name: element.getAttribute("id") || element.textContent.trim(), seen };
};

async function byKeyboard(where, expected) {
  const page = await open(where);
  const order = [];
  for (let count = 0; count < expected.length; count += 1) {
    await page.keyboard.press("Tab");
    const { name, seen } = await page.evaluate(focused);
    order.push(name);
    if (!seen) say(where, `'${name}' has the focus, which cannot be seen`);
  }
  expect(where, "the order by keyboard", order, expected);
  await page.goto(page.url());
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(where, "where the skip link leads", await page.evaluate(() => document.activeElement.id), "main");
  await page.context().close();
}

async function feedPage() {
  const where = "feed at its own address";
  const address = `${site}feeds/all.rss`;
  const encoded = encodeURIComponent(address);
  const page = await open(where, { permissions: ["clipboard-read", "clipboard-write"] });
  expect(where, "its address", await page.inputValue("#address"), address);
  const links = await page.$$eval(".readers a", (all) => all.map((link) => [link.textContent, link.getAttribute("href")]));
  expect(where, "the readers", links, [
    ["Reader app on this device", `feed:${address}`],
    ["Feedly", `https://feedly.com/i/subscription/feed%2F${encoded}`],
    ["Inoreader", `https://www.inoreader.com/?add_feed=${encoded}`],
    ["NewsBlur", `https://www.newsblur.com/?url=${encoded}`],
    ["The Old Reader", `https://theoldreader.com/feeds/subscribe?url=${encoded}`],
    ["Feedbin", `https://feedbin.com/?subscribe=${encoded}`],
  ]);
  await page.evaluate(() => navigator.clipboard.writeText("something else"));
  await page.getByRole("button", { name: "Copy" }).click();
  await page.getByRole("status").filter({ hasText: "Copied" }).waitFor({ timeout: 3000 });
  expect(where, "the clipboard", await page.evaluate(() => navigator.clipboard.readText()), address);
  // A script of the page's own asks for the feed and gets the feed.
  const asked = await page.context().request.get(base + PAGES[where]);
  expect(where, "what a program gets", asked.headers()["content-type"], "application/rss+xml; charset=utf-8");

  // An address that is not secure has no clipboard of that kind.
  const plain = await page.context().newPage();
  await plain.addInitScript(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  await plain.goto(base + "/feeds/empty.atom");
  await plain.getByRole("button", { name: "Copy" }).click();
  await plain.getByRole("status").filter({ hasText: "Copied" }).waitFor({ timeout: 3000 });
  await plain.close();
  await page.bringToFront();
  expect(where, "the clipboard, the old way", await page.evaluate(() => navigator.clipboard.readText()), `${site}feeds/empty.atom`);

  // Where nothing lets it be copied, it is selected.
  const refused = await page.context().newPage();
  await refused.addInitScript(() => {
    Object.defineProperty(navigator, "clipboard", { value: { writeText: () => Promise.reject(new Error("no")) } });
    document.execCommand = () => false;
  });
  await refused.goto(base + PAGES[where]);
  await refused.getByRole("button", { name: "Copy" }).click();
  await refused.getByRole("status").filter({ hasText: "selected" }).waitFor({ timeout: 3000 });
  expect(where, "what is selected", await refused.evaluate(() => {
    const field = document.activeElement;
    return field.value.slice(field.selectionStart, field.selectionEnd);
  }), address);
  await page.context().close();

  const bare = await open(where, { javaScriptEnabled: false });
  expect(where, "the copy button without a script", await bare.isVisible("button"), false);
  expect(where, "the address without a script", await bare.isVisible("#address"), true);
  await bare.context().close();
}

async function articlePage() {
  const where = "article";
  const page = await open(where);
  const data = await page.$eval('script[type="application/ld+json"]', (script) => JSON.parse(script.textContent));
  expect(where, "its linked data", [data["@type"], data.headline, data.mainEntityOfPage["@id"]], ["NewsArticle", await page.textContent("h1"), `${site}articles/harbour`]);
  for (const date of ["datePublished", "dateModified"]) if (Number.isNaN(Date.parse(data[date]))) say(where, `${date} is '${data[date]}'`);
  expect(where, "its image", [data.image[0].width, data.image[0].height], [960, 600]);
  expect(where, "its canonical link", await page.getAttribute('link[rel="canonical"]', "href"), `${site}articles/harbour`);
  expect(where, "its picture, as it is shown", await page.$eval(".lead img", (image) => image.complete && image.naturalWidth), 960);
  const sheet = (await page.pdf({ format: "A4" })).length;
  if (sheet < 10_000) say(where, `on paper there is nothing: ${sheet} bytes`);
  await page.context().close();

  const arabic = await open("article in Arabic");
  const runs = await arabic.evaluate(() => {
    const edge = document.querySelector("h1").getBoundingClientRect();
    const range = document.createRange();
    range.selectNodeContents(document.querySelector("h1"));
    return [document.documentElement.lang, document.documentElement.dir, Math.abs(range.getBoundingClientRect().right - edge.right) < 2];
  });
  expect("article in Arabic", "its language, its direction, and that its headline stands at the right", runs, ["ar", "rtl", true]);
  await arabic.context().close();
}

const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".rss": "text/xml", ".atom": "application/xml", ".png": "image/png" };

/** The feeds folder on a host that only gives files. */
async function staticHost() {
  const host = createServer(async (request, response) => {
    const file = decodeURIComponent(new URL(request.url, "http://host/").pathname).replace(/^\/feeds\//, "");
    const bytes = await readFile(join(folder, file)).catch(() => undefined);
    // No page here names an icon of its own where XML is shown, and browsers ask for one.
    const status = bytes ? 200 : file.endsWith("favicon.ico") ? 204 : 404;
    response.writeHead(status, { "Content-Type": TYPES[extname(file)] || "application/octet-stream" });
    response.end(bytes);
  });
  await new Promise((ready) => host.listen(0, "127.0.0.1", ready));
  const at = `http://127.0.0.1:${host.address().port}/feeds/`;
  const page = await open("feed's page as a file", {}, `${at}all.html`);
  await judge("feed's page as a file", page);
  expect("feed's page as a file", "its entries", (await page.$$eval(".latest h3 a", (all) => all.map((link) => link.href)))[0].startsWith(site), true);
  await page.context().close();
  for (const [file, entry] of [["all.rss", "item"], ["all.atom", "entry"]]) {
    const raw = await open(`raw ${file}`, {}, at + file);
    const shown = await raw.evaluate((entry) => {
      const shows = (element) => Boolean(element) && element.getClientRects().length > 0;
      const first = document.getElementsByTagName(entry)[0];
      const of = (name) => [...first.children].find((child) => child.localName === name);
      return [shows(of("title")), shows(of("encoded") || of("content")), getComputedStyle(of("title")).fontWeight];
    }, entry);
    expect(`raw ${file}`, "headline shown, text hidden, headline bold", shown, [true, false, "700"]);
    await raw.context().close();
  }
  host.close();
}

try {
  await Promise.all(Object.keys(PAGES).map(everyPage));
  await Promise.all([articlePage(), staticHost()]);
  // One after the other: there is one clipboard, and one window has the focus.
  await feedPage();
  await byKeyboard("feed at its own address", ["Skip to content", "Example Times", "address", "Copy", "Reader app on this device", "Feedly", "Inoreader"]);
  await byKeyboard("article", ["Skip to content", "Example Times"]);
  await byKeyboard("front", ["Skip to content", "Example Times"]);
} catch (error) {
  say("the test itself", error.stack);
} finally {
  await browser.close();
}
console.log(wrong.length ? wrong.join("\n") : `all is well after ${Date.now() - began} ms`);
process.exit(wrong.length ? 1 : 0);
