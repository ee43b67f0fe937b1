import JSONText

/// Events from a file of tweets: X archives, what twarc wrote, objects of X's API, one a line or in an array.
struct TweetFileSource: BodySource {
  private let path: String
  private let reader: RecordReader
  private let fields: [String]
  private var waiting: [Tweet] = []
  private var count = 0
  private(set) var retweets = 0
  private(set) var badCount = 0
  /// The first ten.
  private(set) var bad: [(line: Int, reason: String)] = []

  var share: Double? { reader.share }

  /// - Parameter reader: at the file's first tweet, and cutting the file into lines or objects.
  init(_ path: String, reader: RecordReader, fields: [String]) {
    self.path = path
    self.reader = reader
    self.fields = fields
  }

  /// Sets the reader so that it gives a tweet, or a page of them, at a time.
  ///
  /// - Returns: false, with nothing taken, where the file does not begin with one.
  static func finds(tweetsIn reader: RecordReader) throws -> Bool {
    // Most files have an object a line; archives, arrays and what was made pretty have them across lines.
    for form in try reader.firstByte() == UInt8(ascii: "{") ? [RecordReader.Form.line, .object] : [.object] {
      let isTweet = try reader.lookAhead {
        reader.form = form
        return try reader.next().flatMap { try? JSON(parsing: $0) }.map { Tweet.entries(in: $0) != nil } ?? false
      }
      guard isTweet else { continue }
      reader.form = form
      return true
    }
    return false
  }

  mutating func next(maximum: Int) throws -> EventBodies? {
    let bodies = try reader.gather(maximum) { bodies in
      // A page may hold more than a batch takes.
      if waiting.isEmpty, try !readMore() { return false }
      while !bodies.isFull(maximum), let tweet = waiting.popLast() { bodies.append(tweet, fields: fields) }
      return true
    }
    count += bodies?.count ?? 0
    if count == 0, retweets == 0, let first = bad.first {
      throw SourceError(path: path, fault: .noTweets(count: badCount, line: first.line, reason: first.reason))
    }
    return bodies
  }

  private mutating func readMore() throws -> Bool {
    while let record = try reader.next() {
      if record.withoutBlanks.isEmpty { continue }
      let entries: [Tweet.Entry]
      do {
        entries = Tweet.entries(in: try JSON(parsing: record)) ?? [.bad("it is no tweet")]
      } catch {
        entries = [.bad("it is no JSON: \(error)")]
      }
      for entry in entries.reversed() {
        switch entry {
        case .tweet(let tweet): waiting.append(tweet)
        case .retweet: retweets += 1
        case .bad(let reason):
          badCount += 1
          if bad.count < 10 { bad.append((reader.line, reason)) }
        }
      }
      if !waiting.isEmpty { return true }
    }
    return false
  }
}
