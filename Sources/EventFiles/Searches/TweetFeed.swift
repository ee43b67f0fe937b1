package import CivilTime
import DurableFiles
package import EventHub

/// Sends the posts that a search finds, newest first, until there are no more or the budget is used up.
package struct TweetFeed {
  /// The service that is searched.
  package let service: any TweetService
  private let query: String
  /// The file of the ``SearchCursor``.
  private let path: String
  private let clock: @Sendable () -> Timestamp
  /// Whether the caller follows the search, so that every passing fault is retried.
  private let follows: Bool
  /// Called when the feed waits.
  private let tell: @Sendable (String) -> Void
  private let hub: SentPosts

  /// The number of posts that may be read, billed and sent: by each run if `isRenewed`, else by all together.
  private let limit: Int
  private let isRenewed: Bool
  /// The part of `limit` that is left.
  private var budget: Int
  /// Whether to send again what was sent before.
  private var restarts: Bool
  /// The posts of an interrupted page that the hub holds, and that no page has shown again.
  private var held: SearchCursor.Intent?
  private var retweets: LeftOut
  private var bad = LeftOut(.post)
  /// The number of posts read, and billed, so far.
  package private(set) var read = 0
  /// The retweets, or boosts, and the posts without an event.
  package var leftOut: [LeftOut] { [retweets, bad] }
  /// The service's partial errors so far.
  package private(set) var notes: [String] = []
  /// Whether new posts are left beyond the budget, which the next run will send.
  package private(set) var hasMore = false
  /// Whether the first pass ended at the budget, with older posts left.
  package private(set) var leftOlder = false

  /// - Parameters:
  ///   - limit: the number of posts to read, from ``mostRead(_:_:)``.
  ///   - isRenewed: whether the limit is each run's, and not that of all runs together.
  ///   - path: the file of the ``SearchCursor``.
  ///   - restarts: whether to send again what was sent before.
  ///   - follows: whether the caller follows the search, so that every passing fault is retried.
  ///   - tell: called when the feed waits, with a sentence for people.
  package init(
    _ service: any TweetService, query: String, to hub: any Hub, limit: Int, isRenewed: Bool, path: String,
    restarts: Bool, follows: Bool, clock: @escaping @Sendable () -> Timestamp,
    tell: @escaping @Sendable (String) -> Void
  ) {
    self.service = service
    retweets = LeftOut(service.reshare)
    self.query = query
    self.hub = SentPosts(hub: hub)
    self.limit = limit
    self.isRenewed = isRenewed
    budget = limit
    self.path = path
    self.restarts = restarts
    self.follows = follows
    self.clock = clock
    self.tell = tell
  }

  /// The greatest number of posts read for `budget` wanted ones, since a page has a smallest size.
  package static func mostRead(_ budget: Int, _ service: any TweetService) -> Int {
    let (full, rest) = budget.quotientAndRemainder(dividingBy: service.pageSizes.upperBound)
    return full * service.pageSizes.upperBound + (rest > 0 ? max(rest, service.pageSizes.lowerBound) : 0)
  }

  /// The size of a page for `wanted` posts; nil if another page would exceed the budget.
  private func pageSize(for wanted: Int) -> Int? {
    let size = min(max(wanted, service.pageSizes.lowerBound), service.pageSizes.upperBound, budget)
    return wanted > 0 && size >= service.pageSizes.lowerBound ? size : nil
  }

  /// Whether the budget is used up, so that another run would send nothing.
  package var isUsedUp: Bool { !isRenewed && pageSize(for: budget) == nil }

  /// Sends new posts once: first the rest of an interrupted pass.
  ///
  /// - Parameter send: makes tweets durable before it returns.
  /// - Throws: ``TweetServiceError``, errors of `send`, `CancellationError`; the cursor keeps what was sent, and the next run
  ///   resumes after it.
  package mutating func run(send: ([Tweet]) async throws -> Void) async throws {
    if isRenewed { budget = limit }
    let stored = try SearchCursor(reading: path)
    if var intent = stored.intent {
      intent.posts = try await hub.found(of: intent).sorted()
      held = intent.posts.isEmpty ? nil : intent
    }
    var cursor = restarts ? SearchCursor() : stored
    if cursor.reached != nil { try await pass(&cursor, send) }
    if pageSize(for: budget) != nil { try await pass(&cursor, send) }
  }

  private mutating func pass(_ cursor: inout SearchCursor, _ send: ([Tweet]) async throws -> Void) async throws {
    let isRest = cursor.reached != nil
    var after = isRest ? cursor.floor : cursor.newest
    let before = cursor.reached
    if !isRest { (cursor.floor, cursor.missing) = (cursor.newest, cursor.newest == nil ? budget : nil) }
    var nextPage: String?
    var remains = isRest
    while let size = pageSize(for: min(budget, cursor.missing ?? budget)) {
      let page: TweetPage
      do {
        page = try await patiently { [service, query, after, nextPage] in
          try await service.page(of: query, after: after, before: before, cursor: nextPage, size: size)
        }
      } catch let error as TweetServiceError where error.fault == .tooOld && (after != nil || before != nil) {
        if !notes.contains(error.description) { notes.append(error.description) }
        // All posts that the service still searches are newer than `after`, and none is older than `before`.
        guard after != nil else {
          remains = false
          break
        }
        after = nil
        continue
      }
      read += page.read
      notes += page.notes
      let taken = page.entries.prefix(budget)
      budget -= page.read
      try await sendNew(tweets(taken), cursor, send)
      cursor.missing = cursor.missing.map { max(0, $0 - taken.count) }
      cursor.sent(newest: page.ids.first, oldest: page.ids.prefix(taken.count).last)
      held?.posts.removeAll(where: Set(page.ids.prefix(taken.count)).contains)
      cursor.intent = held?.posts.isEmpty == false ? held : nil
      try keep(cursor)
      remains = taken.count < page.entries.count || page.cursor != nil
      guard let following = page.cursor, following != nextPage else { break }
      nextPage = following
    }
    // The budget bounds the first pass. Later passes leave new posts beyond it to the next run.
    hasMore = remains && cursor.missing != 0
    leftOlder = leftOlder || remains && !hasMore
    if !hasMore {
      cursor.endPass()
      held = nil
    }
    try keep(cursor)
  }

  /// Sends the posts that the hub does not hold yet, after writing the intent.
  private func sendNew(
    _ tweets: [Tweet], _ cursor: SearchCursor, _ send: ([Tweet]) async throws -> Void
  ) async throws {
    let held = Set(held?.posts ?? [])
    let new = tweets.filter { tweet in tweet.post.map { !held.contains($0) } ?? true }
    guard !new.isEmpty else { return }
    // After a restart the old cursor stays until something is in the hub.
    var before = restarts ? try SearchCursor(reading: path) : cursor
    let offsets = if let offsets = self.held?.offsets { offsets } else { try await hub.ends() }
    before.intent = SearchCursor.Intent(posts: held.sorted() + new.compactMap(\.post), offsets: offsets)
    try before.write(to: path, of: query)
    try await send(new)
  }

  private mutating func keep(_ cursor: SearchCursor) throws(FileError) {
    try cursor.write(to: path, of: query)
    restarts = false
  }

  private mutating func tweets(_ entries: some Sequence<Tweet.Entry>) -> [Tweet] {
    entries.compactMap { entry in
      switch entry {
      case .tweet(let tweet): return tweet
      case .retweet: retweets.add()
      case .bad(let reason): bad.add(reason)
      }
      return nil
    }
  }

  // MARK: Patience

  /// The number of retries, after 1, 2 and 4 seconds.
  private static let attempts = 3
  /// A follower's longest pause between retries, in seconds.
  private static let longestPause = 60
  /// The number of rate limits in a row to wait for.
  private static let limits = 5
  /// In seconds: X's limits last 15 minutes, Mastodon's 5.
  private static let longestWait: Int64 = 16 * 60

  private func patiently(_ ask: () async throws -> TweetPage) async throws -> TweetPage {
    var (failures, limits) = (0, 0)
    while true {
      do { return try await ask() } catch let error as TweetServiceError {
        switch error.retry {
        case .never: throw error
        case .soon:
          failures += 1
          guard follows || failures <= Self.attempts else { throw error }
          tell("\(error): asking again")
          try await Task.sleep(for: .seconds(min(Self.longestPause, 1 << min(failures - 1, 10))))
        case .at(let time):
          limits += 1
          // One second more, since clocks differ.
          let seconds = time.map { ($0.microseconds - clock().microseconds) / 1_000_000 + 1 } ?? 60
          guard seconds <= Self.longestWait, limits <= Self.limits else { throw error }
          for left in stride(from: max(1, seconds), to: 0, by: -1) {
            tell("\(service.name)'s rate limit: asking again in \(left) s")
            try await Task.sleep(for: .seconds(1))
          }
        }
      }
    }
  }
}
