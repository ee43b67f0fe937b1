import ArgumentParser
import CivilTime
import EventHub
import StreamProcessing
import Wording
import EventFiles
import Rendering

struct SendCommand: SessionCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Send events to the hub: a made-up sample of tweets, a file, or what a search finds.",
    discussion: """
      Each event is a JSON object, {"timestamp":"2019-04-24T09:39:40.000Z","favorite":0}. CSV files without a header need \
      --columns or --no-header. Tweets are read from X archives (tweets.js), twarc files and objects of X's API, without \
      retweets. Other JSON objects, one a line, are sent unchanged, or with --time and --value as events of these members. \
      Files may be gzipped; - is standard input. Text is UTF-8 unless --encoding or a byte-order mark says otherwise; \
      invalid bytes stop the command, which reports their position.

      --query searches X (connect twitter), --tag the posts of a Mastodon server (connect mastodon). A second run sends \
      only new posts, and a killed run resumes: each post is sent once. --follow does not see posts that reach a Mastodon \
      server late. X bills per post: confirm the cost with --yes.

      --fields adds to each event columns of a CSV file; of tweets id, lang, retweets, replies, quotes, views, text, author \
      (a number if the source gives no name), tags; with --time and --value, members of JSON.

        send --sample
        send --sample --explain
        send --from tweets.csv --time created_at --value likes
        send --from readings.csv --columns time,value --encoding latin1
        send --from answer.json --time sensor.at --value sensor.celsius
        send --from tweets.js --fields lang,retweets
        send --query "#Azure lang:en" --limit 200 --yes
        send --tag azure --follow
      """.flowing)

  @Flag(help: "Send the sample: the same tweets for the same seed.")
  var sample = false

  @Option(
    help: ArgumentHelp(
      "Send a file: .csv, .tsv, JSON lines, tweets.js, or .gz of one; - is standard input.", valueName: "file"),
    completion: .file())
  var from: String?

  @Option(help: ArgumentHelp("Send the tweets that X finds.", valueName: "search"))
  var query: String?

  @Option(help: "Send a Mastodon server's posts with this tag.")
  var tag: String?

  @Option(help: "Add these fields to each event: lang,retweets.", completion: .list(Tweet.fieldNames))
  var fields: String?

  @Option(
    help: "Searches: maximum number of posts; X takes 10 or more (default: 100 of X, 1000 of Mastodon each time).")
  var limit: Int?

  @Flag(help: "Searches: keep sending new posts, until Ctrl-C or --limit.")
  var follow = false

  @Option(help: "With --follow: pause between searches (default: 10s).")
  var every: String?

  @Flag(help: "X: confirm the cost.")
  var yes = false

  @Flag(help: "Searches: also send posts that were sent before.")
  var restart = false

  @Option(help: "Sample: number of days.")
  var days: Int = 21

  @Option(help: "Sample: random seed.")
  var seed: UInt64 = 2019

  @Option(help: "Sample: first hour.")
  var start: String?

  @Flag(help: "Sample: list the planted anomalies, and send nothing.")
  var explain = false

  @Option(help: "Files: the column of times; in JSON the member, a or a.b.")
  var time: String?

  @Option(help: "Files: the column of numbers; in JSON the member, a or a.b.")
  var value: String?

  @OptionGroup
  var text: TextFileOptions

  func validate() throws {
    guard [sample, from != nil, query != nil, tag != nil].count(where: { $0 }) == 1 else {
      throw ValidationError("send takes one of --sample, --from FILE, --query SEARCH and --tag TAG")
    }
    let isSearch = query != nil || tag != nil
    if !isSearch, limit != nil || follow || restart {
      throw ValidationError("--limit, --follow and --restart go with --query and --tag")
    }
    if every != nil, !follow { throw ValidationError("--every goes with --follow") }
    if let names = fields?.listedNames {
      if names.isEmpty { throw ValidationError("--fields is empty: write --fields lang,retweets") }
      if names.contains(where: ["timestamp", "favorite"].contains) || Set(names).count < names.count {
        throw ValidationError("--fields takes names other than timestamp and favorite, each once")
      }
    }
    if from == nil, text.isGiven || time != nil || value != nil {
      throw ValidationError("--time, --value, --encoding, --columns, --header and --no-header go with --from")
    }
    if yes, query == nil { throw ValidationError("--yes goes with --query") }
    if let limit, !(1...3_000_000).contains(limit) { throw ValidationError("--limit takes 1 to 3000000") }
    if sample, fields != nil {
      throw ValidationError("--fields does not go with --sample: its tweets have no other fields")
    }
    if let query, query.allSatisfy(\.isWhitespace) {
      throw ValidationError("--query is empty: write --query \"#Azure\"")
    }
    if let tag, Self.name(ofTag: tag) == nil { throw ValidationError("--tag takes a tag like azure, not '\(tag)'") }
    if !(1...100_000).contains(days) { throw ValidationError("--days takes 1 to 100000") }
    if explain, !sample { throw ValidationError("--explain goes with --sample") }
    guard let start else { return }
    guard let first = Timestamp(start) else {
      throw ValidationError("--start takes a time like 2019-04-01, not '\(start)'")
    }
    if first.date.year < 1 || first.date.year + days / 365 > 9_998 {
      throw ValidationError("--start and --days must lie within the years 1 to 9999")
    }
  }

  func run(in session: Session) async throws -> [Output] {
    if let from { return try await send(file: from, to: session) }
    if let query {
      let service = try await session.twitter()
      return try await search(query, at: service, usualLimit: 100, in: session)
    }
    // Tags ignore case.
    if let tag = tag.flatMap(Self.name)?.lowercased() {
      let service = try await session.mastodon()
      return try await search(tag, at: service, usualLimit: 1_000, in: session)
    }
    var source = SampleTweets(
      seed: seed, start: start.flatMap { Timestamp($0) } ?? SampleTweets.tutorialStart, days: days)
    if explain {
      let lines = source.planted.map { "\($0.hours.lowerBound) to \($0.hours.upperBound): \($0.what)" }
      return [
        .text(lines.isEmpty ? "no anomalies are planted in \(counted(days, "day"))" : lines.joined(separator: "\n"))
      ]
    }
    return try await send(&source, to: session)
  }

  private func send(_ source: inout some BodySource, to session: Session) async throws -> [Output] {
    var sending = try await Sending(to: session.hubForSending(), in: session)
    try await sending.noteWhatIsHeld()
    do { try await sending.sendAll(of: &source) } catch { return try sending.end(error) }
    return try sending.end()
  }

  // MARK: Files

  private func send(file path: String, to session: Session) async throws -> [Output] {
    let names = fields?.listedNames ?? []
    let file = try EventFile(path, .init(text: text.values, time: time, value: value, fields: names))
    if file.format != .rows, text.header != nil || text.columns != nil {
      throw SendError.optionsOfCSV(file: file.name)
    }
    if file.format == .tweets { try Self.check(names) }
    if file.format == .objects, !names.isEmpty {
      throw SendError.fieldsOfTweets(file: file.name)
    }
    var source = try file.source()
    let mapping = source.mapping.map { Output.text("\($0.time) → timestamp, \($0.value) → favorite") }
    let sent = try await send(&source, to: session)
    return (mapping.map { [$0] } ?? []) + sent + Self.outputs(of: source.leftOut)
  }

  static func check(_ fields: [String]) throws(UnknownName) {
    for name in fields where !Tweet.fieldNames.contains(name) {
      throw UnknownName(
        kind: "field of tweets", name: name, known: Tweet.fieldNames, remedy: "--fields lang,retweets")
    }
  }

  /// The parts that made no event, in words.
  static func outputs(of parts: [LeftOut]) -> [Output] {
    parts.filter { $0.count > 0 }.map { part -> Output in
      let head = "left out \(counted(part.count, part.part.rawValue, part.part.plural))"
      let reasons = part.reasons.map { "  " + ($0.line.map { "line \($0): " } ?? "") + "\($0.reason)" }
      let more = part.count > reasons.count && !reasons.isEmpty ? ["  ..."] : []
      return .text(([head + (reasons.isEmpty ? "" : ":")] + reasons + more).joined(separator: "\n"))
    }
  }
}
