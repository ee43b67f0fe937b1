import CivilTime
import DurableFiles
import Foundation
import GroundswellEngine
import Testing

/// What is typed and what is printed; a failure stands after `! `.
@Suite("Cells")
struct TranscriptTests {
  static func transcript(_ cells: [String], files: [String: String] = [:]) async throws -> String {
    let folder = NSTemporaryDirectory() + "transcript-" + UUID().uuidString
    try DurableFiles.createFolder(folder)
    defer { try? DurableFiles.remove(folder) }
    for (name, content) in files {
      let bytes = Array(content.replacingOccurrences(of: "DIR", with: folder).utf8)
      try DurableFiles.replace(folder + "/" + name, with: bytes)
    }
    let noon = try #require(Timestamp("2019-04-10T12:00:00Z"))
    let session = try Session(workspace: folder) { noon }
    var printed: [String] = []
    for cell in cells {
      let result = await session.run(Cell(cell.replacingOccurrences(of: "DIR", with: folder)))
      printed += result.outputs.map(\.plainText)
      if let failure = result.failure { printed.append("! " + failure) }
    }
    return printed.joined(separator: "\n").replacingOccurrences(of: folder, with: "DIR")
  }

  static let events = """
    {"timestamp":"2019-04-10T09:10:00Z","favorite":4}
    {broken
    {"timestamp":"2019-04-10T10:10:00Z","favorite":"many"}
    {"timestamp":"2019-04-10T09:20:00Z","favorite":2}
    {"favorite":7}
    {"timestamp":"2019-04-10T11:59:00Z","favorite":1}

    """

  static let defined = [
    "send --from DIR/events.jsonl", "stream s --schema 'timestamp TIMESTAMP, favorite INT'",
    "aggregate a --from s --window 1h --avg favorite --as average --count",
  ]

  @Test("keep malformed events aside and go on")
  func malformed() async throws {
    let printed = try await Self.transcript(
      Self.defined + ["write a --to t", "SELECT * FROM t;", "write a --to t", "queries", "show s --limit 2"],
      files: ["events.jsonl": Self.events])
    #expect(
      printed == """
        Sent event: {"timestamp":"2019-04-10T09:10:00Z","favorite":4}
        Sent event: {broken
        Sent event: {"timestamp":"2019-04-10T10:10:00Z","favorite":"many"}
        Sent event: {"timestamp":"2019-04-10T09:20:00Z","favorite":2}
        Sent event: {"favorite":7}
        ...
        sent 6 events to the hub default
        root
         |-- timestamp: timestamp (nullable = true)
         |-- favorite: integer (nullable = true)
        root
         |-- groupTime: timestamp (nullable = true)
         |-- average: double (nullable = true)
         |-- count: long (nullable = true)
        a → t: 6 new events in 1 batch, 2 windows
        kept aside 2 events that did not fit the schema
          partition 0, offset 1: no JSON from byte 1 on
          partition 0, offset 2: favorite: "many" is no INT
        left out 1 event without a time
        ┌──────────────────────┬─────────┬────────┐
        │ groupTime            │ average │  count │
        │ timestamp            │  double │ bigint │
        ├──────────────────────┼─────────┼────────┤
        │ 2019-04-10T09:00:00Z │       3 │      2 │
        │ 2019-04-10T11:00:00Z │       1 │      1 │
        └──────────────────────┴─────────┴────────┘
        a → t: 0 new events in 0 batches, 2 windows
        kept aside 2 events that did not fit the schema
        left out 1 event without a time
        ┌────────┬────────┬──────────┬────────┬────────┬───────────┬────────┬─────────┬────────┬────────┬────────────┐
        │ query  │ table  │ mode     │  batch │ events │ watermark │    lag │ windows │ state  │   late │ kept aside │
        │ string │ string │ string   │ bigint │ bigint │ timestamp │ bigint │  bigint │ string │ bigint │     bigint │
        ├────────┼────────┼──────────┼────────┼────────┼───────────┼────────┼─────────┼────────┼────────┼────────────┤
        │ a      │ t      │ complete │   NULL │      0 │ NULL      │      0 │       2 │ NULL   │      0 │          2 │
        └────────┴────────┴──────────┴────────┴────────┴───────────┴────────┴─────────┴────────┴────────┴────────────┘
        ┌──────────────────────┬──────────┐
        │ timestamp            │ favorite │
        │ timestamp            │      int │
        ├──────────────────────┼──────────┤
        │ 2019-04-10T09:10:00Z │        4 │
        │ 2019-04-10T09:20:00Z │        2 │
        └──────────────────────┴──────────┘
        2 events on the way did not fit the schema:
          no JSON from byte 1 on
          favorite: "many" is no INT
        """)
  }

  @Test("show a hub's partitions: a batch to each in turn")
  func hub() async throws {
    let printed = try await Self.transcript(
      ["connect hub h --partitions 2", "send --from DIR/events.jsonl", "send --from DIR/events.jsonl", "hub"],
      files: ["events.jsonl": Self.events])
    #expect(
      printed.hasSuffix(
        """
        ┌───────────┬────────┬────────┬────────┬────────┐
        │ partition │  first │   next │ events │ size   │
        │    bigint │ bigint │ bigint │ bigint │ string │
        ├───────────┼────────┼────────┼────────┼────────┤
        │         0 │      0 │      6 │      6 │ 298 B  │
        │         1 │      0 │      6 │      6 │ 298 B  │
        └───────────┴────────┴────────┴────────┴────────┘
        the hub h, embedded, in DIR/hubs/h
        """), "\(printed)")
  }

  @Test(
    "that are wrong say what is wrong and what to do",
    arguments: [
      (
        ["send --from DIR/none.csv"],
        "! cannot read DIR/none.csv: No such file or directory\ncheck the path; a relative one begins at the folder where the program was started"
      ),
      (
        ["send --from DIR/no-time.csv"],
        "! DIR/no-time.csv has no column that looks like a time: its columns are when, likes\nname it with --time COLUMN; found by themselves are timestamp, created_at, createdat, datetime, date_time, date, time"
      ),
      (["send --from DIR"], "! cannot read DIR: Is a directory\nname a file, not a folder"),
      (["send"], "! send: send what? --sample, --from FILE, --query SEARCH or --tag TAG: one of them\ntry: help send"),
      (
        ["stream s --schema 'a INT'"],
        "! there is no hub 'default'\nconnect one: connect hub NAME; or fill one: send --sample"
      ),
      (
        ["connect hub h", "stream s --schema 'a INTT'"],
        "connected to the hub h: embedded, 1 partition, 0 events\n! there is no type 'INTT'\ndid you mean 'INT'?"
      ),
      (
        ["connect hub kafka://no.example:9092"],
        "! 'kafka://no.example:9092' names no topic\nwrite kafka://HOST:9092/TOPIC, or add --hub TOPIC"
      ),
      (
        ["connect hub DIR/events.jsonl"],
        "! cannot create the folder DIR/events.jsonl: Not a directory\na file stands where a folder should be; name another place or move it away"
      ),
      (
        ["aggregate a --from s --window 1h --avg x"],
        "! there is no stream 's'\nstream NAME --schema \"timestamp TIMESTAMP, …\""
      ),
      (["write a --to t"], "! there is no aggregate 'a'\naggregate NAME --from STREAM --window 1h --avg FIELD"),
      (["show twets"], "! there is no stream, aggregate, table or view 'twets'\nwrite AGGREGATE --to TABLE makes one"),
      (["detect last t"], "! there is no table or view 't'\nwrite AGGREGATE --to TABLE makes one"),
      (
        ["detect lst t"],
        "! detect: it does not know 'lst'\ndid you mean 'last'?"
      ),
      (
        ["write a --to t --tableau u"],
        "! write: there is no option '--tableau'\nthere are --to, --mode, --trigger, --query, --checkpoint, --restart, --add-columns, --events-per-batch, --on-gap, --partition-by, --compression"
      ),
      (["send --sampel"], "! send: there is no option '--sampel'\ndid you mean '--sample'?"),
      (["tables --all"], "! tables: there is no option '--all'\nit takes no options"),
      (
        ["detect last t --granularity hourley"],
        "! detect: --granularity does not take 'hourley'\ndid you mean 'hourly'?"
      ),
      (["show t --limit many"], "! show: The value 'many' is invalid for '--limit <limit>'\ntry: help show"),
      (
        ["run DIR/events.jsonl.ipynb"],
        "! Cannot read the notebook DIR/events.jsonl.ipynb: no such file or folder.\nCheck the path; a relative one starts at the folder where the program was started."
      ),
      (["notebook save DIR/n.ipynb"], "! there are no cells to save\nrun some at the prompt first, or open a notebook"),
      (
        ["send --from DIR/open.csv"],
        "! DIR/open.csv, line 2: the quoted field that begins there does not end\nadd the \" at its end, or double the one at its beginning"
      ),
      (
        ["send --from DIR/bad.csv"],
        "! DIR/bad.csv: none of its 1 row makes an event; line 2: 'x' is no time\nname the columns that hold time and number: --time COLUMN --value COLUMN; times are read as \(Timestamp.writtenForms)"
      ),
      (
        ["CREATE TABLE t AS SELECT 1;"],
        "! SQL: tables are read-only here: SELECT, WITH, CREATE VIEW and DROP VIEW\ncorrect the statement and run it again"
      ),
      (
        ["SELECT 1 AS one;\n\nSELECT\n  two;"],
        "┌────────┐\n│    one │\n│ bigint │\n├────────┤\n│      1 │\n└────────┘\n! SQL at line 4, column 3: no such column: two\ncorrect the statement and run it again"
      ),
      (
        [
          "CREATE VIEW v(b) AS SELECT 1;\nCREATE OR REPLACE VIEW v(b) AS SELCT 2;",
          "CREATE OR REPLACE VIEW v(b) AS SELECT 3;\nSELECT * FROM v;",
        ],
        "! SQL at line 2, column 32: near \"SELCT\": syntax error\ncorrect the statement and run it again\n┌────────┐\n│      b │\n│ bigint │\n├────────┤\n│      3 │\n└────────┘"
      ),
      (
        ["run DIR/itself.gsw"],
        "! DIR/itself.gsw, cell 'cell-1': DIR/itself.gsw is being run, and would run itself without end\ntake the cell that runs it out"
      ),
      (["rerun 1"], "! there is no cell 1\nthe notebook has 0 cells: cells lists them"),
      (["tables"], "no tables yet: write AGGREGATE --to TABLE makes one"),
    ])
  func errors(cells: [String], printed: String) async throws {
    let files = [
      "events.jsonl": Self.events, "no-time.csv": "when,likes\n1,2\n", "open.csv": "date,likes\n2020-01-01,\"3\n",
      "bad.csv": "date,likes\nx,1\n", "itself.gsw": "# %%\nrun DIR/itself.gsw\n",
    ]
    let actual = try await Self.transcript(cells, files: files)
    #expect(actual == printed)
  }

  @Test(
    "that do not fit what was defined say so",
    arguments: [
      (
        "aggregate b --from s --window 1h --avg favourite",
        "! there is no field 'favourite'\ndid you mean 'favorite'?"
      ),
      (
        "aggregate b --from s --window 1 --avg favorite",
        "! '1' is no span of time\nwrite a whole number and a unit: 500ms, 90s, 30 minutes, 1h, 1 day, 2 weeks"
      ),
      (
        "aggregate b --from s --window 1h",
        "! nothing is aggregated\nadd one of --avg, --sum, --count, --min, --max, --median FIELD"
      ),
      (
        "aggregate b --from s --window 1h --as x --avg favorite",
        "! aggregate: --as stands behind the column that it names: --avg favorite --as average\ntry: help aggregate"
      ),
      (
        "aggregate b --from s --window 1h --count --where 'likes > 1'",
        "! there is no field 'likes'\nthere are favorite, timestamp; or: name it in the stream's schema"
      ),
      ("aggregate b --from t --window 1h --count", "! there is no stream 't'\ndid you mean 's'?"),
      (
        "aggregate a --from s --window 1d --avg favorite --as average --count\nwrite a --to t",
        "! the checkpoint DIR/checkpoints/t/a belongs to another definition: window 1h, slide 1h → window 1d, slide 1d\nwrite to another table (--to NAME), or compute again in place of what this one holds (--restart)"
      ),
      (
        "aggregate a --from s --window 1h --count --as n\nwrite a --to t --checkpoint other",
        "! the table DIR/tables/t holds what another query wrote (checkpoint a): avg(favorite) as average, count(*) as count → count(*) as n\nwrite to another table (--to NAME), or replace what this one holds (--restart)"
      ),
      (
        "detect last t --value groupTime",
        "! 'groupTime' holds 2019-04-10T09:00:00Z, which is no number\nname another: --value COLUMN"
      ),
      (
        "detect last t --time tim", "! there is no column 'tim'\nthere are average, count, groupTime; or: --time COLUMN"
      ),
      ("SELECT * FROM tt;", "! SQL at line 1, column 15: no such table: tt\ndid you mean 't'?"),
      (
        "CREATE VIEW tt AS SELECT 1;\nwrite a --to tt",
        "! 'tt' is taken by a view\nchoose another name, or: DROP VIEW tt;"
      ),
      (
        "write a --to T --checkpoint other",
        "! 'T' is taken by the table 't', but for case\nchoose another name, or: write to 't'"
      ),
      ("aggregate b --from s --window 1h --avg=favorite --as=x", " |-- x: double (nullable = true)"),
      ("plot volume", "! there is no table or view 'volume'\nthere are t; or: write AGGREGATE --to TABLE makes one"),
      ("SELECT anomalydetect(groupTime, average) AS anomaly FROM t;", "│ NULL    │\n└─────────┘"),
    ])
  func misfits(cell: String, printed: String) async throws {
    let actual = try await Self.transcript(
      Self.defined + ["write a --to t", cell], files: ["events.jsonl": Self.events])
    #expect(actual.hasSuffix(printed), "\(actual.suffix(400))")
  }

  @Test("put a table back that was removed or overwritten, and refuse a hub that was begun anew")
  func identity() async throws {
    let folder = NSTemporaryDirectory() + "transcript-" + UUID().uuidString
    try DurableFiles.createFolder(folder)
    defer { try? DurableFiles.remove(folder) }
    try DurableFiles.replace(folder + "/events.jsonl", with: Array(Self.events.utf8))
    let session = try Session(workspace: folder)
    func run(_ cell: String) async -> String {
      let result = await session.run(Cell(cell.replacingOccurrences(of: "DIR", with: folder)))
      return result.failure ?? result.outputs.last?.plainText ?? ""
    }
    for cell in Self.defined + ["write a --to t"] { _ = await run(cell) }
    let written = await run("SELECT * FROM t;")
    try DurableFiles.remove(folder + "/tables/t")
    #expect(await run("write a --to t").hasPrefix("a → t: 0 new events in 1 batch, 2 windows"))
    #expect(await run("SELECT * FROM t;") == written)
    _ = await run("aggregate b --from s --window 1d --avg favorite --as average --count\nwrite b --to t --restart")
    let others = await run("SELECT * FROM t;")
    #expect(others != written)
    let refused = await run("write a --to t")
    #expect(refused.contains("holds what another query wrote (checkpoint b): window 1d, slide 1d → "))
    #expect(await run("SELECT * FROM t;") == others)
    #expect(await run("write a --to t --restart").contains(" new events in 1 batch, 2 windows"))
    #expect(await run("SELECT * FROM t;") == written)
    #expect(await run("write a --to t").hasPrefix("a → t: 0 new events in 0 batches, 2 windows"))
    try DurableFiles.remove(folder + "/hubs/default")
    for cell in Self.defined { _ = await run(cell) }
    #expect(await run("write a --to t").contains("belongs to another definition: hub default"))
  }

  @Test("leave out a window that is not over, and name missing hours")
  func windows() async throws {
    let hours = (0..<40).filter { $0 != 7 }.map { hour -> String in
      let time = Timestamp(seconds: 1_554_746_400 + Int64(hour) * 3_600)
      return #"{"timestamp":"\#(time)","favorite":\#(hour % 5 + 10)}"#
    }
    let cells = Self.defined + ["write a --to t", "detect last t", "detect last t --include-incomplete"]
    let printed = try await Self.transcript(cells, files: ["events.jsonl": hours.joined(separator: "\n")])
    #expect(printed.contains("the window of 2019-04-10T09:00:00Z is not over") == false)
    #expect(
      printed.contains("1 point is missing (2019-04-09T01:00:00Z): a season fills them, else they are passed over"))
    let late = hours + [#"{"timestamp":"2019-04-10T12:00:00Z","favorite":99}"#]
    let filling = try await Self.transcript(cells, files: ["events.jsonl": late.joined(separator: "\n")])
    #expect(
      filling.contains("the window of 2019-04-10T12:00:00Z is not over: left out (--include-incomplete judges it too)"))
    #expect(filling.contains("│ 2019-04-10T12:00:00Z │"))
    // A sliding window is over when its length has passed, not when the next one begins.
    let sliding = try await Self.transcript(
      [
        Self.defined[0], Self.defined[1], "aggregate h --from s --window 2h --slide 1h --count", "write h --to h",
        "detect last h",
      ], files: ["events.jsonl": late.joined(separator: "\n")])
    #expect(sliding.contains("2 windows from 2019-04-10T11:00:00Z on are not over"))
  }
}
