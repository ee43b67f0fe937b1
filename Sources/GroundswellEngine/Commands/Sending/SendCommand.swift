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
      --columns or --no-header. Tweets are taken from X archives (tweets.js), from what twarc wrote, and from objects of X's \
      API, retweets left out; files of other JSON objects, one a line, are sent as they are, or with --time and --value as \
      events of these members. Files may be packed by gzip; - is standard input. Text is UTF-8, or what --encoding or its \
      byte-order mark says; bytes that are no text end the sending, with their place.

      --query searches X (connect twitter), --tag looks at a Mastodon server's posts (connect mastodon). A second run sends \
      only what is new, and one that was cut goes on: each post is sent once, wherever it was killed. What reaches a Mastodon server late is not seen by --follow. X is paid by the post: --yes says \
      that you want that.

      --fields adds to each event what is listed: columns of a CSV file, or of tweets id, lang, retweets, replies, quotes, \
      views, text, author (a number where a search or file does not name it), tags; with --time and --value, members of JSON.

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
      "Send a file: .csv, .tsv, JSON lines, tweets.js; or .gz of one; - for standard input.", valueName: "file"),
    completion: .file())
  var from: String?

  @Option(help: ArgumentHelp("Send the tweets that X finds.", valueName: "search"))
  var query: String?

  @Option(help: "Send a Mastodon server's posts with this tag.")
  var tag: String?

  @Option(help: "Add these to each event: lang,retweets.")
  var fields: String?

  @Option(
    help: "Of a search: how many posts at the most (of X ten or more); else 100 of X, 1000 of Mastodon at each look.")
  var limit: Int?

  @Flag(help: "Of a search: go on with what is new, until Ctrl-C or --limit.")
  var follow = false

  @Option(help: "With --follow: how long to wait between looks; else 10s.")
  var every: String?

  @Flag(help: "Of X: spend the money.")
  var yes = false

  @Flag(help: "Of a search: send also what was sent before.")
  var restart = false

  @Option(help: "Of the sample: how many days.")
  var days: Int = 21

  @Option(help: "Of the sample: another number, other tweets.")
  var seed: UInt64 = 2019

  @Option(help: "Of the sample: its first hour.")
  var start: String?

  @Flag(help: "Of the sample: name the planted anomalies, and send nothing.")
  var explain = false

  @Option(help: "Of a file: the column of the times; in JSON the member, a or a.b.")
  var time: String?

  @Option(help: "Of a file: the column of the numbers; in JSON the member, a or a.b.")
  var value: String?

  @OptionGroup
  var text: TextFileOptions

  func validate() throws {
    guard [sample, from != nil, query != nil, tag != nil].count(where: { $0 }) == 1 else {
      throw ValidationError("send what? --sample, --from FILE, --query SEARCH or --tag TAG: one of them")
    }
    let isSearch = query != nil || tag != nil
    if !isSearch, limit != nil || follow || restart {
      throw ValidationError("--limit, --follow and --restart go with --query and --tag")
    }
    if every != nil, !follow { throw ValidationError("--every goes with --follow") }
    if let names = fields?.listedNames {
      if names.isEmpty { throw ValidationError("--fields is empty: write --fields lang,retweets") }
      if names.contains(where: ["timestamp", "favorite"].contains) || Set(names).count < names.count {
        throw ValidationError("--fields names what is added to timestamp and favorite, each once")
      }
    }
    if from == nil, text.isGiven || time != nil || value != nil {
      throw ValidationError("--time, --value, --encoding, --columns, --header and --no-header go with --from")
    }
    if yes, query == nil { throw ValidationError("--yes goes with --query") }
    if let limit, !(1...3_000_000).contains(limit) { throw ValidationError("--limit takes 1 to 3000000") }
    if sample, fields != nil { throw ValidationError("--fields does not go with --sample, whose tweets have no more") }
    if let query, query.allSatisfy(\.isWhitespace) {
      throw ValidationError("--query is empty: write --query \"#Azure\"")
    }
    if let tag, Self.name(ofTag: tag) == nil { throw ValidationError("--tag '\(tag)' is no tag: write --tag azure") }
    if !(1...100_000).contains(days) { throw ValidationError("--days takes 1 to 100000") }
    if explain, !sample { throw ValidationError("--explain goes with --sample") }
    guard let start else { return }
    guard let first = Timestamp(start) else { throw ValidationError("--start '\(start)' is no time: write 2019-04-01") }
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
    // Of tags and hosts the case does not matter.
    if let tag = tag.flatMap(Self.name)?.lowercased() {
      let service = try await session.mastodon()
      return try await search(tag, at: service, usualLimit: 1_000, in: session)
    }
    var source = SampleTweets(
      seed: seed, start: start.flatMap { Timestamp($0) } ?? SampleTweets.tutorialStart, days: days)
    if explain {
      let lines = source.planted.map { "\($0.hours.lowerBound) to \($0.hours.upperBound): \($0.what)" }
      return [.text(lines.isEmpty ? "nothing is planted in so few days" : lines.joined(separator: "\n"))]
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

  private func send(file: String, to session: Session) async throws -> [Output] {
    // One reader for all of it, since what comes through a pipe comes once.
    let reader = try RecordReader(file, .record, encoding: text.encoding)
    if try Self.isDelimited(file, reader) { return try await send(rowsOf: reader, to: session) }
    if text.header != nil || text.columns != nil {
      throw SendError.optionsOfCSV(file: reader.name)
    }
    let names = fields?.listedNames ?? []
    if time != nil || value != nil { return try await send(membersOf: reader, names, to: session) }
    if try TweetFileSource.finds(tweetsIn: reader) {
      try Self.check(names)
      var source = TweetFileSource(reader.name, reader: reader, fields: names)
      let sent = try await send(&source, to: session)
      return sent + Self.leftOut(source.retweets, "retweet", [])
        + Self.leftOut(source.badCount, "entry", plural: "entries", source.bad.map { "line \($0.line): \($0.reason)" })
    }
    guard names.isEmpty else {
      throw SendError.fieldsOfTweets(file: reader.name)
    }
    reader.form = try Self.objects(in: reader)
    var source = JSONLinesSource(reader: reader)
    return try await send(&source, to: session)
  }

  private func send(rowsOf reader: RecordReader, to session: Session) async throws -> [Output] {
    var source = try DelimitedFileSource(
      reader, text.values, time: time, value: value, fields: fields?.listedNames ?? [])
    let mapping = Output.text("\(source.mapping.time) → timestamp, \(source.mapping.value) → favorite")
    let sent = try await send(&source, to: session)
    return [mapping] + sent
      + Self.leftOut(source.badRowCount, "row", source.badRows.map { "line \($0.line): \($0.reason)" })
  }

  private func send(membersOf reader: RecordReader, _ names: [String], to session: Session) async throws -> [Output] {
    reader.form = try Self.objects(in: reader)
    var source = JSONFieldSource(reader, time: time, value: value, fields: names)
    let sent = try await send(&source, to: session)
    return sent
      + Self.leftOut(source.badCount, "entry", plural: "entries", source.bad.map { "line \($0.line): \($0.reason)" })
  }

  /// How a file of JSON objects is cut into them.
  private static func objects(in reader: RecordReader) throws -> RecordReader.Form {
    if let form = try JSONLinesSource.form(of: reader) { return form }
    let isArchive = try reader.firstByte().map { $0 == UInt8(ascii: "w") || $0 == UInt8(ascii: "G") } ?? false
    throw EventFileError(path: reader.name, fault: isArchive ? .noTweetArchive : .noObjects)
  }

  /// Whether the file is a table rather than JSON, by its name, else by its first character.
  private static func isDelimited(_ path: String, _ reader: RecordReader) throws -> Bool {
    var parts = path.lowercased().split(separator: ".").map(String.init)
    if parts.last == "gz" { parts.removeLast() }
    let ending = parts.last ?? ""
    if ["csv", "tsv", "txt"].contains(ending) { return true }
    if ["json", "jsonl", "ndjson", "js"].contains(ending) { return false }
    return try reader.firstByte().map { $0 != UInt8(ascii: "{") && $0 != UInt8(ascii: "[") } ?? true
  }

  static func check(_ fields: [String]) throws(UnknownName) {
    for name in fields where !Tweet.fieldNames.contains(name) {
      throw UnknownName(
        kind: "field of tweets", name: name, known: Tweet.fieldNames, remedy: "--fields lang,retweets")
    }
  }

  static func leftOut(
    _ count: Int, _ what: String, plural: String? = nil, _ reasons: [String]
  ) -> [Output] {
    guard count > 0 else { return [] }
    let head = "left out \(count == 1 || plural == nil ? counted(count, what) : "\(grouped(count)) \(plural ?? "")")"
    let more = count > reasons.count && !reasons.isEmpty ? ["  ..."] : []
    return [.text(([head + (reasons.isEmpty ? "" : ":")] + reasons.map { "  " + $0 } + more).joined(separator: "\n"))]
  }
}
