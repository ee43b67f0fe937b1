import CivilTime
import DurableFiles
import Foundation
import GroundswellEngine
import NotebookFormat
import Testing

/// The examples that help shows, taken from its texts and run.
@Suite("Examples in help")
struct ExamplesTests {
  /// Lines that are set in by two blanks and begin as a command or SQL does.
  static func examples(in help: String) -> [String] {
    help.split(separator: "\n").map(String.init).filter { line in
      guard line.hasPrefix("  "), !line.hasPrefix("   ") else { return false }
      let first = String(line.dropFirst(2).prefix { $0.isLetter })
      return CommandList.names.contains(first) || SQLKeyword.begins(with: first)
    }
  }

  /// What there is when the examples run: the sample in a hub, a stream, aggregates, tables, files of tweets and prices.
  static let prepared = [
    "send --sample", "stream messages --schema 'timestamp TIMESTAMP, favorite INT, lang STRING'",
    "aggregate hourly --from messages --window 1h --avg favorite --as average --count --as tweets",
    "aggregate closing --from messages --window 1h --count --watermark 1h", "write hourly --to tweets", "note a note",
    "tables",
  ]

  static let files = [
    "tweets.csv": "created_at,likes\n2019-04-01T00:00:00Z,3\n", "prices.csv": "day,price\n2019-04-01,3\n",
    "tweets.js":
      "window.YTD.tweets.part0 = [ {\"tweet\":{\"created_at\":\"Wed Oct 10 20:19:24 +0000 2018\",\"favorite_count\":\"3\"}} ]",
    "more.jsonl": "{\"day\":\"2019-04-02\",\"price\":4,\"shop\":\"a\"}\n",
    "corrections.csv": "day,price\n2019-04-01,5\n", "readings.csv": "2019-04-01,5\n",
    "answer.json": "{\"data\":[{\"sensor\":{\"at\":1554076800,\"celsius\":21.5}}]}",
    "old.csv": "day,price\n2019-04-01,3\n", "export.csv": "Tweet id,Tweet permalink\n1,https://x.example/1\n",
  ]

  #if Kafka
    static let kafka = ["connect hub kafka://kafka.example:": "unknown host 'kafka.example'"]
  #else
    static let kafka = ["connect hub kafka://kafka.example:": "this program was built without Kafka"]
  #endif

  /// Those that cannot run here, with the reason that they give.
  static let elsewhere = kafka.merging([
    "edit": "edit needs a terminal", "tour": "tour needs a terminal",
    "history send": "no cell contains 'send'",
    "connect twitter": "environment variable X_BEARER_TOKEN is not set",
    "send --query": "X is not connected", "send --tag": "a Mastodon server is not connected",
    "connect hub env:": "environment variable EVENT_HUB is not set",
    "connect hub kafka://kafka.example/": "environment variable PW is not set",
  ]) { $1 }

  @Test("run as they stand, command by command", arguments: CommandList.names + ["sql"])
  func run(name: String) async throws {
    let folder = NSTemporaryDirectory() + "examples-" + UUID().uuidString
    try DurableFiles.createFolder(folder)
    defer { try? DurableFiles.remove(folder) }
    for (file, text) in Self.files { try DurableFiles.replace(folder + "/" + file, with: Array(text.utf8)) }
    let now = try #require(Timestamp("2019-04-22T00:00:00Z"))
    let session = try Session(workspace: folder + "/workspace") { now }
    let help = await session.run(Cell("help \(name)")).outputs.map(\.plainText).joined()
    let examples = Self.examples(in: help)
    #expect(!examples.isEmpty, "help \(name) has no example")
    // The notebooks write the table themselves, and it belongs to one query.
    for cell in Self.prepared where name != "run" || !cell.hasPrefix("write") {
      _ = await session.runAndKeep(Cell(cell))
    }
    let needsQuery = ["wait", "query", "stop", "queries"].contains(name)
    if needsQuery { _ = await session.run(Cell("write hourly --to tweets --trigger continuous --query hourly")) }
    for example in examples {
      let result = await session.runAndKeep(Cell(Self.placed(example, in: folder)))
      let expected = Self.elsewhere.first { example.dropFirst(2).hasPrefix($0.key) }?.value
      if let expected {
        #expect(result.failure?.hasPrefix(expected) == true, "\(example): \(result.failure ?? "no failure")")
      } else {
        #expect(result.failure == nil, "\(example)")
      }
    }
    await session.stopQueries()
  }

  /// With files where the test keeps them, and notebooks where the project does.
  private static func placed(_ example: String, in folder: String) -> String {
    var example = example
    for name in Array(files.keys) + ["tweets.parquet", "before.csv", "events.jsonl", "likes.ipynb", "likes.html"] {
      example = example.replacingOccurrences(of: " \(name)", with: " \(folder)/\(name)")
    }
    let notebooks = #filePath.components(separatedBy: "/Tests/")[0] + "/notebooks/"
    return example.replacingOccurrences(of: " notebooks/", with: " " + notebooks)
  }
}
