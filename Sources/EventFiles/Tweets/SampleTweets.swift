package import CivilTime

/// A made-up stream of tweets: the same for the same seed, on every machine.
///
/// Many at noon and few at night, fewer at weekends; most are liked a few times and some very often. They come in pages of 100,
/// newest first, as from a search. A few anomalies are planted, and ``planted`` names them.
package struct SampleTweets: BodySource, Sendable {
  /// A planted anomaly.
  package struct Anomaly: Hashable, Sendable {
    /// Its hours, UTC.
    package let hours: Range<Timestamp>
    /// A sentence for people.
    package let what: String
  }

  /// The anomalies within the sample's days, in order of time.
  package let planted: [Anomaly]
  private var random: SplitMix64
  private var hour: Timestamp
  private let end: Timestamp
  private let start: Timestamp
  private var pending: [(second: Int64, likes: Int)] = []

  /// 2019-04-01, two weeks before the tutorial's own hour.
  package static let tutorialStart = Timestamp(seconds: 1_554_076_800)

  /// - Parameters:
  ///   - seed: any number; another number makes other tweets.
  ///   - start: rounded down to the hour, UTC.
  ///   - days: how long the stream lasts.
  package init(seed: UInt64 = 2019, start: Timestamp = tutorialStart, days: Int = 21) {
    random = SplitMix64(state: seed)
    let hours = start.microseconds / Self.hour - (start.microseconds % Self.hour < 0 ? 1 : 0)
    self.start = Timestamp(microseconds: hours * Self.hour)
    hour = self.start
    end = Timestamp(microseconds: self.start.microseconds + Int64(days) * 24 * Self.hour)
    planted = Kind.allCases.compactMap { [start = self.start, end] kind in
      let hours = kind.hours
      let from = Timestamp(microseconds: start.microseconds + Int64(hours.lowerBound) * Self.hour)
      let to = Timestamp(microseconds: start.microseconds + Int64(hours.upperBound) * Self.hour)
      return to <= end ? Anomaly(hours: from..<to, what: kind.sentence) : nil
    }
  }

  /// The next tweets, at most `maximum`; nil at the end.
  package mutating func next(maximum: Int) -> EventBodies? {
    var bodies = EventBodies()
    while !bodies.isFull(maximum) {
      if pending.isEmpty, !fillPage() { break }
      // A page is ascending; its newest tweet is sent first.
      while !bodies.isFull(maximum), let tweet = pending.popLast() {
        bodies.append(time: Timestamp(seconds: tweet.second), number: String(tweet.likes).utf8)
      }
    }
    return bodies.count == 0 ? nil : bodies
  }

  // MARK: Rhythm

  private static let hour: Int64 = 3_600_000_000

  /// The number of tweets in each hour of a working day, 0:00 to 23:00 UTC.
  private static let tweetsByHour = [
    9, 7, 6, 5, 5, 6, 9, 14, 20, 26, 30, 33, 35, 36, 38, 40, 42, 40, 36, 32, 28, 22, 16, 12,
  ]
  /// In percent, Monday to Sunday.
  private static let tweetsByDay = [100, 104, 106, 104, 98, 80, 76]
  private static let pageLength = 100

  /// The share of the sample's hours that were made, from 0 to 1.
  package var share: Double? {
    Double(hour.microseconds - start.microseconds) / Double(end.microseconds - start.microseconds)
  }

  private var next: [(second: Int64, likes: Int)] = []

  /// Gathers the next page's tweets; false at the end of the stream.
  private mutating func fillPage() -> Bool {
    while next.count < Self.pageLength, hour < end {
      next.append(contentsOf: tweets(of: hour))
      hour.microseconds += Self.hour
    }
    guard !next.isEmpty else { return false }
    pending = Array(next.prefix(Self.pageLength))
    next.removeFirst(pending.count)
    return true
  }

  /// The tweets of an hour, oldest first.
  private mutating func tweets(of hour: Timestamp) -> [(second: Int64, likes: Int)] {
    let hours = hour.microseconds / Self.hour - (hour.microseconds % Self.hour < 0 ? 1 : 0)
    let days = hours / 24 - (hours % 24 < 0 ? 1 : 0)
    let hourOfDay = Int(hours - days * 24)
    // 1970-01-01 was a Thursday, the fourth day of the week.
    let weekday = Int(((days + 3) % 7 + 7) % 7)
    let kind = Kind.allCases.first { kind in
      let offset = Int((hour.microseconds - start.microseconds) / Self.hour)
      return kind.hours.contains(offset)
    }
    var count = Self.tweetsByHour[hourOfDay] * Self.tweetsByDay[weekday] / 100
    count += random.below(count / 4 + 2)
    if kind == .outage { count = 2 }
    let first = hours * 3_600
    return (0..<count).map { _ in (first + Int64(random.below(3_600)), likes(in: kind, hourOfDay: hourOfDay)) }
      .sorted { $0.second < $1.second }
  }

  /// Heavy-tailed: 55 % up to 3, 30 % up to 12, 12 % up to 40, 3 % up to 120; a little more in the evening.
  private mutating func likes(in kind: Kind?, hourOfDay: Int) -> Int {
    let draw = random.below(100)
    let usual =
      switch draw {
      case ..<55: random.below(4)
      case ..<85: 2 + random.below(11)
      case ..<97: 10 + random.below(31)
      default: 40 + random.below(81)
      }
    switch kind {
    case .viral: return 250 + random.below(500)
    case .outage: return 0
    case .bump: return 60 + random.below(120)
    case nil: return usual + (hourOfDay >= 17 ? random.below(4) : 0)
    }
  }

  /// The planted anomalies, by hours after the start.
  private enum Kind: CaseIterable {
    case bump, outage, viral

    var hours: Range<Int> {
      switch self {
      case .bump: 5 * 24 + 15..<5 * 24 + 16
      case .outage: 11 * 24 + 9..<11 * 24 + 12
      case .viral: 16 * 24 + 20..<16 * 24 + 21
      }
    }

    var sentence: String {
      switch self {
      case .bump: "a talk is tweeted about: likes are about ten times as many as usual"
      case .outage: "an outage: two tweets an hour, and nobody likes them"
      case .viral: "an hour goes viral: likes are about fifty times as many as usual"
      }
    }
  }
}

/// A generator of pseudo-random numbers (Steele, Lea and Flood 2014): a few lines, and the same on every machine.
private struct SplitMix64 {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// 0 up to, not including, the bound; the bias of the multiplication is beneath notice for bounds this small.
  mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(max(1, bound))).high)
  }
}
