// What a parser from npm sees in a feed, as JSON on stdout: node parse.cjs PARSER FILE
const fs = require("fs")

const list = (value) => (value === undefined || value === null ? [] : Array.isArray(value) ? value : [value])
const name = (author) => (typeof author === "string" ? author : author.name)

const parsers = {
  async "rss-parser"(text, form) {
    const Parser = require("rss-parser")
    const custom = [["dc:creator", "creators", { keepArray: true }], ["summary", "summary"]]
    const feed = await new Parser({ customFields: { item: custom } }).parseString(text)
    return feed.items.map((item) => ({
      id: form === "rss" ? item.guid : item.id,
      title: item.title,
      link: item.link,
      published: item.isoDate || item.pubDate,
      authors: form === "rss" ? list(item.creators).map((one) => one._ || one) : null,
      text: item.content || item.summary,
    }))
  },
  async feedparser(text) {
    const FeedParser = require("feedparser")
    const { Readable } = require("stream")
    return new Promise((resolve, reject) => {
      const seen = []
      const parser = new FeedParser({})
      parser.on("error", reject)
      parser.on("data", (item) =>
        seen.push({
          id: item.guid,
          title: item.title,
          link: item.link,
          published: item.pubdate && item.pubdate.toISOString(),
          authors: null,
          text: item.description,
        }))
      parser.on("end", () => resolve(seen))
      Readable.from([text]).pipe(parser)
    })
  },
  async "@extractus/feed-extractor"(text, form) {
    const extractor = await load("@extractus/feed-extractor")
    const options = { descriptionMaxLen: 0, normalization: true }
    const feed = form === "json"
      ? extractor.extractFromJson(JSON.parse(text), options)
      : extractor.extractFromXml(text, options)
    return feed.entries.map((item) => ({
      id: item.id, title: item.title, link: item.link, published: item.published, authors: null, text: item.description,
    }))
  },
  async feedsmith(text, form) {
    const { parseFeed } = await load("feedsmith")
    const { format, feed } = parseFeed(form === "json" ? JSON.parse(text) : text)
    if (format !== form) throw new Error(`taken for ${format}`)
    return list(feed.items || feed.entries).map((item) => ({
      id: (item.guid && item.guid.value) || item.id,
      title: typeof item.title === "object" ? item.title.value : item.title,
      link: item.link || item.url || list(item.links).find((one) => one.rel === "alternate").href,
      published: item.pubDate || item.published || item.date_published,
      authors: list((item.dc && (item.dc.creators || item.dc.creator)) || item.authors).map(name),
      text: item.description || (item.summary && item.summary.value) || item.summary || item.content_html,
    }))
  },
}

// Modules that can only be imported are not looked for in NODE_PATH; required, they are.
async function load(module) {
  try {
    return require(module)
  } catch {
    return import(require("url").pathToFileURL(require.resolve(module)).href)
  }
}

async function main() {
  const [parser, file] = process.argv.slice(2)
  const seen = await parsers[parser](fs.readFileSync(file, "utf8"), file.split(".").pop())
  const whole = (one) => Object.fromEntries(Object.entries(one).map(([key, value]) => [key, value ?? null]))
  process.stdout.write(JSON.stringify(seen.map(whole)))
}

main().catch((error) => {
  process.stderr.write(String(error.stack || error))
  process.exit(1)
})
