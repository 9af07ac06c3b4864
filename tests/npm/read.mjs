// Prints what other people's readers find in the documents of a folder, as JSON: the ids by the name of the file, or
// what they refuse it for. For `make feeds` (tests/feeds.py).

import { readdirSync, readFileSync } from "node:fs"
import { parse as parseCsv } from "csv-parse/sync"
import { parseAtomFeed, parseJsonFeed, parseOpml, parseRssFeed } from "feedsmith"

const readers = {
    atom: text => parseAtomFeed(text).entries?.map(entry => entry.id) ?? [],
    rss: text => parseRssFeed(text).items?.map(item => item.guid.value) ?? [],
    json: text => parseJsonFeed(text).items?.map(item => item.id) ?? [],
    // A line that is not JSON is refused, and so is one that holds anything but an object.
    ndjson: text => text.split("\n").slice(0, -1).map(line => Object.freeze(JSON.parse(line)).id),
    // Strict by default: quotes as in RFC 4180, the same number of cells in every row.
    csv: text => parseCsv(text, { columns: true, record_delimiter: "\r\n" }).map(row => row.id),
    opml: text => parseOpml(text).body?.outlines?.map(outline => outline.xmlUrl) ?? [],
}

const [folder] = process.argv.slice(2)
const found = readdirSync(folder).map(name => {
    const read = readers[name.split(".").pop()]
    try {
        return [name, read(readFileSync(`${folder}/${name}`, "utf8"))]
    } catch (error) {
        return [name, String(error)]
    }
})
console.log(JSON.stringify(Object.fromEntries(found)))
