import StreamProcessing

/// How far a cell's work is.
package struct Progress: Hashable, Sendable {
  /// What is counted: `events sent`.
  package let what: String
  package let done: Int64
  /// How much of the whole is done, from 0 to 1; nil where the end is not known.
  package let share: Double?
  /// Whether it says why nothing goes on, which a person wants to know at once.
  package private(set) var isNotice = false

  init(_ what: String, done: Int64, of total: Int64? = nil) {
    self.init(what, done: done, share: total.map { $0 > 0 ? min(1, Double(done) / Double($0)) : 1 })
  }

  /// Work that is not counted, but has steps: `cell 3 of 9`.
  static func step(_ what: String) -> Progress { Progress(what, done: 0, share: nil) }

  /// What is waited for: `X's rate limit: asking again in 12 s`.
  static func waiting(_ what: String) -> Progress {
    var progress = Progress(what, done: 0, share: nil)
    progress.isNotice = true
    return progress
  }

  /// How far a query's reading is.
  static func reading(_ progress: QueryProgress) -> Progress {
    Progress("events read", done: progress.events, of: progress.eventsInAll)
  }

  /// The same of other words.
  func saying(_ words: String) -> Progress {
    var progress = Progress(words, done: done, share: share)
    progress.isNotice = isNotice
    return progress
  }

  /// - Parameter share: where the whole is known in another unit, as a file's bytes are.
  init(_ what: String, done: Int64, share: Double?) {
    self.what = what
    self.done = done
    self.share = share
  }
}
