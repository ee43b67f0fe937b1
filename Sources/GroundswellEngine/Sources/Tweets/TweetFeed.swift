import CivilTime
import DurableFiles
import EventHub

/// Takes the posts that a query finds, newest first, until there are no more or the budget is used up.
struct TweetFeed {
  let service: any TweetService
  let query: String
  /// The file of the ``SentMark``.
  let path: String
  let clock: @Sendable () -> Timestamp
  /// Whether it goes on for as long as somebody waits, and so through any fault that passes.
  let follows: Bool
  /// Hears of waits.
  let tell: @Sendable (String) -> Void
  private let hub: SentPosts

  /// So many posts may be read, paid for and sent, at the most, by all runs or by each.
  private let limit: Int
  private let isRenewed: Bool
  /// What is left of it.
  private var budget: Int
  /// Begins as if nothing had been sent before.
  private var restarts: Bool
  /// What an earlier run was sending when it was cut, as far as the hub holds it and no page has shown it again.
  private var held: SentMark.Intent?
  private(set) var retweets = 0
  private(set) var read = 0
  private(set) var bad: [String] = []
  private(set) var badCount = 0
  /// What the service could not give.
  private(set) var notes: [String] = []
  /// Whether there is more than the budget let in, which the next run will send.
  private(set) var hasMore = false
  /// Whether the first look back ended at the budget.
  private(set) var leftOlder = false

  /// - Parameters:
  ///   - limit: a number that ``mostRead(_:_:)`` gives.
  ///   - isRenewed: whether the limit is each run's, and not that of all together.
  init(
    _ service: any TweetService, query: String, to hub: any Hub, limit: Int, isRenewed: Bool, path: String,
    restarts: Bool, follows: Bool, clock: @escaping @Sendable () -> Timestamp,
    tell: @escaping @Sendable (String) -> Void
  ) {
    self.service = service
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

  /// How many posts are read at the most for so many that are wanted, since a page has a smallest size.
  static func mostRead(_ budget: Int, _ service: any TweetService) -> Int {
    let (full, rest) = budget.quotientAndRemainder(dividingBy: service.pageSizes.upperBound)
    return full * service.pageSizes.upperBound + (rest > 0 ? max(rest, service.pageSizes.lowerBound) : 0)
  }

  /// How large a page may be where so many posts are wanted; nil where another would cost more than was said.
  private func pageSize(for wanted: Int) -> Int? {
    let size = min(max(wanted, service.pageSizes.lowerBound), service.pageSizes.upperBound, budget)
    return wanted > 0 && size >= service.pageSizes.lowerBound ? size : nil
  }

  /// Whether another run would send nothing.
  var isUsedUp: Bool { !isRenewed && pageSize(for: budget) == nil }

  /// Sends what is new, once: first the rest of a pass that did not end.
  ///
  /// - Parameter send: keeps tweets safe before it returns.
  /// - Throws: ``TweetServiceError``, what `send` throws, `CancellationError`; what was sent is noted, and the next run goes on behind it.
  mutating func run(send: ([Tweet]) async throws -> Void) async throws {
    if isRenewed { budget = limit }
    let stored = try SentMark(reading: path)
    if var intent = stored.intent {
      intent.posts = try await hub.found(of: intent).sorted()
      held = intent.posts.isEmpty ? nil : intent
    }
    var mark = restarts ? SentMark() : stored
    if mark.reached != nil { try await pass(&mark, send) }
    if pageSize(for: budget) != nil { try await pass(&mark, send) }
  }

  private mutating func pass(_ mark: inout SentMark, _ send: ([Tweet]) async throws -> Void) async throws {
    let isRest = mark.reached != nil
    var after = isRest ? mark.floor : mark.newest
    let before = mark.reached
    if !isRest { (mark.floor, mark.missing) = (mark.newest, mark.newest == nil ? budget : nil) }
    var cursor: String?
    var remains = isRest
    while let size = pageSize(for: min(budget, mark.missing ?? budget)) {
      let page: TweetPage
      do {
        page = try await patiently { [service, query, after, cursor] in
          try await service.page(of: query, after: after, before: before, cursor: cursor, size: size)
        }
      } catch let error as TweetServiceError where error.fault == .tooOld && (after != nil || before != nil) {
        if !notes.contains(error.problem) { notes.append(error.problem) }
        // All that is still looked at is newer than what was sent so long ago; of what is older than its end nothing is left.
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
      try await sendNew(tweets(taken), mark, send)
      mark.missing = mark.missing.map { max(0, $0 - taken.count) }
      mark.sent(newest: page.ids.first, oldest: page.ids.prefix(taken.count).last)
      held?.posts.removeAll(where: Set(page.ids.prefix(taken.count)).contains)
      mark.intent = held?.posts.isEmpty == false ? held : nil
      try keep(mark)
      remains = taken.count < page.entries.count || page.cursor != nil
      guard let next = page.cursor, next != cursor else { break }
      cursor = next
    }
    // At first the budget says how far back to look. Later what it kept out is sent the next time, since it is new.
    hasMore = remains && mark.missing != 0
    leftOlder = leftOlder || remains && !hasMore
    if !hasMore {
      mark.endPass()
      held = nil
    }
    try keep(mark)
  }

  /// Sends what the hub does not hold yet, once it is written down what that is.
  private func sendNew(
    _ tweets: [Tweet], _ mark: SentMark, _ send: ([Tweet]) async throws -> Void
  ) async throws {
    let held = Set(held?.posts ?? [])
    let new = tweets.filter { tweet in tweet.post.map { !held.contains($0) } ?? true }
    guard !new.isEmpty else { return }
    // Of a new beginning the old mark stays until something is in the hub.
    var before = restarts ? try SentMark(reading: path) : mark
    let offsets = if let offsets = self.held?.offsets { offsets } else { try await hub.ends() }
    before.intent = SentMark.Intent(posts: held.sorted() + new.compactMap(\.post), offsets: offsets)
    try before.write(to: path, of: query)
    try await send(new)
  }

  private mutating func keep(_ mark: SentMark) throws(FileError) {
    try mark.write(to: path, of: query)
    restarts = false
  }

  private mutating func tweets(_ entries: some Sequence<Tweet.Entry>) -> [Tweet] {
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
  /// Who follows asks on, every minute.
  private static let longestPause = 60
  /// A limit that does not end after so many waits is none that passes.
  private static let limits = 5
  /// X's limits last 15 minutes, Mastodon's 5.
  private static let longestWait: Int64 = 16 * 60

  private func patiently(_ ask: () async throws -> TweetPage) async throws -> TweetPage {
    var (failures, limits) = (0, 0)
    while true {
      do { return try await ask() } catch let error as TweetServiceError {
        switch error.fault {
        case .lasting, .tooOld: throw error
        case .passing:
          failures += 1
          guard follows || failures <= Self.attempts else { throw error }
          tell("\(error.problem): asking again")
          try await Task.sleep(for: .seconds(min(Self.longestPause, 1 << min(failures - 1, 10))))
        case .rateLimit(let until):
          limits += 1
          // A second more, since clocks differ.
          let seconds = until.map { ($0.microseconds - clock().microseconds) / 1_000_000 + 1 } ?? 60
          guard seconds <= Self.longestWait, limits <= Self.limits else { throw error }
          for left in stride(from: max(1, seconds), to: 0, by: -1) {
            tell("\(service.name)'s rate limit: goes on in \(left) s")
            try await Task.sleep(for: .seconds(1))
          }
        }
      }
    }
  }
}
