import CivilTime

/// Takes the posts that a query finds, newest first, until there are no more or the budget is used up.
struct TweetFeed {
  let service: any TweetService
  let query: String
  /// The file of the ``SentMark``.
  let path: String
  /// So many posts may be read, at the most, by all passes.
  private(set) var budget: Int
  let clock: @Sendable () -> Timestamp
  /// Hears of waits.
  let tell: @Sendable (String) -> Void

  private(set) var retweets = 0
  private(set) var read = 0
  private(set) var bad: [String] = []
  private(set) var badCount = 0
  /// What the service could not give.
  private(set) var notes: [String] = []

  init(
    _ service: any TweetService, query: String, budget: Int, path: String, clock: @escaping @Sendable () -> Timestamp,
    tell: @escaping @Sendable (String) -> Void
  ) {
    self.service = service
    self.query = query
    self.budget = budget
    self.path = path
    self.clock = clock
    self.tell = tell
  }

  /// How many posts are read at the most for so many that are wanted, since a page has a smallest size.
  static func mostRead(_ budget: Int, _ service: any TweetService) -> Int {
    let (full, rest) = budget.quotientAndRemainder(dividingBy: service.pageSizes.upperBound)
    return full * service.pageSizes.upperBound + (rest > 0 ? max(rest, service.pageSizes.lowerBound) : 0)
  }

  /// Sends what is new, once: first the rest of a pass that was interrupted.
  ///
  /// - Parameter send: keeps tweets safe before it returns.
  /// - Throws: ``TweetServiceError``, what `send` throws, `CancellationError`; what was sent is noted, and the next run goes on behind it.
  mutating func run(send: ([Tweet]) async throws -> Void) async throws {
    var mark = try SentMark(reading: path)
    if mark.reached != nil { try await pass(&mark, send) }
    if budget > 0 { try await pass(&mark, send) }
  }

  private mutating func pass(_ mark: inout SentMark, _ send: ([Tweet]) async throws -> Void) async throws {
    let (after, before) = mark.reached == nil ? (mark.newest, nil) : (mark.floor, mark.reached)
    if mark.reached == nil { mark.floor = mark.newest }
    var cursor: String?
    while budget > 0 {
      let size = min(max(budget, service.pageSizes.lowerBound), service.pageSizes.upperBound)
      var page = try await patiently { [service, query, cursor] in
        try await service.page(of: query, after: after, before: before, cursor: cursor, size: size)
      }
      read += page.read
      notes += page.notes
      if page.entries.count > budget { page.entries.removeLast(page.entries.count - budget) }
      budget -= page.entries.count
      try await send(tweets(page.entries))
      mark.sent(newest: page.newest, oldest: page.oldest)
      try mark.write(to: path, of: query)
      guard let next = page.cursor, !page.entries.isEmpty || next != cursor else { break }
      cursor = next
    }
    // What is older than the budget reached is left out for good: it was not wanted.
    mark.endPass()
    try mark.write(to: path, of: query)
  }

  private mutating func tweets(_ entries: [Tweet.Entry]) -> [Tweet] {
    entries.compactMap { entry in
      switch entry {
      case .tweet(let tweet): return tweet
      case .retweet: retweets += 1
      case .bad(let reason):
        badCount += 1
        if bad.count < 10 { bad.append(reason) }
      }
      return nil
    }
  }

  // MARK: Patience

  /// A question is asked again so often, after 1, 2 and 4 seconds.
  private static let attempts = 3
  /// X's limits last 15 minutes, Mastodon's 5.
  private static let longestWait: Int64 = 16 * 60

  private func patiently(_ ask: () async throws -> TweetPage) async throws -> TweetPage {
    var failures = 0
    while true {
      do { return try await ask() } catch let error as TweetServiceError {
        switch error.fault {
        case .lasting: throw error
        case .passing:
          failures += 1
          guard failures <= Self.attempts else { throw error }
          tell("\(error.problem): asking again")
          try await Task.sleep(for: .seconds(1 << (failures - 1)))
        case .rateLimit(let until):
          // A second more, since clocks differ.
          let seconds = until.map { ($0.microseconds - clock().microseconds) / 1_000_000 + 1 } ?? 60
          guard seconds <= Self.longestWait else { throw error }
          for left in stride(from: max(1, seconds), to: 0, by: -1) {
            tell("\(service.name)'s rate limit: goes on in \(left) s")
            try await Task.sleep(for: .seconds(1))
          }
        }
      }
    }
  }
}
