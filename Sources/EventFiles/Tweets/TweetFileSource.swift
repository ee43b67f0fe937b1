import JSONText

/// Events from a file of tweets: X archives, twarc's files, objects of X's API, one a line or in an array.
package struct TweetFileSource: BodySource {
  private let path: String
  private let reader: RecordReader
  private let fields: [String]
  private var waiting: [Tweet] = []
  private var count = 0
  /// The number of retweets so far, which are left out.
  package private(set) var retweets = 0
  /// The number of entries without an event so far.
  package private(set) var badCount = 0
  /// The first ten of them, with their lines, from 1.
  package private(set) var bad: [(line: Int, reason: String)] = []

  /// The share of the file that was read, from 0 to 1; nil if unknown.
  package var share: Double? { reader.share }

  /// Reads from a reader that ``finds(tweetsIn:)`` has set.
  ///
  /// - Parameters:
  ///   - path: for errors.
  ///   - fields: names of ``Tweet/fieldNames`` to add to each event.
  package init(_ path: String, reader: RecordReader, fields: [String]) {
    self.path = path
    self.reader = reader
    self.fields = fields
  }

  /// Sets the reader so that it gives a tweet, or a page of them, at a time.
  ///
  /// - Returns: false, with nothing taken, if the file does not begin with a tweet.
  /// - Throws: `FileError`, ``EventFileError``.
  package static func finds(tweetsIn reader: RecordReader) throws -> Bool {
    // Most files have an object a line; in archives, arrays and pretty-printed files objects take several.
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

  /// The events of the next tweets, at most `maximum`; nil at the end.
  ///
  /// - Throws: `FileError`; ``EventFileError`` for a damaged file, and at the end if no tweet made an event.
  package mutating func next(maximum: Int) throws -> EventBodies? {
    let bodies = try reader.gather(maximum) { bodies in
      // A page may hold more than a batch takes.
      if waiting.isEmpty, try !readMore() { return false }
      while !bodies.isFull(maximum), let tweet = waiting.popLast() { bodies.append(tweet, fields: fields) }
      return true
    }
    count += bodies?.count ?? 0
    if count == 0, retweets == 0, let first = bad.first {
      throw EventFileError(path: path, fault: .noTweets(count: badCount, line: first.line, reason: first.reason))
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
