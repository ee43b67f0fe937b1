import CivilTime
import EventHub
import Pipeline
import Testing

@testable import EventFiles
import HTTPClient
@testable import GroundswellEngine

/// Sentences of EventFiles and SQLEngine.
extension ErrorSentencesTests {
  @Test("of files of events and tables say what to mend", arguments: fileRows)
  func files(fault: EventFileError.Fault, sentences: String) {
    check(EventFileError(path: "t.csv", fault: fault), sentences)
  }

  private static let fileRows: [(EventFileError.Fault, String)] = [
    (.empty, "t.csv is empty\nchoose a file with rows"),
    (
      .openQuote(line: 2),
      "t.csv, line 2: a quoted field does not end\nclose the field with \", or double the \" at its beginning"
    ),
    (.longLine(line: 2), "t.csv, line 2: longer than 64 MB\nsplit it into lines"),
    (
      .damagedGzip("it ends in the middle"),
      "t.csv: damaged gzip: it ends in the middle\nget the file again; the part before the damage was sent"
    ),
    (
      .notText(TextFault(encoding: .utf8, offset: 48, bytes: [0xFC]), line: 2),
      "t.csv, line 2: byte 48 of the file is 0xFC, which is not UTF-8\nname the file's encoding: --encoding latin1, windows-1252, utf-16le, utf-16be"
    ),
    (
      .notText(TextFault(encoding: .utf8, offset: 1, bytes: [0]), line: 1),
      "t.csv, line 1: byte 1 of the file is 0x00, which is not text\nremove it, or name the file's encoding: --encoding utf-16le"
    ),
    (
      .notText(TextFault(encoding: .windows1252, offset: 1, bytes: [0x81]), line: 1),
      "t.csv, line 1: byte 1 of the file, 0x81, is not a character in windows-1252\nname the file's encoding: --encoding utf-8, latin1, windows-1252, utf-16le, utf-16be, utf-32le, utf-32be"
    ),
    (.unmarked(.utf16BigEndian), "t.csv looks like UTF-16BE\nname its encoding: --encoding utf-16be"),
    (
      .noObjects,
      "t.csv holds no JSON objects\nput one on each line, or all into an array; end the name of a table in .csv"
    ),
    (.noTweetArchive, "t.csv holds no tweets\nsend data/tweets.js of an X archive, which has counts of likes"),
    (
      .noTweets(count: 2, line: 1, reason: .missing("created_at", members: [])),
      "t.csv: no event in 2 tweets; line 1: created_at is missing\nask X's API v2 for tweet.fields=created_at,public_metrics"
    ),
    (
      .noEvents(rows: 1, line: 2, reason: .time("x")),
      "t.csv: no event in 1 row; line 2: invalid time 'x'\nname the columns of time and number: --time COLUMN --value COLUMN; times are read as \(Timestamp.writtenForms)"
    ),
    (
      .noEvents(rows: 1, line: 2, reason: .missing("'v'", members: ["a", "b"])),
      "t.csv: no event in 1 row; line 2: 'v' is missing; members: a, b\nname the columns of time and number: --time COLUMN --value COLUMN"
    ),
    (
      .noEvents(rows: 1, line: 2, reason: .fieldCount(3, header: 2)),
      "t.csv: no event in 1 row; line 2: 3 fields, but the header has 2\nname the columns of time and number: --time COLUMN --value COLUMN"
    ),
    (
      .noHeader("1,2"),
      "t.csv, line 1: '1,2' has values, not names of columns\nname them: --columns a,b,…; number them: --no-header; or keep them as names: --header"
    ),
    (
      .otherColumnCount(given: 3, found: 2),
      "t.csv: 3 names of columns, but 2 fields in the first line\nname each column once: --columns a,b,…"
    ),
    (
      .noColumn(.time, usual: ["timestamp", "time"], header: ["when", "likes"]),
      "t.csv has no column that looks like a time: its columns are when, likes\nname it: --time COLUMN; found without it are timestamp, time"
    ),
    (
      .noColumn(.number, usual: [], header: ["c1"]),
      "t.csv has no column that looks like a number: its columns are c1\nname it: --value COLUMN"
    ),
    (
      .unknownColumn("wehn", header: ["when", "likes"], closest: "when"),
      "t.csv has no column 'wehn'\ndid you mean 'when'?"
    ),
    (
      .unknownColumn("x", header: ["when", "likes"], closest: nil), "t.csv has no column 'x'\nchoose one of when, likes"
    ),
    (
      .ambiguousColumn("value", numbers: [2, 3]),
      "t.csv: columns 2 and 3 are called 'value'\nrename them: --header --columns a,b,…"
    ),
    (.notCSV, "t.csv is not CSV, and names its columns itself\nleave out --columns, --header and --no-header"),
    (.hasOwnTypes, "t.csv: Parquet has its own types\nleave out --types and --encoding"),
    (
      .fieldCount(1, header: 2, line: 2),
      "t.csv, line 2: 1 field, but 2 in the first line\ncorrect that line; nothing was imported"
    ),
    (.badObject(.notAnObject, line: 3), "t.csv, line 3: not a JSON object\ncorrect that line; nothing was imported"),
    (
      .badObject(.halfCharacter(member: "a"), line: 3),
      "t.csv, line 3: 'a' has half of a surrogate pair, which is not a character\ncorrect that line; nothing was imported"
    ),
    (
      .nested(column: "a", line: 1),
      "t.csv, line 1: 'a' is nested, which a table's column cannot be\nimport it as JSON text: --types 'a=STRING'; nothing was imported"
    ),
    (
      .misfit("x", column: "a", type: .long, line: 3),
      "t.csv, line 3: invalid BIGINT 'x' in 'a'\ncorrect that line, or choose another type; nothing was imported"
    ),
    (
      .badColumnName("Tweet id", number: 1),
      "t.csv: invalid column name 'Tweet id': blanks and any of ,;{}()= are not allowed\nrename it: --rename '1=Tweet_id'"
    ),
    (
      .repeatedColumnName("a", first: 1, second: 2),
      "t.csv: columns 1 and 2 are both called 'a' (case does not count)\nrename one: --rename 2=a2"
    ),
  ]

  @Test("of hub files, cursors and services say what to do", arguments: searchRows)
  func searches(error: any Explained, sentences: String) { check(error, sentences) }

  private static let x = XSearch(server: "https://x.example", token: Secret("t"))
  private static let mastodon = MastodonTimeline(server: "https://m.example", token: nil)

  private static let searchRows: [(any Explained, String)] = [
    (TableFileFormat.Unknown(path: "t.xls"), "t.xls: unknown format\nuse .csv, .jsonl or .parquet"),
    (
      HubFile.BadLine(location: "h.jsonl, line 3", fault: .notAnEvent),
      "h.jsonl, line 3: not an event of a hub, which has a partition and a body\nimport a file that hub export wrote; send other files: send --from FILE"
    ),
    (
      HubFile.BadLine(location: "h.jsonl, line 3", fault: .notBase64("key64")),
      "h.jsonl, line 3: key64 is not Base64\nimport a file that hub export wrote; send other files: send --from FILE"
    ),
    (
      SearchCursor.Damaged(path: "c.json"),
      "c.json is damaged\nremove it, and send everything again: send … --restart"
    ),
    (
      SearchCursor.Busy(holder: "groundswell (process 1)"),
      "groundswell (process 1) is sending what this search finds\nend it or wait for it; or send something else"
    ),
    (
      TweetServiceError(x, .rateLimit(until: nil), message: "Too Many Requests"),
      "x.example limits requests: Too Many Requests\nwait, and send again"
    ),
    (
      TweetServiceError(x, .usageCap),
      "x.example gives no more posts to this app\nsee its usage in the developer portal"
    ),
    (
      TweetServiceError(x, .noResponse(HTTPError(.unknownHost, server: "x.example"))),
      "unknown host 'x.example'\ncheck the name, and that this machine is online"
    ),
    (TweetServiceError(x, .unpaid), "x.example wants to be paid (402)\nbuy credits in the developer portal"),
    (TweetServiceError(x, .serverError(status: 500)), "x.example has an error of its own (500)\ntry again later"),
    (
      TweetServiceError(x, .redirect(to: "https://y.example")),
      "x.example redirects to https://y.example\nconnect to that server"
    ),
    (
      TweetServiceError(x, .refused(status: 401)),
      "x.example refused (401)\ncheck the app's bearer token in the environment"
    ),
    (
      TweetServiceError(x, .refused(status: 403)),
      "x.example refused (403)\ncheck in the developer portal that the app has access to search"
    ),
    (
      TweetServiceError(mastodon, .refused(status: 401)),
      "m.example refused (401)\ngive a token: connect mastodon m.example --token env:NAME"
    ),
    (TweetServiceError(x, .badRequest(status: 400)), "x.example did not take the query (400)\ncheck the query"),
    (
      TweetServiceError(mastodon, .noTagTimelines),
      "m.example has no timelines of tags (404)\ncheck that the server is Mastodon"
    ),
    (
      TweetServiceError(x, .notJSON("byte 1")),
      "x.example answered with invalid JSON: byte 1\ntry again, or check the server's address"
    ),
    (
      TweetServiceError(x, .noPage),
      "x.example answered without a page of posts\ntry again, or check the server's address"
    ),
    (TweetServiceError(x, .tooOld), "X finds posts of the last seven days only\nsend again with --restart"),
  ]

  @Test("of SQL say where, and what to do", arguments: sqlRows)
  func sql(error: SQLError, sentences: String) { check(error, sentences) }

  private static let sqlRows: [(SQLError, String)] = [
    (
      SQLError(message: "no such table: twets", statement: "SELECT *\nFROM twets", offset: 14, closest: "tweets"),
      "SQL at line 2, column 6: no such table: twets\ndid you mean 'tweets'?"
    ),
    (SQLError(message: "x", statement: "y"), "SQL: x\ncorrect the statement and run it again"),
    (SQLError(message: "x\ndo y", statement: "z"), "SQL: x\ndo y"),
    (
      SQLError(message: SQLError.interrupted, statement: "z"),
      "SQL: interrupted\nthe shell goes on; run it again for an answer"
    ),
    (
      SQLError(message: SQLError.tooManyRows, statement: "z"),
      "SQL: the answer has more than 1,000,000 rows\nadd a LIMIT, aggregate, or write it to a file: export TABLE FILE"
    ),
  ]
}
