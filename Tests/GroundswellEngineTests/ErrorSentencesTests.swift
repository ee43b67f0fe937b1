import DurableFiles
import EventHub
import Foundation
import Pipeline
import Testing

@testable import GroundswellEngine

/// Every sentence that a person reads of an error: the problem, then the remedy.
@Suite("Error sentences")
struct ErrorSentencesTests {
  @Test("of the cell language name the word, and what was meant", arguments: cellLanguageRows)
  func cellLanguage(error: any Explained, sentences: String) { check(error, sentences) }

  private static let cellLanguageRows: [(any Explained, String)] = [
    (UsageError.emptyCommand, "an empty command\ntry: help"),
    (
      UsageError.unknownCommand("shwo", known: ["show", "send"]),
      "there is no command 'shwo'\ndid you mean 'show'?"
    ),
    (UsageError.unknownCommand("nonsense", known: ["show", "send"]), "there is no command 'nonsense'\ntry: help"),
    (
      UsageError.endsShell("quit"),
      "quit ends the shell, so it works neither in a notebook nor beside other statements\ndelete it, or type it alone at the prompt"
    ),
    (
      UsageError.programOnly("score"),
      "score answers files of detection requests, on the command line only\nleave the shell, then: groundswell score REQUESTS.jsonl"
    ),
    (UsageError.notebookAsCommand("n.gsw"), "n.gsw is a notebook, not a command\nrun it: run n.gsw"),
    (
      UsageError.unknownOption(
        verb: "show", UnknownName(kind: "option", name: "--limti", known: ["--limit", "--all"])),
      "show: there is no option '--limti'\ndid you mean '--limit'?"
    ),
    (
      UsageError.unknownChoice(verb: "detect", UnknownChoice(taker: nil, value: "lst", values: ["last", "entire"])),
      "detect: unknown word 'lst'\ndid you mean 'last'?"
    ),
    (
      UsageError.unparsed(verb: "show", message: "Missing expected argument"),
      "show: Missing expected argument\ntry: help show"
    ),
    (
      UnknownName(kind: "table", name: "twets", known: ["hourly", "tweets"], remedy: "write one"),
      "there is no table 'twets'\ndid you mean 'tweets'?"
    ),
    (
      UnknownName(kind: "table", name: "x", known: ["tweets", "hourly"], remedy: "write one"),
      "there is no table 'x'\nthere are hourly, tweets; or: write one"
    ),
    (UnknownName(kind: "table", name: "x", known: [], remedy: "write one"), "there is no table 'x'\nwrite one"),
    (
      UnknownName(kind: "cell", name: "9", known: ["cell-1"], remedy: "list them", listsKnown: false),
      "there is no cell '9'\nlist them"
    ),
    (UnknownName(kind: "field", name: "x", known: []), "there is no field 'x'"),
    (
      UnknownChoice(taker: "--granularity", value: "dialy", values: ["hourly", "daily"]),
      "--granularity does not take 'dialy'\ndid you mean 'daily'?"
    ),
    (
      UnknownChoice(taker: "the setting format", value: "x", values: ["table", "csv"]),
      "the setting format does not take 'x'\nchoose one of table, csv"
    ),
    (
      NameFault.invalid("2x"),
      "invalid name '2x'\nuse letters, digits, _ and -, beginning with a letter or _ (names in sqlite_ are reserved for SQLite)"
    ),
    (
      NameFault.takenByView("t"),
      "the name 't' is taken by a view\nchoose another name, or: DROP VIEW t;"
    ),
    (
      NameFault.takenByTable("T", other: "t"),
      "the name 'T' differs from the table 't' by case alone\nchoose another name, or: write to 't'"
    ),
    (
      NameFault.takenByQuery("q"),
      "the name 'q' is taken by a running query\nchoose another name, or: stop q"
    ),
    (
      EnvironmentValue.Missing(name: "PW"),
      "environment variable PW is not set\nexport it before groundswell starts, or name another with env:NAME"
    ),
    (
      EnvironmentValue.Missing(name: ""),
      "env: names no environment variable\nexport it before groundswell starts, or name another with env:NAME"
    ),
  ]

  @Test("of connecting and sending say what is missing", arguments: sendingRows)
  func sending(error: any Explained, sentences: String) { check(error, sentences) }

  private static let sendingRows: [(any Explained, String)] = [
    (
      ConnectError.unknownDetector("cloud"),
      "unknown detector 'cloud': servers are not supported yet\nuse the built-in detector: connect detector built-in"
    ),
    (
      ConnectError.typedToken,
      "connect twitter: a typed token can be read by others\nput it into the environment and write env:NAME"
    ),
    (
      ConnectError.notATarget(variable: "env:HUB"),
      "env:HUB holds neither a connection string, nor an address, nor the name of a hub that exists\nset it to Endpoint=sb://… or kafka://HOST:PORT/TOPIC"
    ),
    (
      ConnectError.badServer("no server"), "connect: invalid server 'no server'\nwrite mastodon.social, or https://HOST"
    ),
    (
      ConnectError.unencrypted(server: "h"), "connect: http can be read by others on the way\nwrite https://h"
    ),
    (
      ConnectError.addressWithoutScheme("h:1/t"), "connect: invalid folder 'h:1/t'\ndid you mean 'kafka://h:1/t'?"
    ),
    (
      ConnectError.uselessOption("--user", target: "a folder"),
      "connect: --user does not apply to a folder\nleave it out, or try: help connect"
    ),
    (SendError.pollsTooOften, "send: --every takes 1s or more\nchoose a longer time: other people use the server, too"),
    (SendError.unconfirmed(cost: "it costs $1"), "it costs $1\nconfirm the cost: --yes; or read fewer: --limit N"),
    (
      SendError.optionsOfCSV(file: "a.json"),
      "send: --columns, --header and --no-header are for CSV files; a.json has JSON\nleave them out"
    ),
    (
      SendError.fieldsOfTweets(file: "a.json"),
      "send: --fields is for tweets and CSV files; a.json has other JSON objects\nname the time and the number: --time MEMBER --value MEMBER"
    ),
    (
      RetentionIsTheBrokers(),
      "hub retain: a broker keeps events as its own settings say\nset retention.ms and retention.bytes of the topic there"
    ),
    (NotConnected.twitter, "X is not connected\nconnect it: connect twitter env:X_BEARER_TOKEN"),
    (NotConnected.mastodon, "a Mastodon server is not connected\nconnect one: connect mastodon mastodon.social"),
    (
      LinkOutOfWorkspace(path: "w/t"),
      "w/t is a link that leads out of the workspace: writing would change what it leads to\nremove the link, or name the workspace that you mean: --workspace DIR"
    ),
    (
      RehearsalRefusal.send(hub: "h"),
      "check has no external effects, so it will not send to the broker's hub h\nrun the notebook, or check it with a hub in the workspace"
    ),
    (
      RehearsalRefusal.change(hub: "h"),
      "check has no external effects, so it will not change the hub h\nrun the notebook, or check it with a hub in the workspace"
    ),
    (
      RehearsalRefusal.ask(service: "X"),
      "check has no external effects, so it will not ask X\nrun the notebook, or check it with a hub in the workspace"
    ),
    (
      RehearsalRefusal.write(file: "a.csv"),
      "check has no external effects, so it will not write a.csv, which is outside of its workspace\nrun the notebook, or tag the cell skip-execution"
    ),
  ]

  @Test("of an interruption, and of an error that nothing explains")
  func others() {
    struct Unknown: Error, CustomStringConvertible { let description = "all there is" }
    #expect(
      sentences(for: CancellationError()) == "interrupted\nthe shell goes on; run the cell again for its answer")
    #expect(sentences(for: Unknown()) == "all there is")
    #expect(problem(of: NameFault.invalid("2x")) == "invalid name '2x'")
  }

  @Test("has a row for each case")
  func complete() throws {
    #expect(Set(try Self.brokersRows.map { try $0.0.error().kind }) == Set(BrokerError.Kind.allCases))
    let tests = TutorialTests.root + "/Tests/GroundswellEngineTests"
    let rows = try Self.texts(in: tests) { $0.contains("SentencesTests") }.joined()
    // A broker's kinds are checked above; a file's are the system's error numbers.
    let sources = try Self.texts(in: TutorialTests.root + "/Sources/GroundswellEngine/Errors") {
      !$0.hasPrefix("BrokerError") && !$0.hasPrefix("FileError")
    }
    for line in sources.joined(separator: "\n").split(separator: "\n")
    where line.contains(#/^\s+case \./#) && !line.contains("case .some") {
      for name in line.prefix(while: { $0 != ":" }).matches(of: #/\.(\w+)/#).map(\.1) {
        #expect(rows.contains(".\(name)"), "no row for .\(name)")
      }
    }
  }

  @Test(
    "of a library name no option or command of the shell",
    arguments: [
      "DeltaLake", "DurableFiles", "EventHub", "HTTPClient", "NotebookFormat", "Parquet", "StreamProcessing",
    ])
  func neutral(library: String) throws {
    let root = URL(filePath: TutorialTests.root + "/Sources/" + library)
    let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
    for case let file as URL in files where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      // A page's style sheet has variables that begin so.
      let found = text.matches(of: #/"[^"\n]*(?: |\()--[a-z]{2}[^"\n]*"|connect hub|(?:stream|aggregate|write|send) …/#)
      #expect(found.map { String($0.0) } == [], "\(file.lastPathComponent)")
    }
  }

  private static func texts(in folder: String, where isMeant: (String) -> Bool) throws -> [String] {
    try DurableFiles.names(in: folder).filter(isMeant).map {
      String(decoding: try DurableFiles.read(folder + "/" + $0), as: UTF8.self)
    }
  }

  func check(_ error: any Explained, _ expected: String) { #expect(sentences(for: error) == expected) }
}
