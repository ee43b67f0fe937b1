import JSONText

/// Events from a file of tweets: X archives, twarc's files, objects of X's API, one a line or in an array.
package struct TweetFileSource: BodySource {
  private let path: String
  private let reader: RecordReader
  private let fields: [String]
  private var waiting: [Tweet] = []
  private var count = 0
  private var retweets = LeftOut(.retweet)
  private var bad = LeftOut(.entry)

  /// The share of the file that was read, from 0 to 1; nil if unknown.
  package var share: Double? { reader.share }
  /// The retweets, and the entries without an event.
  package var leftOut: [LeftOut] { [retweets, bad] }

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
    if count == 0, retweets.count == 0, let first = bad.reasons.first {
      throw EventFileError(path: path, fault: .noTweets(count: bad.count, line: first.line ?? 0, reason: first.reason))
    }
    return bodies
  }

  private mutating func readMore() throws -> Bool {
    while let record = try reader.next() {
      if record.withoutBlanks.isEmpty { continue }
      let entries: [Tweet.Entry]
      do {
        entries = Tweet.entries(in: try JSON(parsing: record)) ?? [.bad(.notATweet)]
      } catch {
        entries = [.bad(.notJSON("\(error)"))]
      }
      for entry in entries.reversed() {
        switch entry {
        case .tweet(let tweet): waiting.append(tweet)
        case .retweet: retweets.add()
        case .bad(let reason): bad.add(reason, line: reader.line)
        }
      }
      if !waiting.isEmpty { return true }
    }
    return false
  }
}
