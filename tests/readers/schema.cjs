// What the JSON Feed 1.1 schema of npm's jsonfeed-schema says of a feed, a line a fault: node schema.cjs FILE
const fs = require("fs")
const { Ajv } = require("ajv")

const valid = new Ajv({ allErrors: true, strict: false, validateFormats: false }).compile(require("jsonfeed-schema/v1.1"))

if (!valid(JSON.parse(fs.readFileSync(process.argv[2], "utf8")))) {
  for (const { instancePath, message } of valid.errors) process.stdout.write(`${instancePath} ${message}\n`)
}
